import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { QuoteFeed } from '../../src/decoding/quote-feed.ts';
import { ArbitrageDetector } from '../../src/detection/arbitrage-detector.ts';
import type { InstrumentRow } from '../../src/market/instrument-row.ts';
import type { NormalizedEvent } from '../../src/market/normalized-event.ts';
import { readers } from '../wire-readers.ts';
import { readInstruments, recordedPath } from './recorded-data.ts';

const ENGINES = 'aligned/binance-3engines';

interface RawMessage {
  readonly receivedNs: bigint;
  readonly text: string;
}

/** Lines of `<nanoseconds> <message>`, or of `<seconds>: <message>` among other lines. */
function readRaw(path: string): readonly RawMessage[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n');
  return lines.flatMap((line) => {
    const [, time, text] = /^(\d+)(?:\.\d+:)? (.*)$/u.exec(line) ?? [];
    return time === undefined || text === undefined ? [] : [{ receivedNs: BigInt(time), text }];
  });
}

/** The rows of one venue, with a fee of nothing. */
function rowsOf(path: string, venue: string): readonly InstrumentRow[] {
  return readInstruments(path)
    .filter((row) => row.venue === venue)
    .map((row) => ({ ...row, takerFeePpm: 0 }));
}

describe('every recorded message of Binance: what is read by bytes is what parsing gives', { timeout: 600_000 }, () => {
  test.each([
    ['spot_btcusdt_20240808', 'binance_spot', `${ENGINES}/instruments.json`, `${ENGINES}/raw/spot_btcusdt_20240808.gz`],
    ['usdm_btcusdt_20240808', 'binance_usdm', `${ENGINES}/instruments.json`, `${ENGINES}/raw/usdm_btcusdt_20240808.gz`],
    ['cm_btcusd_perp', 'binance_coinm', `${ENGINES}/instruments.json`, `${ENGINES}/raw/cm_btcusd_perp_20240808.gz`],
    ['raw-ws', 'binance', 'instruments.json', 'raw-ws/BINANCE.ws.1.0.gz'],
  ])('%s', (name, venue, table, file) => {
    const [tablePath, path] = [recordedPath(table), recordedPath(file)];
    if (tablePath === undefined || path === undefined) return;
    const rows = rowsOf(tablePath, venue);
    const { compare, parsed } = readers(new ArbitrageDetector({ instruments: rows }), venue);
    const messages = readRaw(path);
    let [known, read] = [0, 0];
    for (const { text } of messages) {
      const isRead = compare(new TextEncoder().encode(text));
      if (['QUOTE', 'TRADE', 'BOOK_DELTA'].includes(parsed.kind) && parsed.isOnGrid) known += 1;
      if (isRead) read += 1;
    }
    console.info(
      `${name}: ${messages.length} messages, ${known} quotes, trades and deltas on the grid, ${read} read by their bytes`,
    );
    expect(known).toBeGreaterThan(200);
    expect(read).toBe(known);
  });
});

test('raw quotes of two engines give the transitions that the same quotes give as texts', { timeout: 600_000 }, () => {
  const names = [
    ['binance_spot', 'spot_btcusdt_20240808'],
    ['binance_usdm', 'usdm_btcusdt_20240808'],
  ] as const;
  const paths = names.map(([, file]) => recordedPath(`${ENGINES}/raw/${file}.gz`));
  const table = recordedPath(`${ENGINES}/instruments.json`);
  const [spot, future] = paths;
  if (spot === undefined || future === undefined || table === undefined) return;
  const instruments = names.flatMap(([venue]) => rowsOf(table, venue)).filter(({ symbol }) => symbol === 'BTCUSDT');
  const groups = [{ name: 'BTC', instruments: instruments.map(({ venue, symbol }) => `${venue}:${symbol}`) }];
  const options = { instruments, groups, minEdgePpm: 450, maxAgeMs: 5000 };
  const [byBytes, byText] = [new ArbitrageDetector(options), new ArbitrageDetector(options)];
  const feeds = new Map(names.map(([venue]) => [venue as string, new QuoteFeed({ detector: byBytes, venue })]));
  const all = names
    .flatMap(([venue], i) => readRaw(paths[i] as string).map((message) => ({ venue: venue as string, ...message })))
    .toSorted((a, b) => Number(a.receivedNs - b.receivedNs));
  const found = [];
  const expected = [];
  for (const { venue, receivedNs, text } of all) {
    const feed = feeds.get(venue) as QuoteFeed;
    found.push(...feed.begin(receivedNs), ...feed.push(new TextEncoder().encode(text), 0), ...feed.flush());
    const { data } = JSON.parse(text) as {
      readonly data?: Readonly<Record<'s' | 'b' | 'B' | 'a' | 'A' | 'e', string>>;
    };
    if (data === undefined || (data.e ?? 'bookTicker') !== 'bookTicker') continue;
    const { s: symbol, b: bid, B: bidSize, a: ask, A: askSize } = data;
    const event: NormalizedEvent = { type: 'quote', venue, symbol, tsRecv: receivedNs, bid, bidSize, ask, askSize };
    expected.push(...byText.apply(event));
  }
  expect(found).toEqual(expected);
  expect(expected.length).toBeGreaterThan(100);
});
