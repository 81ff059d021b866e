import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { InstrumentRow } from '../../src/market/instrument-row.ts';
import type { NormalizedEvent, NormalizedFunding, NormalizedQuote } from '../../src/market/normalized-event.ts';
import { LeadLagWindow } from '../../src/signals/latency/lead-lag-window.ts';
import { expectSignalAgreement } from '../oracle/signals/signal-agreement.ts';
import { readEvents, readInstruments, readTakerFees, recordedPath } from './recorded-data.ts';

// Hundreds of thousands of events, each decided twice, and once of these slowly.
describe(
  'on recorded data the detector of signals agrees with the oracle after every event',
  { timeout: 600_000 },
  () => {
    test('all recorded funding rates of seven venues; the quotes beside them are simulated', () => {
      const [path, feesPath] = [recordedPath('aligned/funding-7venues/funding.jsonl.gz'), recordedPath('venues.json')];
      if (path === undefined || feesPath === undefined) return;
      const rates = readEvents(path) as readonly (NormalizedFunding & InstrumentRow)[];
      const fees = readTakerFees(feesPath);
      const rows = new Map<string, InstrumentRow>();
      for (const { venue, symbol, base, quote, kind } of rates) {
        rows.set(`${venue}:${symbol}`, {
          venue,
          symbol,
          base,
          quote,
          kind,
          tickSize: '0.1',
          lotSize: '0.001',
          takerFeePpm: fees.get(venue) ?? 500,
        });
      }
      const groups = ['BTC', 'ETH'].map((base) => ({
        name: base,
        instruments: [...rows].filter(([, row]) => row.base === base).map(([key]) => key),
      }));
      const result = expectSignalAgreement(
        { instruments: [...rows.values()], maxAgeMs: 20 * 86_400_000, funding: { groups, holdHours: 72 } },
        withQuotes(rates),
      );
      console.info(
        `funding: ${rates.length} rates, ${result.transitions} transitions, opened ${JSON.stringify(result.opened)}`,
      );
      expect(rates.length).toBe(48_004);
      expect(result.opened['F']).toBeGreaterThan(1000);
    });

    test('lead and lag of spot against perpetual, and ether explained by bitcoin, on three engines of Binance', () => {
      const [path, table] = [
        recordedPath('aligned/binance-3engines/l1.jsonl.gz'),
        recordedPath('aligned/binance-3engines/instruments.json'),
      ];
      if (path === undefined || table === undefined) return;
      const instruments = readInstruments(table).map((row) => ({ ...row, takerFeePpm: 0 }));
      const events = readEvents(path);
      const result = expectSignalAgreement(
        {
          instruments,
          maxAgeMs: 5000,
          latency: {
            pairs: [['binance_spot:BTCUSDT', 'binance_usdm:BTCUSDT']],
            ...{ lagsMs: [0, 1, -1, 3, -3, 10, -10], windowMs: 2000, capacity: 32, minMoves: 4, minCorrelation: 0.3 },
          },
          statistical: {
            pairs: [{ y: 'binance_usdm:ETHUSDT', x: 'binance_usdm:BTCUSDT' }],
            ...{ sampleMs: 250, samples: 60, significance: 0.1, entryZ: '1.5' },
          },
        },
        events,
      );
      console.info(
        `binance-3engines: ${result.transitions} transitions without fees, opened ${JSON.stringify(result.opened)}`,
      );
      expect(result.events).toBe(events.length);
      expect(result.opened['L']).toBeGreaterThan(20);
      expect(result.opened['S']).toBeGreaterThan(0);
    });

    test('at list fees three engines of Binance hold no signal of lead and lag', () => {
      const names = [
        'aligned/binance-3engines/l1.jsonl.gz',
        'aligned/binance-3engines/instruments.json',
        'venues.json',
      ];
      const [path, table, feesPath] = names.map((name) => recordedPath(name));
      if (path === undefined || table === undefined || feesPath === undefined) return;
      const fees = readTakerFees(feesPath);
      const instruments = readInstruments(table).map((row) => ({ ...row, takerFeePpm: fees.get(row.venue) }));
      const pairs = [['binance_spot:BTCUSDT', 'binance_usdm:BTCUSDT']] as const;
      const latency = { pairs, lagsMs: [0, 3, -3], windowMs: 2000, capacity: 16, minMoves: 4, minCorrelation: 0 };
      const result = expectSignalAgreement({ instruments, maxAgeMs: 5000, latency }, readEvents(path));
      expect(result.opened).toEqual({});
    });
  },
);

