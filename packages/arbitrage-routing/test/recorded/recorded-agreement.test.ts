import { describe, expect, test } from 'vitest';
import type { DetectorOptions } from '../../src/detection/detector-options.ts';
import type { InstrumentRow } from '../../src/market/instrument-row.ts';
import type { NormalizedEvent } from '../../src/market/normalized-event.ts';
import { expectAgreement } from '../oracle/agreement.ts';
import { readEvents, readInstruments, readTakerFees, recordedPath } from './recorded-data.ts';

const ENGINES = 'aligned/binance-3engines';

/** Spot against USD-M; the COIN-M contracts are inverse and have no fixed amount of base currency. */
function binance(
  source: 'l1' | 'l2',
  overrides: { readonly feePpm?: number; readonly minEdgePpm: number; readonly maxAgeMs: number },
) {
  const [table, fees, path] = [`${ENGINES}/instruments.json`, 'venues.json', `${ENGINES}/${source}.jsonl.gz`].map(
    (name) => recordedPath(name),
  );
  if (table === undefined || fees === undefined || path === undefined) return undefined;
  const taker = readTakerFees(fees);
  const rows = readInstruments(table).map((row) => ({
    ...row,
    takerFeePpm: overrides.feePpm ?? taker.get(row.venue),
  }));
  const options: DetectorOptions = {
    instruments: rows,
    groups: ['BTC', 'ETH'].map((base) => ({
      name: base,
      instruments: rows
        .filter((row) => row.base === base && row.quote === 'USDT')
        .map((row) => `${row.venue}:${row.symbol}`),
    })),
    source,
    maxAgeMs: overrides.maxAgeMs,
    minEdgePpm: overrides.minEdgePpm,
  };
  return { options, events: readEvents(path) };
}

describe(
  'on the recording of three Binance engines, the detector agrees with the oracle after every event',
  { timeout: 600_000 },
  () => {
    test.each(['l1', 'l2'] as const)('at list fees there is no opportunity (%s)', (source) => {
      const recording = binance(source, { minEdgePpm: 0, maxAgeMs: 5000 });
      if (recording === undefined) return;
      const { opened, events } = expectAgreement(recording.options, recording.events);
      expect(events).toBe(recording.events.length);
      expect(opened).toBe(0);
    });

    test.each(['l1', 'l2'] as const)('beyond 450 ppm without fees there are many (%s)', (source) => {
      const recording = binance(source, { feePpm: 0, minEdgePpm: 450, maxAgeMs: 5000 });
      if (recording === undefined) return;
      const { opened, transitions } = expectAgreement(recording.options, recording.events);
      console.info(`binance-3engines ${source}, 450 ppm: ${opened} opened, ${transitions} transitions`);
      expect(opened).toBeGreaterThan(50);
    });

    test('beyond 450 ppm with quotes that go stale after 20 ms', () => {
      const recording = binance('l1', { feePpm: 0, minEdgePpm: 450, maxAgeMs: 20 });
      if (recording === undefined) return;
      expect(expectAgreement(recording.options, recording.events).opened).toBeGreaterThan(50);
    });
  },
);

/** Groups by what the table says is the same: base, quote and kind; inverse contracts and unknown fees are left out. */
function byBaseAndQuote(rows: readonly InstrumentRow[], feePpm: number): DetectorOptions {
  const usable = rows
    .filter((row) => row.inverse !== true && row.kind !== 'option')
    .map((row) => ({ ...row, takerFeePpm: feePpm }));
  const groups = Map.groupBy(usable, (row) => `${row.base}/${row.quote}`);
  return {
    instruments: usable,
    groups: [...groups].map(([name, members]) => ({
      name,
      instruments: members.map((row) => `${row.venue}:${row.symbol}`),
    })),
    maxAgeMs: 60_000,
    cycles: {
      scope: 'all',
      maxLength: 3,
      instruments: usable.filter(({ kind }) => kind === 'spot').map((row) => `${row.venue}:${row.symbol}`),
    },
  };
}

/** A row for each instrument of which there are events: base, quote and kind as they say. */
function rowsOf(events: readonly NormalizedEvent[]): readonly InstrumentRow[] {
  const rows = new Map<string, InstrumentRow>();
  for (const event of events as readonly (NormalizedEvent & InstrumentRow)[]) {
    const { venue, symbol, base, quote, kind } = event;
    if (symbol !== undefined && !rows.has(`${venue}:${symbol}`))
      rows.set(`${venue}:${symbol}`, { venue, symbol, base, quote, kind });
  }
  return [...rows.values()];
}

describe('on the other recordings too', { timeout: 600_000 }, () => {
  test.each([
    ['retimed/merge-13venues.jsonl.gz', 'l2', 0],
    ['retimed/merge-13venues.jsonl.gz', 'l1', 0],
    ['retimed/replica-6venues.jsonl.gz', 'l1', 20],
    ['aligned/us-equity-12venues/l1.jsonl.gz', 'l1', 19],
    ['aligned/depth-2venues-2013/books.jsonl.gz', 'l2', 5000],
    ['aligned/btcjpy-2venues-2018/trades.jsonl.gz', 'l1', 0],
  ] as const)('%s as %s with fees of %i ppm', (name, source, feePpm) => {
    const path = recordedPath(name);
    if (path === undefined) return;
    const events = readEvents(path);
    const options = { ...byBaseAndQuote(rowsOf(events), feePpm), source };
    const result = expectAgreement(options, events);
    console.info(
      `${name} ${source}: ${result.events} events, ${result.opened} opened, ${result.transitions} transitions`,
    );
    expect(result.events).toBe(events.length);
  });
});
