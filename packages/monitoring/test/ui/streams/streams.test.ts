import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PageAction } from '../../../ui/src/state/page-state.ts';
import { LiveStream } from '../../../ui/src/state/live-stream.ts';
import { watchSight } from '../../../ui/src/state/sight.ts';
import { TailStream, type TailLink } from '../../../ui/src/state/tail-stream.ts';
import { frameOf } from '../support/frames.ts';
import { playBrowser, type PlayedBrowser } from './played-browser.ts';

let browser: PlayedBrowser;
beforeEach(() => {
  browser = playBrowser();
});
afterEach(() => {
  browser[Symbol.dispose]();
});

const refused = (status: number, message: string) => () =>
  Promise.resolve(Response.json({ code: 'REFUSED', message, hint: 'Do it otherwise.' }, { status }));

describe('the stream of the page', () => {
  /** A stream, and what it told; each session is the next of the buses, the last one again and again. */
  async function connected(...buses: readonly (string | undefined)[]) {
    const told: PageAction[] = [];
    let sessions = 0;
    const openSession = () => Promise.resolve(buses[Math.min((sessions += 1), buses.length) - 1]);
    const stream = new LiveStream((action) => told.push(action), openSession);
    await stream.connect();
    return { stream, told };
  }
  const busesAsked = () => browser.sources.map(({ url }) => url.searchParams.get('bus'));

  test('asks for the bus that the session gave, by its name, also the first time', async () => {
    await connected('risk');
    expect(busesAsked()).toEqual(['risk']);
  });

  test('asks for another bus when the chosen one is gone as the server comes back', async () => {
    const { told } = await connected('ledger', 'risk');
    browser.sources[0]?.fail();
    expect(told.at(-1)).toMatchObject({ kind: 'lost', retryInMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(busesAsked()).toEqual(['ledger', 'risk']);
    browser.sources[1]?.say('frame', frameOf());
    expect(told.at(-1)).toMatchObject({ kind: 'frame' });
  });

  test('holds no connection while it sleeps, not even to try again, and has one as soon as it is woken', async () => {
    const { stream, told } = await connected('risk');
    stream.sleep();
    expect(browser.open).toEqual([]);
    expect(told.at(-1)).toEqual({ kind: 'asleep' });
    stream.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(browser.open).toHaveLength(1);
    browser.open[0]?.fail();
    stream.sleep();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(browser.open).toEqual([]);
  });

  test('a session that comes when it already sleeps opens nothing', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const stream = new LiveStream(
      () => undefined,
      () => promise,
    );
    const connecting = stream.connect();
    stream.sleep();
    resolve('risk');
    await connecting;
    expect(browser.sources).toEqual([]);
  });

  test('is not woken while a login is asked for', async () => {
    const { stream, told } = await connected(undefined, 'risk');
    stream.sleep();
    stream.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect([browser.sources, told]).toEqual([[], []]);
  });
});

describe('whether somebody sees the page', () => {
  test('a glance elsewhere is no sleep, five seconds are, and each is told once', () => {
    const told: string[] = [];
    const end = watchSight({ slept: () => told.push('slept'), woke: () => told.push('woke') });
    browser.show(false);
    vi.advanceTimersByTime(4_999);
    browser.show(true);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
    browser.show(false);
    vi.advanceTimersByTime(5_000);
    browser.show(false);
    vi.advanceTimersByTime(60_000);
    browser.show(true);
    expect(told).toEqual(['slept', 'woke']);
    end();
    browser.show(false);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(['slept', 'woke']);
  });

  test('a page that is opened behind others sleeps too', () => {
    browser.show(false);
    const slept = vi.fn<() => void>();
    watchSight({ slept, woke: () => undefined });
    vi.advanceTimersByTime(5_000);
    expect(slept).toHaveBeenCalledOnce();
  });
});

describe('the stream of a tail', () => {
  function tail() {
    const links: TailLink[] = [];
    const batch = vi.fn<(batch: object) => void>();
    const stream = new TailStream('http://dashboard.test/api/tail', { batch, link: (link) => links.push(link) });
    return { stream, links, batch };
  }

  test('tells why a question is refused, and does not ask it again', async () => {
    browser.answer = refused(400, 'Expected a pattern.');
    const { links } = tail();
    browser.sources[0]?.fail();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(links.at(-1)).toEqual({ isOpen: false, refusal: 'Expected a pattern. Do it otherwise.' });
    expect(browser.sources).toHaveLength(1);
  });

  test('where there is no room it says so until there is', async () => {
    browser.answer = refused(503, 'Expected fewer streams.');
    const { links, batch } = tail();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      browser.sources.at(-1)?.fail();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(links.at(-1)).toMatchObject({ isOpen: false, refusal: expect.stringContaining('fewer streams') });
    }
    expect(browser.sources).toHaveLength(4);
    browser.open[0]?.say('messages', { messages: [], leftOut: 0, unseen: 0 });
    expect(links.at(-1)).toEqual({ isOpen: true, refusal: undefined });
    expect(batch).toHaveBeenCalledOnce();
  });

  test('a server that is gone is tried again every two seconds, and no refusal', async () => {
    const { links } = tail();
    browser.sources[0]?.fail();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(browser.sources).toHaveLength(2);
    expect(links).toEqual([{ isOpen: false, refusal: undefined }]);
  });

  test('what is opened to ask why is closed with the answer', async () => {
    const cancelled = vi.fn<() => void>();
    browser.answer = () => Promise.resolve(new Response(new ReadableStream({ cancel: cancelled })));
    tail();
    browser.sources[0]?.fail();
    await vi.advanceTimersByTimeAsync(0);
    expect(cancelled).toHaveBeenCalledOnce();
  });

  test('lets go while nobody sees the page, and for good when it is closed', async () => {
    const { stream } = tail();
    browser.show(false);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(browser.open).toEqual([]);
    browser.show(true);
    expect(browser.open).toHaveLength(1);
    browser.open[0]?.fail();
    stream.close();
    await vi.advanceTimersByTimeAsync(60_000);
    browser.show(false);
    await vi.advanceTimersByTimeAsync(60_000);
    browser.show(true);
    expect(browser.open).toEqual([]);
  });
});