/** Before each twentieth rate of an instrument a quote of it, at a price that wanders from venue to venue. */
function* withQuotes(rates: readonly NormalizedFunding[]): Generator<NormalizedEvent> {
  const counts = new Map<string, number>();
  for (const rate of rates) {
    const { venue, symbol, tsRecv } = rate;
    const key = `${venue}:${symbol}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (count % 20 === 0) {
      const bid = 40_000 + ((count * 7 + key.length * 13) % 97);
      yield { type: 'quote', venue, symbol, tsRecv, bid: `${bid}`, bidSize: '3', ask: `${bid + 1}`, askSize: '2' };
    }
    yield rate;
  }
}

interface Replica {
  readonly venue: string;
  readonly delayMs: number;
  readonly jitterMsLognormalSigma0_8: number;
  readonly clockOffsetMs: number;
}

describe('what was put into the synthetic replica of six venues is found again', () => {
  /** Until then no venue changes its delay. */
  const UNTIL_SECONDS = 70;

  test('clock offsets to 1.5 ms, from who leads on the venues’ own clocks, and with them delays to 1.5 ms and half the jitter', () => {
    const replica = readReplica();
    if (replica === undefined) return;
    const { events, truth } = replica;
    for (const { venue, delayMs, jitterMsLognormalSigma0_8: jitterMs, clockOffsetMs } of truth.slice(1)) {
      // First in steps of 50 ms over three seconds, then in steps of 1 ms around what that found.
      const coarse = estimatedLag(events, { venue, time: 'tsEvent', lagsMs: steps(0, 1500, 50) });
      const offsetMs = estimatedLag(events, { venue, time: 'tsEvent', lagsMs: steps(coarse, 60, 1) });
      const transit = events
        .filter((event) => event.venue === venue)
        .map((event) => Number(BigInt(event.tsRecv) - BigInt(event.tsEvent ?? 0)) / 1e6);
      // A message waits for those before it: the fastest in a hundred is nearest to the delay itself.
      const found = (transit.toSorted((a, b) => a - b)[Math.floor(transit.length / 100)] ?? Number.NaN) + offsetMs;
      console.info(
        `${venue}: clock offset ${offsetMs} ms (true ${clockOffsetMs}), delay ${found.toFixed(2)} ms (true ${delayMs} and a jitter of ${jitterMs})`,
      );
      expect(Math.abs(offsetMs - clockOffsetMs), venue).toBeLessThanOrEqual(1.5);
      expect(Math.abs(found - delayMs), venue).toBeLessThanOrEqual(1.5 + 0.5 * jitterMs);
    }
  });

  test('delays of up to 5 ms to 1 ms, from who leads on the clock of the receiver', () => {
    const replica = readReplica();
    if (replica === undefined) return;
    const { events, truth } = replica;
    const [first] = truth;
    for (const { venue, delayMs, jitterMsLognormalSigma0_8: jitterMs } of truth.slice(1, 3)) {
      const lagMs = estimatedLag(events, { venue, time: 'tsRecv', lagsMs: steps(0, 20, 0.25) });
      const expected = delayMs + jitterMs - (first?.delayMs ?? 0) - (first?.jitterMsLognormalSigma0_8 ?? 0);
      console.info(`${venue}: lag ${lagMs} ms on receipt (expected ${expected.toFixed(2)})`);
      expect(Math.abs(lagMs - expected), venue).toBeLessThanOrEqual(1);
    }
  });

  function readReplica() {
    const [path, truthPath] = [
      recordedPath('retimed/replica-6venues.jsonl.gz'),
      recordedPath('retimed/replica-truth.json'),
    ];
    if (path === undefined || truthPath === undefined) return undefined;
    const all = readEvents(path) as readonly NormalizedQuote[];
    const endNs = BigInt(all[0]?.tsRecv ?? 0) + BigInt(UNTIL_SECONDS) * 1_000_000_000n;
    const events = all.filter(({ symbol, tsRecv }) => symbol === 'BTCUSDT' && BigInt(tsRecv) < endNs);
    return { events, truth: JSON.parse(readFileSync(truthPath, 'utf8')) as readonly Replica[] };
  }
});

interface LagQuestion {
  readonly venue: string;
  readonly time: 'tsEvent' | 'tsRecv';
  readonly lagsMs: readonly number[];
}

/** The median of the estimates at the end of every tenth second, of the last 30 seconds each. Positive: the venue follows `rep_a`. */
function estimatedLag(events: readonly NormalizedQuote[], { venue, time, lagsMs }: LagQuestion): number {
  const window = new LeadLagWindow({
    lagsNs: lagsMs.map((lag) => Math.round(lag * 1e6)),
    windowNs: 30e9,
    capacity: 4096,
  });
  const startNs = BigInt(events[0]?.tsRecv ?? 0);
  const lags: number[] = [];
  let next = 10e9;
  for (const event of events) {
    const at = Number(BigInt(event.tsRecv) - startNs);
    if (at >= next) {
      const estimate = window.estimate();
      if (estimate !== undefined) lags.push(estimate.lagNs / 1e6);
      next += 10e9;
    }
    if (event.venue !== 'rep_a' && event.venue !== venue) continue;
    const cents = Math.round((Number(event.bid) + Number(event.ask)) * 100);
    window.observe(event.venue === venue ? 1 : 0, Number(BigInt(event[time] ?? 0) - startNs), cents);
  }
  return median(lags);
}

function steps(center: number, reach: number, step: number): readonly number[] {
  return Array.from({ length: Math.round((2 * reach) / step) + 1 }, (_, i) => center - reach + i * step);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
