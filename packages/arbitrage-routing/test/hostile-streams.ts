import * as fc from 'fast-check';
import type { DetectorOptions } from '../src/detection/detector-options.ts';
import type { InstrumentRow } from '../src/market/instrument-row.ts';
import type { NormalizedEvent, NormalizedLevel } from '../src/market/normalized-event.ts';

/** A configuration and a stream that tries to break it. */
export interface Hostile {
  readonly options: DetectorOptions;
  readonly events: readonly NormalizedEvent[];
}

const VENUES = ['X', 'Y', 'Z'] as const;
const PAIRS = [
  ['B', 'U'],
  ['E', 'U'],
  ['E', 'B'],
  ['L', 'E'],
  ['L', 'U'],
] as const;
const START_NS = 1_723_161_254_000_000_000n;

const decimalOf = (min: number, max: number, places: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((value) => asDecimal(value, places));

function asDecimal(value: number, places: number): string {
  const digits = String(value).padStart(places + 1, '0');
  const [whole, fraction] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
  const trimmed = fraction.replace(/0+$/, '');
  return trimmed === '' ? whole : `${whole}.${trimmed}`;
}

/** Few prices, so that ties, equal edges and crossings are common; now and then one with all the places that there are. */
const price = fc.oneof(
  { weight: 60, arbitrary: decimalOf(95, 106, 2) },
  { weight: 40, arbitrary: decimalOf(990, 1010, 3) },

  { weight: 10, arbitrary: decimalOf(999_999_999_990, 1_000_000_000_010, 12) },
  { weight: 1, arbitrary: fc.constantFrom('1234567.123456789012', '98765432109.000000000001', '0.000000000001') },
);
const size = fc.oneof(
  { weight: 10, arbitrary: decimalOf(1, 60, 1) },
  { weight: 3, arbitrary: decimalOf(1, 9999, 4) },
  { weight: 1, arbitrary: fc.constantFrom('0.000000000001', '123456789012.123456789012') },
);
const badText = fc.constantFrom(
  '-1',
  '-0.5',
  '0',
  'NaN',
  'Infinity',
  '1e3',
  '',
  ' 1',
  '.5',
  '5.',
  '1.2.3',
  '99999999999999',
  '0x10',
);

const level: fc.Arbitrary<NormalizedLevel> = fc.tuple(price, size);
const badLevel: fc.Arbitrary<NormalizedLevel> = fc.oneof(fc.tuple(badText, size), fc.tuple(price, badText));
const levels = (zeros: number): fc.Arbitrary<readonly NormalizedLevel[]> =>
  fc.array(
    fc.oneof(
      { weight: 12, arbitrary: level },
      { weight: zeros, arbitrary: price.map((at): NormalizedLevel => [at, '0']) },
      { weight: 1, arbitrary: fc.oneof({ weight: 9, arbitrary: level }, { weight: 1, arbitrary: badLevel }) },
    ),
    { maxLength: 4 },
  );

const row = (venue: string, [base, quote]: readonly [string, string]): fc.Arbitrary<InstrumentRow> =>
  fc.record({
    venue: fc.constant(venue),
    symbol: fc.constant(`${base}${quote}`),
    base: fc.constant(base),
    quote: fc.constant(quote),
    kind: fc.constantFrom('spot', 'spot', 'spot', 'spot', 'spot', 'spot', 'perp'),
    tickSize: fc.constantFrom('0.01', '0.001', '0.05', '0.0001', undefined),
    lotSize: fc.constantFrom('0.1', '0.3', '0.25', '1', '0.0001', undefined),
    minQty: fc.constantFrom(undefined, undefined, '0.5', '1'),
    minNotional: fc.constantFrom(undefined, '1', '2.5'),
    contractValue: fc.constantFrom(undefined, undefined, undefined, '0.1', '10'),
    takerFeePpm: fc.constantFrom(0, 0, 100, 1000, 7000, -250),
  });

/** The books of two sides around a price that both know: the lower half bids, the upper half asks, usually. */
const sides = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(levels(2), levels(2)) },
  { weight: 3, arbitrary: fc.tuple(levels(2), fc.constant([])) },
  { weight: 3, arbitrary: fc.tuple(fc.constant([]), levels(2)) },
);

export const moment: fc.Arbitrary<number> = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(10, 11, 30) },
  { weight: 1, arbitrary: fc.integer({ min: -12, max: -1 }) },
);

