// Takes the pictures of docs/dashboard.md from a small trading system that runs: npm run screenshots [-- NAME…], all or some
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../test/ui/support/browser.ts';
import { openTradingFloor, type TradingFloor } from '../test/ui/support/trading-floor.ts';
import { buildUi } from './build-ui.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/images/dashboard', import.meta.url));

/** How long it runs before the pictures, so that the charts of a minute are full. */
const RUN_MS = 62_000;

/** Screens, and how high each has to be to show what it is for. */
const PICTURES: readonly { readonly name: string; readonly hash: string; readonly height: number }[] = [
  { name: 'overview', hash: '#/overview', height: 1_450 },
  { name: 'topics', hash: '#/topics', height: 900 },
  { name: 'transports', hash: '#/transports', height: 940 },
  { name: 'venues', hash: '#/venues', height: 480 },
  { name: 'routing', hash: '#/routing', height: 900 },
  { name: 'alerts', hash: '#/alerts', height: 620 },
  { name: 'health', hash: '#/health', height: 1_080 },
  { name: 'optimizer', hash: '#/optimizer', height: 420 },
  { name: 'tail', hash: '#/tail', height: 640 },
];

/** The names of the pictures to take; none: all. */
const WANTED = argv.slice(2);

await buildUi();
mkdirSync(FOLDER, { recursive: true });
const floor = await openTradingFloor({ local: { payloads: true } });
const browser = await launchChromium();
try {
  await delay(RUN_MS / 2);
  floor.failOrders(7);
  await delay(RUN_MS / 2);
  for (const theme of ['light', 'dark'] as const) await takeAll(browser, floor, theme);
} finally {
  await browser.close();
  await floor[Symbol.asyncDispose]();
}

async function takeAll(
  browserToUse: Browser,
  { server, alerting }: TradingFloor,
  theme: 'light' | 'dark',
): Promise<void> {
  const alert = alerting.alerts().find(({ rule }) => rule === 'OrdersUnbooked');
  const pictures = [...PICTURES, { name: 'alert', hash: `#/alerts/${alert?.id}`, height: 900 }];
  const page = await browserToUse.newPage({ colorScheme: theme, viewport: { width: 1_440, height: 900 } });
  await page.addInitScript("localStorage.setItem('tradewind.span', '60')");
  for (const { name, hash, height } of pictures.filter(
    (picture) => WANTED.length === 0 || WANTED.includes(picture.name),
  )) {
    await page.setViewportSize({ width: 1_440, height });
    await page.goto(server.url + hash);
    await page.getByRole('status').getByText('Live').waitFor();
    // Rates need two frames, and what is measured while somebody looks a few seconds.
    await delay(5_000);
    const path = join(FOLDER, `${name}-${theme}.png`);
    await page.screenshot({ path });
    shrink(path);
    stdout.write(`${name}-${theme}.png ${Math.round(statSync(path).size / 1_000)} kB\n`);
  }
  await page.close();
}

/** To a third, where pngquant is installed: the page has few colours. Without it the pictures are larger, and that is said. */
function shrink(path: string): void {
  const { error } = spawnSync('pngquant', ['--force', '--ext', '.png', '--speed', '1', '128', path]);
  if (error !== undefined) stdout.write('pngquant is not installed: this picture stays as large as it is. ');
}
