import * as fc from 'fast-check';
import type { InstrumentRow } from '../../src/market/instrument-row.ts';
import type { NormalizedEvent, NormalizedLevel } from '../../src/market/normalized-event.ts';
import type { SignalDetectorOptions } from '../../src/signals/signal-detector.ts';
import { eventOf, moment } from '../hostile-streams.ts';

/** A configuration of all four kinds of signal, and a stream that tries to break it. */
export interface HostileSignals {
  readonly options: SignalDetectorOptions;
  readonly events: readonly NormalizedEvent[];
}

const START_NS = 1_723_161_254_000_000_000n;
const START_MS = Number(START_NS / 1_000_000n);

const common = {
  quote: fc.constant('U'),
  tickSize: fc.constantFrom('0.01', '0.001', '0.05'),
  lotSize: fc.constantFrom('0.1', '0.1', '0.3', '0.25', undefined),
  minQty: fc.constantFrom(undefined, undefined, '0.5'),
  minNotional: fc.constantFrom(undefined, undefined, '1', '2.5'),
  takerFeePpm: fc.constantFrom(0, 0, 0, 100, 3000, -250, undefined),
  makerFeePpm: fc.constantFrom(undefined, 0, -250),
};

function row(symbol: string, own: Partial<InstrumentRow>): fc.Arbitrary<InstrumentRow> {
  return fc.record(common).map((rest) => ({
    ...rest,
    venue: symbol.charAt(0),
    symbol,
    base: 'B',
    kind: 'spot',
    ...own,
  }));
}

const cell = { min: 1, max: 60 };

/** Spot, linear, inverse and quanto perpetuals, two dated contracts, another asset, and what the quanto contract settles in. */
const rows: fc.Arbitrary<readonly InstrumentRow[]> = fc
  .record({
    spot: row('XB', {}),
    linear: row('YP', { kind: 'perp' }),
    hasContracts: fc.boolean(),
    inverse: row('ZI', { kind: 'perp', inverse: true, contractValue: '0.5', lotSize: '1' }),
    quanto: row('QQ', { kind: 'perp', quanto: true, contractValue: '0.3', lotSize: '1', settlementInstrument: 'S:SU' }),
    near: row('XN', { kind: 'future' }),
    far: row('YF', { kind: 'future', settlementFeePpm: 50 }),
    other: row('XE', { base: 'E' }),
    settlement: row('SU', { base: 'S' }),
    nearMs: fc.integer(cell),
    farMs: fc.integer({ min: 61, max: 5000 }),
    minutes: fc.constantFrom(undefined, 1, 480),
  })
  .map(({ hasContracts, nearMs, farMs, minutes, ...all }) => [
    all.spot,
    { ...all.linear, fundingIntervalMinutes: minutes, contractValue: hasContracts ? '0.1' : undefined },
    all.inverse,
    all.quanto,
    { ...all.near, expiryMs: START_MS + nearMs },
    { ...all.far, expiryMs: START_MS + farMs },
    all.other,
    all.settlement,
  ]);

const fundingEvent = fc
  .record({
    rate: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('0.1', '0.03', '0.0001', '-0.02', '-0.25', '0') },
      { weight: 1, arbitrary: fc.constantFrom('1', '-1', '1e-4', '', 'NaN', '0.0000000000000000001') },
    ),
    intervalMinutes: fc.constantFrom(undefined, undefined, 1, 60, 480, 0, 1.5),
    next: fc.constantFrom(undefined, undefined, 2, 40, 3_600_000, -5),
    settled: fc.constantFrom(undefined, undefined, 0, -3_600_000, 7),
    isBad: fc.integer({ min: 0, max: 30 }),
  })
  .map((each) => ({ type: 'funding' as const, ...each }));