function quotes(): fc.Arbitrary<object> {
  const maybe = fc.option(level, { freq: 6 });
  const trusted = fc.record({ bid: maybe, ask: maybe });
  const broken = fc.record({ bid: fc.option(badLevel), ask: fc.option(fc.oneof(level, badLevel)) });
  return fc
    .oneof({ weight: 15, arbitrary: trusted }, { weight: 1, arbitrary: broken })
    .map(({ bid, ask }) => ({ type: 'quote', ...ordered(bid, ask) }));
}

/** Most quotes are the right way round, or nothing would ever be usable. */
function ordered(first: NormalizedLevel | null, second: NormalizedLevel | null) {
  const swap = first !== null && second !== null && Number(first[0]) > Number(second[0]) && Number(first[1]) !== 0.7;
  const [bid, ask] = swap ? [second, first] : [first, second];
  return { bid: bid?.[0], bidSize: bid?.[1], ask: ask?.[0], askSize: ask?.[1] };
}

function bookEvents(): fc.Arbitrary<object> {
  const gap = fc.constantFrom(...Array.from({ length: 15 }, () => undefined), 3, 'unknown');
  const snapshot = sides.map(([bids, asks]) => ({ type: 'book_snapshot', ...apart(bids, asks) }));
  const delta = fc
    .tuple(sides, gap)
    .map(([[bids, asks], gapBefore]) => ({ type: 'book_delta', bids, asks, gapBefore }));
  return fc.oneof({ weight: 3, arbitrary: snapshot }, { weight: 4, arbitrary: delta });
}

/** The higher half of the levels as asks, so that most snapshots are not crossed. */
function apart(bids: readonly NormalizedLevel[], asks: readonly NormalizedLevel[]) {
  const all = [...bids, ...asks].toSorted((a, b) => Number(a[0]) - Number(b[0]));
  const half = all.length >> 1;
  return { bids: all.slice(0, half), asks: all.slice(half).filter(([at]) => at !== all[half - 1]?.[0]) };
}

export function eventOf(source: 'l1' | 'l2'): fc.Arbitrary<object> {
  return fc.oneof(
    { weight: 20, arbitrary: source === 'l1' ? quotes() : bookEvents() },
    { weight: 1, arbitrary: fc.constant({ type: 'trade' }) },
    { weight: 1, arbitrary: source === 'l1' ? bookEvents() : quotes() },
    { weight: 1, arbitrary: fc.constantFrom('down', 'up').map((status) => ({ type: 'status', status })) },
  );
}

/** Configurations and streams; `source` fixed, so that each kind gets its share of the runs. */
export function hostileStreams(source: 'l1' | 'l2'): fc.Arbitrary<Hostile> {
  const rows = fc.tuple(...PAIRS.flatMap((pair) => VENUES.map((venue) => row(venue, pair))));
  const event = fc.record({
    what: eventOf(source),
    who: fc.nat(),
    after: moment,
    isKnown: fc.integer({ min: 0, max: 40 }),
  });
  return fc
    .record({
      rows,
      size: fc.constantFrom(2, 3, 5, 9, 9, 15, 15),
      maxAgeMs: fc.constantFrom(10, 25, 100, 1000),
      minEdgePpm: fc.constantFrom(0, 0, 450, 10_000),
      minProfit: fc.constantFrom(undefined, undefined, '0.001', '0.05'),
      maxNotional: fc.constantFrom(undefined, undefined, '3', '0.7777777'),
      cycles: fc.constantFrom(undefined, { maxLength: 3 }, { maxLength: 4, scope: 'all' }, {
        maxLength: 4,
        scope: 'both',
      } as const),
      events: fc.array(event, { minLength: 10, maxLength: 120, size: 'max' }),
    })
    .map(({ rows: all, size: count, events, cycles, ...limits }) => {
      const instruments = all.slice(0, count);
      const groups = [...Map.groupBy(instruments, ({ symbol }) => symbol)];
      let at = START_NS;
      const stream = events.map(({ what, who, after, isKnown }) => {
        at += BigInt(after) * 1_000_000n;
        const { venue, symbol } = instruments[who % count] as InstrumentRow;
        return { ...what, venue, symbol: isKnown === 0 ? 'UNKNOWN' : symbol, tsRecv: at.toString() } as NormalizedEvent;
      });
      const options: DetectorOptions = {
        ...limits,
        instruments,
        groups: groups.map(([name, members]) => ({
          name,
          instruments: members.map((each) => `${each.venue}:${each.symbol}`),
        })),
        source,
        cycles,
      };
      return { options, events: stream };
    });
}
