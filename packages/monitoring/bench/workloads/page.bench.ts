import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page, Response } from 'playwright-core';
import { expectCount, type Metrics, type Workload } from '../../../../tooling/bench/workload.ts';
import { buildUi } from '../../scripts/build-ui.ts';
import type { HistoryAnswer } from '../../src/dashboard/protocol/index.ts';
import { PATIENCE_MS, launchChromium } from '../../test/ui/support/browser.ts';
import { openTradingFloor } from '../../test/ui/support/trading-floor.ts';
import { traceMainThread, type MainThread } from '../fixtures/main-thread.ts';

/** A desk with a past, and a browser that looks at its overview with all charts on the screen, of six hours. */
async function atTheOverview(work: (browser: Browser, page: Page, url: string) => Promise<Metrics>): Promise<Metrics> {
  await buildUi();
  await using floor = await openTradingFloor({ pastPoints: POINTS });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 1_700 } });
    await page.addInitScript(`localStorage.setItem('tradewind.span', '${SPAN_SECONDS}')`);
    return await work(browser, page, floor.server.url);
  } finally {
    await browser.close();
  }
}

/** Which chart an answer is of, and how many points each of its series has; undefined for another answer, or where the page was closed meanwhile. */
async function historyIn(response: Response): Promise<{ readonly chart: string; readonly points: number } | undefined> {
  if (!response.url().includes('/api/history')) return undefined;
  const read = response.json() as Promise<Pick<HistoryAnswer, 'chart' | 'data'>>;
  return read.then(
    ({ chart, data }) => ({ chart, points: data[0]?.length ?? 0 }),
    () => undefined,
  );
}

/** Resolves when every chart is drawn, each with all points a series. A chart that asks again counts once. */
async function opened(page: Page, url: string): Promise<void> {
  const pointsOf = new Map<string, number>();
  const answers: Promise<void>[] = [];
  const take = async (response: Response): Promise<void> => {
    const one = await historyIn(response);
    if (one !== undefined) pointsOf.set(one.chart, Math.max(one.points, pointsOf.get(one.chart) ?? 0));
  };
  page.on('response', (response) => void answers.push(take(response)));
  await page.goto(url);
  await page
    .locator('.chart canvas')
    .nth(CHARTS - 1)
    .waitFor({ timeout: PATIENCE_MS });
  // What is drawn has come; that playwright has read it too is another matter.
  await Promise.all(answers);
  const full = [...pointsOf.values()].filter((points) => points >= POINTS).length;
  expectCount(`charts with ${POINTS} points a series`, full, CHARTS);
}

const load = (): Promise<Metrics> =>
  atTheOverview(async (browser, page, url) => ({ ...(await traceMainThread(browser, page, () => opened(page, url))) }));

/** A frame of news comes each second. */
const live = (): Promise<Metrics> =>
  atTheOverview(async (browser, page, url) => {
    await opened(page, url);
    return enough(await traceMainThread(browser, page, () => delay((LEAST_FRAMES + 10) * 1_000)));
  });

/** The pointer goes over a chart, and the cross-hair of all follows. */
const pointer = (): Promise<Metrics> =>
  atTheOverview(async (browser, page, url) => {
    await opened(page, url);
    const box = await page.locator('.chart canvas').first().boundingBox();
    if (box === null) throw new Error('Expected a chart that can be pointed at.');
    const along = async (): Promise<void> => {
      for (let move = 0; move < MOVES; move += 1) {
        await page.mouse.move(box.x + 80 + ((move * 3) % (box.width - 100)), box.y + box.height / 2);
      }
    };
    return enough(await traceMainThread(browser, page, along));
  });

/** From the moment of which a frame tells, on the server, until it and all charts are painted. */
const paint = (): Promise<Metrics> =>
  atTheOverview(async (_browser, page, url) => {
    await page.addInitScript(WATCH_PAINTS);
    await opened(page, url);
    await page.evaluate('paints.length = 0');
    while ((await page.evaluate<number>('paints.length')) < LEAST_FRAMES) await delay(500);
    const ms = (await page.evaluate<readonly number[]>('paints')).toSorted((a, b) => a - b);
    const at = (share: number): number => ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? Number.NaN;
    return { frames: ms.length, serverToPaintP50Ms: at(0.5), serverToPaintP95Ms: at(0.95) };
  });

/** Refuses percentiles of too few frames. */
function enough(found: MainThread): Metrics {
  if (found.frames >= LEAST_FRAMES) return { ...found };
  throw new Error(`Expected at least ${LEAST_FRAMES} frames, and there were ${found.frames}: no percentile of so few.`);
}

const size = async (): Promise<Metrics> => {
  const { javascript, javascriptGzipped, css } = await buildUi();
  return { javascriptGzippedBytes: javascriptGzipped, javascriptBytes: javascript, cssBytes: css };
};

/** As many as the server gives of a chart; a few more that come while the page opens are thinned out. */
const POINTS = 10_000;
/** Of fewer, a 95th percentile is next to the maximum and says nothing, in a quick run neither: these take as long in one as in a complete one. */
const LEAST_FRAMES = 100;
/** Some of them fall into one frame. */
const MOVES = 400;
const SPAN_SECONDS = 21_600;
const CHARTS = 6;

/**
 * After the frame in which news came, the figures, two tables and six charts are drawn, one a frame; a message behind the tenth frame comes when all
 * are painted. Only where paints are what is measured: it reads each message once more and asks for frames of its own.
 */
const WATCH_PAINTS = `
  globalThis.paints = [];
  const Plain = EventSource;
  globalThis.EventSource = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener('frame', ({ data }) => {
        const { atMs } = JSON.parse(data);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => paints.push(Date.now() - atMs);
        const after = (frames) => requestAnimationFrame(() => (frames === 0 ? port2.postMessage(0) : after(frames - 1)));
        after(9);
      });
    }
  };
`;

export const workloads: readonly Workload[] = [
  {
    name: 'page-frames',
    title: 'The page: what its main thread has to do',
    work: 'The overview with six charts of 10,000 points a series in Chromium: while it opens, while a frame comes each second, while the pointer goes over a chart.',
    contenders: { load, live, pointer },
    targets: [
      { metric: 'frameWorkP99Ms', of: 'live', atMost: 8, unit: 'ms' },
      { metric: 'frameWorkP99Ms', of: 'pointer', atMost: 8, unit: 'ms' },
      { metric: 'longestTaskMs', of: 'load', atMost: 50, unit: 'ms' },
      { metric: 'longestTaskMs', of: 'live', atMost: 50, unit: 'ms' },
    ],
  },
  {
    name: 'page-paint',
    title: 'The page: from the server to paint',
    work: 'Frames of a live bus, from the moment of which they tell until the tables and all six charts are painted.',
    contenders: { chromium: paint },
    targets: [{ metric: 'serverToPaintP95Ms', of: 'chromium', atMost: 250, unit: 'ms' }],
  },
  {
    name: 'page-size',
    title: 'The page: what a browser loads',
    work: 'The build of the page.',
    contenders: { build: size },
    targets: [{ metric: 'javascriptGzippedBytes', of: 'build', atMost: 60_000, unit: 'bytes' }],
  },
];