const settings = fc.record({
  source: fc.constantFrom('l1' as const, 'l1' as const, 'l2' as const),
  maxAgeMs: fc.constantFrom(10, 25, 100, 1000, 1000),
  minEdgePpm: fc.constantFrom(0, 0, 0, 450, 10_000),
  minProfit: fc.constantFrom(undefined, undefined, '0.001', '0.02'),
  maxNotional: fc.constantFrom(undefined, undefined, '3', '0.7777777'),
  volume: fc.constantFrom(undefined, 999, 1000),
  exitLiquidity: fc.constantFrom(undefined, 'taker' as const, 'maker' as const),
  holdHours: fc.constantFrom(undefined, 0.000_01, 8, 100),
  minAnnualPpm: fc.constantFrom(undefined, 0, 1_000_000),
  fairAnnualPpm: fc.constantFrom(undefined, 0, 70_000_000),
  lagsMs: fc.constantFrom([0, 1, -1, 3, -3, 7.5, -7.5], [2, -2, 5], [-4, 4, 1]),
  windowMs: fc.constantFrom(20, 60, 500),
  capacity: fc.constantFrom(2, 5, 16, 64),
  minMoves: fc.constantFrom(1, 1, 3),
  minCorrelation: fc.constantFrom(0, 0, 0.4),
  time: fc.constantFrom(undefined, 'receive' as const, 'event' as const),
  samples: fc.constantFrom(10, 10, 14),
  sampleMs: fc.constantFrom(2, 5, 10),
  reestimateEvery: fc.constantFrom(undefined, 1, 5),
  lags: fc.constantFrom(0, 1, 2),
  significance: fc.constantFrom(0.1 as const, 0.1 as const, 0.05 as const),
  entryZ: fc.constantFrom('0.4', '1', '1.5'),
  exitZ: fc.constantFrom('0', '0.25', '0.123456789'),
});

/** A sound market: where it is around a price that wanders for all, how wide it is, and what stands there. */
interface Sound {
  readonly step: number;
  readonly offset: number;
  readonly half: number;
  readonly sizes: readonly number[];
}

const soundEvent = fc.record({
  step: fc.integer({ min: -9, max: 9 }),
  offset: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: -4, max: 4 }) }, fc.integer({ min: -30, max: 30 })),
  half: fc.integer({ min: 1, max: 3 }),
  sizes: fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 6, maxLength: 6 }),
});

function soundMarket(source: SignalDetectorOptions['source'], middle: number, { half, sizes }: Sound): object {
  const level = (offset: number, index: number): NormalizedLevel => [
    thousandths(middle + offset),
    thousandths((sizes[index] as number) * 100),
  ];
  const bids = [level(-half, 0), level(-half - 3, 1), level(-half - 9, 2)] as const;
  const asks = [level(half, 3), level(half + 2, 4), level(half + 8, 5)] as const;
  if (source === 'l2') return { type: 'book_snapshot', bids, asks };
  return { type: 'quote', bid: bids[0][0], bidSize: bids[0][1], ask: asks[0][0], askSize: asks[0][1] };
}

function thousandths(value: number): string {
  return `${Math.floor(value / 1000)}.${String(value % 1000).padStart(3, '0')}`;
}

function eventNsOf(at: bigint, skew: number): string | undefined {
  return skew === 0 ? undefined : (at + BigInt(skew) * 1_000_000n).toString();
}

/** All four kinds at once, or long streams of the one pair whose common course takes long to show. */
export function hostileSignals(focus: 'all' | 'statistical'): fc.Arbitrary<HostileSignals> {
  return settings.chain((chosen) => streams(focus, chosen));
}

function streams(focus: 'all' | 'statistical', chosen: Settings): fc.Arbitrary<HostileSignals> {
  const event = fc.record({
    what: fc.oneof(
      { weight: 24, arbitrary: soundEvent },
      { weight: 3, arbitrary: eventOf(chosen.source) },
      { weight: 4, arbitrary: fundingEvent },
    ),
    // The pairs of lead and lag, and of the common course, get most of the events.
    who:
      focus === 'all'
        ? fc.oneof({ weight: 2, arbitrary: fc.constantFrom(0, 1, 6) }, { weight: 2, arbitrary: fc.nat({ max: 7 }) })
        : fc.constantFrom(0, 6, 6, 1),
    after: moment,
    skew: fc.constantFrom(1, 1, 2, 5, 0, -30),
    isKnown: fc.integer({ min: 0, max: 40 }),
  });
  return fc
    .record({
      instruments: rows,
      events: fc.array(event, { minLength: 20, maxLength: focus === 'all' ? 120 : 240, size: 'max' }),
    })
    .map(({ instruments, events }) => ({
      options: focused(focus, optionsOf(instruments, chosen)),
      events: streamOf(instruments, events, chosen.source),
    }));
}

