import { timestampNsToIso, type DecimalText, type TimestampNs } from '@tradewind/core-types';
import type { ArbitrageSummary } from '../arbitrage/opportunity-board.ts';
import type { AssetBook, VenueTouch } from '../subscribers/top-of-book.ts';
import type { Tape } from '../subscribers/bars.ts';
import type { CensusCounts } from '../subscribers/census.ts';
import type { Position } from '../subscribers/position-book.ts';
import type { RiskCounts } from '../subscribers/risk-check.ts';
import { nsAt } from '../feed.ts';

/** Where the events came from. */
export type SourceSummary =
  | { readonly mode: 'simulation'; readonly seed: number; readonly venues: readonly string[] }
  | {
      readonly mode: 'replay';
      /** Names without their folders: the same recording elsewhere gives the same summary. */
      readonly files: readonly string[];
      readonly retimed: boolean;
      readonly replica: boolean;
      readonly rejected: number;
    };

/** Counts by name, in alphabetical order. */
export type Counts = Readonly<Record<string, number>>;

/** The touch of one instrument as it was last known. */
interface TouchSummary {
  readonly instrument: string;
  readonly bid: readonly [price: DecimalText, size: DecimalText] | null;
  readonly ask: readonly [price: DecimalText, size: DecimalText] | null;
  readonly asOf: string;
}

/**
 * What happened on the market and at the desk. It depends on the events alone: the same seed, or the same recording, gives the same
 * bytes, on any day and at any speed.
 */
export interface BusinessSummary {
  readonly source: SourceSummary;
  readonly market: { readonly start: string; readonly end: string; readonly micros: number };
  readonly events: {
    readonly total: number;
    readonly byType: Counts;
    readonly byVenue: Readonly<Record<string, Counts>>;
  };
  readonly trades: readonly Tape[];
  readonly bars: { readonly published: number; readonly open: number };
  readonly topOfBook: readonly {
    readonly asset: string;
    readonly best: {
      readonly bid: DecimalText;
      readonly bidVenue: string;
      readonly ask: DecimalText;
      readonly askVenue: string;
    } | null;
    readonly venues: readonly TouchSummary[];
  }[];
  readonly orders: {
    readonly wanted: number;
    readonly passed: number;
    readonly denied: Counts;
    /** Let pass, and the end not known when the market stopped. */
    readonly open: number;
  };
  readonly positions: readonly Position[];
  /** Null for a recording, of which neither fees nor grids are known. */
  readonly arbitrage: ArbitrageSummary | null;
}

/** What the summary is made of. */
export interface BusinessFacts {
  readonly source: SourceSummary;
  readonly startNs: TimestampNs;
  readonly marketMicros: number;
  readonly census: CensusCounts;
  readonly tapes: readonly Tape[];
  readonly bars: { readonly published: number; readonly open: number };
  readonly books: readonly AssetBook[];
  readonly ordersWanted: number;
  readonly risk: RiskCounts;
  readonly positions: readonly Position[];
  readonly arbitrage: ArbitrageSummary | undefined;
}

export function businessSummary(facts: BusinessFacts): BusinessSummary {
  const { startNs, marketMicros, risk } = facts;
  return {
    source: facts.source,
    market: {
      start: timestampNsToIso(startNs),
      end: timestampNsToIso(nsAt(startNs, marketMicros)),
      micros: marketMicros,
    },
    events: eventCounts(facts.census),
    trades: facts.tapes,
    bars: facts.bars,
    topOfBook: facts.books.map(({ asset, best, venues }) => ({
      asset,
      best: best ?? null,
      venues: venues.map(touchSummary),
    })),
    orders: { wanted: facts.ordersWanted, passed: risk.passed, denied: risk.denied, open: risk.openOrders },
    positions: facts.positions,
    arbitrage: facts.arbitrage ?? null,
  };
}

function eventCounts(census: CensusCounts): BusinessSummary['events'] {
  let total = 0;
  const byType = new Map<string, number>();
  const byVenue: [string, Counts][] = [];
  for (const [venue, types] of census) {
    byVenue.push([venue, sorted(types)]);
    for (const [type, count] of types) {
      total += count;
      byType.set(type, (byType.get(type) ?? 0) + count);
    }
  }
  return { total, byType: sorted(byType), byVenue: Object.fromEntries(byVenue.toSorted(byName)) };
}

function sorted(counts: ReadonlyMap<string, number>): Counts {
  return Object.fromEntries([...counts].toSorted(byName));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function touchSummary({ instrumentId, bid, ask, asOfNs }: VenueTouch): TouchSummary {
  return { instrument: instrumentId, bid: bid ?? null, ask: ask ?? null, asOf: timestampNsToIso(asOfNs) };
}
