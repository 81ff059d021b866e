import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ReplayFeed } from '../../src/replay/replay-feed.ts';
import { runDemoProcess } from '../support/demo-process.ts';
import { readFeed } from '../support/read-feed.ts';

/**
 * Recorded market data are no part of the repository: they are looked for in the folder that TRADEWIND_DATA names, or beside the
 * repository. Without them this file says so; the fixtures cover the reader all the same.
 */
const folder = process.env['TRADEWIND_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data');

type Counts = Readonly<Record<string, number>>;

/** What the description of the data says is in them. */
const NORMALIZED: Readonly<Record<string, Counts>> = {
  binance: { trade: 2, quote: 84, book_snapshot: 4, book_deltas: 172 },
  coinbase: { trade: 14, ticker: 18, book_snapshot: 4, book_deltas: 2375 },
  kraken: { ticker: 6, book_snapshot: 6, book_deltas: 1456 },
  okx: { trade: 74, ticker: 28, book_snapshot: 3, book_deltas: 287 },
  bybit: { trade: 142, book_snapshot: 3, book_deltas: 1012 },
  bitmex: { trade: 16, quote: 415, book_snapshot: 8, book_deltas: 538 },
  deribit: { ticker: 89, book_snapshot: 10, book_deltas: 36 },
  bitfinex: { ticker: 21, book_snapshot: 7, book_deltas: 1593 },
  kucoin: { trade: 1, quote: 350, book_snapshot: 3, book_deltas: 692 },
  gateio: { trade: 9, ticker: 22, book_snapshot: 10, book_deltas: 158 },
  huobi: { trade: 7, book_snapshot: 92 },
  bitstamp: { trade: 10, book_snapshot: 10, book_deltas: 615 },
  gemini: { trade: 16, book_snapshot: 10, book_deltas: 645 },
};

const OTHERS: Readonly<Record<string, Counts>> = {
  'aligned/binance-3engines': { quote: 138_725, trade: 31_366, book_snapshot: 6, book_deltas: 49_068 },
  'aligned/us-equity-12venues': { quote: 66_695, trade: 39_470 },
  'aligned/funding-7venues': { funding_rate: 48_004 },
  'aligned/order-latency': { order_latency: 51_311 },
  'aligned/btcjpy-2venues-2018': { trade: 28_023 },
  'aligned/depth-2venues-2013': { book_snapshot: 2 },
  'retimed/merge-13venues.jsonl.gz': { quote: 849, trade: 291, ticker: 184, book_snapshot: 170, book_deltas: 9_579 },
  'retimed/replica-6venues.jsonl.gz': { quote: 114_149 },
};

async function countsOf(path: string): Promise<{ readonly counts: Counts; readonly rejected: number }> {
  const feed = await ReplayFeed.open(join(folder, path));
  const counts: Record<string, number> = {};
  for (const { event } of await readFeed(feed)) counts[event.type] = (counts[event.type] ?? 0) + 1;
  return { counts, rejected: feed.progress.rejected };
}

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

const isPresent = existsSync(join(folder, 'normalized'));
const venues = Object.entries(NORMALIZED).map(([venue, counts]) => [`normalized/${venue}.jsonl.gz`, counts] as const);
const recordings = isPresent ? [...venues, ...Object.entries(OTHERS)] : [];

test.each(recordings)('recorded data: every event of %s is read, none is rejected', async (path, expected) => {
  expect(await countsOf(path)).toEqual({ counts: expected, rejected: 0 });
});

test.each(isPresent ? ['normalized'] : [])(
  'recorded data: the thirteen venues of %s as one folder are the sum of their files',
  async (path) => {
    const { counts, rejected } = await countsOf(path);
    expect(rejected).toBe(0);
    expect(sumOf(counts)).toBe(11_073);
    expect(sumOf(counts)).toBe(Object.values(NORMALIZED).reduce((sum, venue) => sum + sumOf(venue), 0));
  },
);

test.each(isPresent ? ['normalized'] : [])('recorded data: the demo replays %s and loses nothing', async (path) => {
  const { stdout, exitCode } = await runDemoProcess(['--replay', join(folder, path), '--speed', 'max', '--json']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ accounts: { problems: [] } });
});

test.each(isPresent ? [] : [folder])('recorded data absent: %s holds none, only the fixtures were replayed', (path) => {
  console.log(
    `Recorded data absent: ${path} holds none, so only the fixtures were replayed. Set TRADEWIND_DATA to its folder.`,
  );
  // A folder that was named has to hold them.
  expect(process.env['TRADEWIND_DATA'], path).toBeUndefined();
});