interface HostileEvent {
  readonly what: object;
  readonly who: number;
  readonly after: number;
  readonly skew: number;
  readonly isKnown: number;
}

function streamOf(
  instruments: readonly InstrumentRow[],
  events: readonly HostileEvent[],
  source: SignalDetectorOptions['source'],
): readonly NormalizedEvent[] {
  let at = START_NS;
  let level = 1000;
  return events.map(({ what, who, after, skew, isKnown }) => {
    at += BigInt(after) * 1_000_000n;
    const { venue, symbol } = instruments[who] as InstrumentRow;
    const header = { venue, symbol: isKnown === 0 ? 'UNKNOWN' : symbol, tsRecv: at.toString() };
    if ('step' in what) {
      const sound = what as Sound;
      level = Math.min(1200, Math.max(800, level + sound.step));
      return {
        ...soundMarket(source, level + sound.offset, sound),
        ...header,
        tsEvent: eventNsOf(at, skew),
      } as NormalizedEvent;
    }
    if (!('next' in what)) return { ...what, ...header, tsEvent: eventNsOf(at, skew) } as NormalizedEvent;
    const { next, settled, isBad, ...rest } = what as { next?: number; settled?: number; isBad: number };
    return {
      ...rest,
      ...header,
      nextFundingNs:
        isBad === 0 ? 'soon' : next === undefined ? undefined : (at + BigInt(next) * 1_000_000n).toString(),
      tsEvent: isBad === 1 ? '-1' : settled === undefined ? undefined : (at + BigInt(settled) * 1_000_000n).toString(),
    } as NormalizedEvent;
  });
}

type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never;

function focused(focus: 'all' | 'statistical', options: SignalDetectorOptions): SignalDetectorOptions {
  if (focus === 'all') return options;
  const { latency: _l, funding: _f, calendar: _c, ...rest } = options;
  const instruments = rest.instruments.map((each) => ({
    ...each,
    takerFeePpm: 0,
    minNotional: undefined,
    minQty: undefined,
  }));
  return { ...rest, instruments, maxAgeMs: 1000, minEdgePpm: 0, minProfit: undefined };
}

function optionsOf(instruments: readonly InstrumentRow[], chosen: Settings): SignalDetectorOptions {
  const { source, maxAgeMs, minEdgePpm, minProfit, maxNotional, exitLiquidity } = chosen;
  const tiers = [
    { fromVolume: 0, makerFeePpm: 200, takerFeePpm: 400 },
    { fromVolume: 1000, makerFeePpm: -50, takerFeePpm: 150 },
  ];
  const venues = new Set(instruments.map(({ venue }) => venue));
  const { lagsMs, windowMs, capacity, minMoves, minCorrelation, time } = chosen;
  const { samples, sampleMs, reestimateEvery, lags, significance, entryZ, exitZ } = chosen;
  return {
    instruments,
    fees: Object.fromEntries([...venues].map((venue) => [venue, { tiers, volume: chosen.volume }])),
    source,
    maxAgeMs,
    minEdgePpm,
    minProfit,
    maxNotional,
    exitLiquidity,
    latency: {
      pairs: [
        ['X:XB', 'Y:YP'],
        ['Z:ZI', 'X:XB'],
      ],
      ...{ lagsMs, windowMs, capacity, minMoves, minCorrelation, time },
    },
    statistical: {
      pairs: [
        { y: 'X:XB', x: 'X:XE' },
        { y: 'Y:YP', x: 'X:XB' },
      ],
      ...{ samples, sampleMs, reestimateEvery, lags, significance, entryZ, exitZ, stopZ: '3' },
    },
    funding: { groups: [{ name: 'B', instruments: ['X:XB', 'Y:YP', 'Z:ZI', 'Q:QQ'] }], holdHours: chosen.holdHours },
    calendar: {
      groups: [{ name: 'B', instruments: ['X:XB', 'Y:YP', 'Z:ZI', 'X:XN', 'Y:YF'] }],
      minAnnualPpm: chosen.minAnnualPpm,
      fairAnnualPpm: chosen.fairAnnualPpm,
    },
  };
}
