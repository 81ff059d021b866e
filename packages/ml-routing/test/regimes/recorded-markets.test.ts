import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { MarketRegimeDetector } from '../../src/index.ts';

/** Recorded data is never part of the repository: `TRADEWIND_RECORDED_DATA`, or `shared/data` beside the checkout. */
const FOLDER =
  process.env['TRADEWIND_RECORDED_DATA'] ?? join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data');

interface RecordedEvent {
  readonly type: string;
  readonly venue: string;
  readonly symbol: string;
  readonly tsRecv: string;
  readonly bid?: string;
  readonly ask?: string;
  readonly bidSize?: string;
  readonly askSize?: string;
  readonly price?: string;
  readonly size?: string | null;
  readonly side?: string;
}

const FILES = [
  'aligned/binance-3engines/l1.jsonl.gz',
  'aligned/us-equity-12venues/l1.jsonl.gz',
  'retimed/merge-13venues.jsonl.gz',
];

function readEvents(path: string): readonly RecordedEvent[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RecordedEvent);
}

function showEvent(detector: MarketRegimeDetector, event: RecordedEvent): void {
  const instrumentId = `${event.symbol}.${event.venue}`;
  const atMs = Number(BigInt(event.tsRecv) / 1_000n) / 1_000;
  if (event.type === 'quote' && event.bid !== undefined && event.ask !== undefined) {
    detector.observeQuote({
      instrumentId,
      atMs,
      bidPrice: Number(event.bid),
      askPrice: Number(event.ask),
      bidSize: Number(event.bidSize),
      askSize: Number(event.askSize),
    });
  }
  if (event.type === 'trade') {
    const aggressor = event.side === 'buy' ? 1 : event.side === 'sell' ? -1 : 0;
    detector.observeTrade({ instrumentId, atMs, price: Number(event.price), size: Number(event.size ?? 0), aggressor });
  }
}

// Nobody has labelled these markets: what can be checked is that nothing breaks and that readings stay within their bounds.
test.each(FILES)('recorded markets, %s: probabilities stay probabilities, and regimes do not flicker', (file) => {
  const path = join(FOLDER, file);
  if (!existsSync(path)) {
    console.warn(
      `Recorded data is absent: nothing was checked against ${file}. Set TRADEWIND_RECORDED_DATA to its folder.`,
    );
    return;
  }
  const events = readEvents(path);
  const detector = new MarketRegimeDetector();
  const instruments = new Set<string>();
  let firstMs = Infinity;
  let lastMs = 0;
  for (const event of events) {
    showEvent(detector, event);
    instruments.add(`${event.symbol}.${event.venue}`);
    const atMs = Number(BigInt(event.tsRecv) / 1_000_000n);
    firstMs = Math.min(firstMs, atMs);
    lastMs = Math.max(lastMs, atMs);
  }
  let known = 0;
  for (const id of instruments) {
    const { probabilities, features } = detector.explain(id);
    expect(Object.values(probabilities).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
    expect(Object.values(features).every(Number.isFinite)).toBe(true);
    if (Object.keys(features).length > 0) known += 1;
  }
  expect(known).toBeGreaterThan(0);
  const observations = (lastMs - firstMs) / 1_000;
  const counters = new Map<string, number>();
  detector.collect({
    describe: () => undefined,
    counter: (name, value, labels) => counters.set(`${name} ${labels?.['kind'] ?? ''}`, value),
    gauge: () => undefined,
    histogram: () => undefined,
  });
  // A regime holds for at least five observations, for each instrument and for the market.
  const changes = counters.get('tradewind_regime_changes_total ') ?? Infinity;
  expect(changes).toBeLessThanOrEqual((instruments.size + 1) * (observations / 5 + 1));
  const taken = counters.get('tradewind_regime_ticks_total taken') ?? 0;
  const ignored = counters.get('tradewind_regime_ticks_total ignored') ?? 0;
  console.log(
    `${file}: ${taken} ticks of ${known} instruments over ${observations.toFixed(0)} s, ${ignored} ignored, ` +
      `${changes} changes; market ${detector.explain().text}`,
  );
  expect(ignored).toBeLessThan(0.05 * taken);
});
