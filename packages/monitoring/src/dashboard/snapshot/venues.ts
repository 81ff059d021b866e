import { compareDecimals, isDecimalText, type LiveOpportunity } from '@tradewind/core-types';
import type { Reading } from '../collecting/collector.ts';
import { componentsOf } from '../../health/health-tree.ts';
import type { OpportunityRow, VenueRow, VenuesAnswer } from '../protocol/index.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import { Figures } from './figures-of.ts';

/** The venues by what their feeds and connections tell, and the opportunities between them. */
export function venuesOf(buses: readonly WatchedBus[], readingOf: (bus: WatchedBus) => Reading): VenuesAnswer {
  const books = buses.flatMap((bus) => bus.faces().opportunities.map((book) => ({ bus: bus.name, book })));
  const counts: Record<string, number> = {};
  for (const { book } of books) {
    for (const [state, count] of Object.entries(book.counts())) counts[state] = (counts[state] ?? 0) + count;
  }
  const live = books.flatMap(({ bus, book }) => book.live().map((one) => rowOf(bus, one)));
  return {
    venues: buses.flatMap((bus) => [...venueRows(bus, new Figures(readingOf(bus)))]),
    opportunities: books.length === 0 ? null : live.toSorted(byProfit).slice(0, MAX_OPPORTUNITIES),
    counts: books.length === 0 ? null : counts,
  };
}

/** A feed and a connection are of one venue where they have one name, however it is written. */
function* venueRows(bus: WatchedBus, figures: Figures): Iterable<VenueRow> {
  const feeds = new Map(
    [...componentsOf(bus.monitoring.health())]
      .filter(({ component }) => component.startsWith(FEEDS))
      .map((health) => [health.name.toLowerCase(), health]),
  );
  const connections = new Map(
    figures.labels('tradewind_venue_events_total').map(({ venue = '' }) => [venue.toLowerCase(), venue]),
  );
  for (const key of new Set([...feeds.keys(), ...connections.keys()])) {
    const feed = feeds.get(key);
    const part = { part: feed?.component ?? '' };
    const venue = { venue: connections.get(key) ?? '' };
    yield {
      bus: bus.name,
      venue: venue.venue || (feed?.name ?? key),
      status: feed?.status ?? null,
      reason: feed?.reason ?? '',
      sinceMs: feed?.sinceMs ?? null,
      eventsPerSecond:
        figures.rate('tradewind_venue_events_total', venue) ?? figures.rate('tradewind_feed_events_total', part),
      gapsPerSecond:
        figures.rate('tradewind_venue_gaps_total', venue) ?? figures.rate('tradewind_feed_gaps_total', part),
      outOfOrderPerSecond: figures.rate('tradewind_venue_out_of_order_total', venue),
      streams: figures.value('tradewind_feed_streams', part),
      illStreams: figures.value('tradewind_feed_ill_streams', part),
      silentSeconds: figures.largest('tradewind_feed_silent_seconds', part),
      resubscriptions: figures.value('tradewind_feed_resubscriptions_total', part),
      delaySeconds: figures.value('tradewind_venue_delay_seconds', venue),
      roundTripSeconds: figures.value('tradewind_venue_round_trip_seconds', venue),
      clockOffsetSeconds: figures.value('tradewind_venue_clock_offset_seconds', venue),
      goodRatio: figures.value('tradewind_venue_good_ratio', venue),
    };
  }
}

function rowOf(
  bus: string,
  { figures, survival, legs, detectedAtNs, expiresAtNs, ...rest }: LiveOpportunity,
): OpportunityRow {
  const { id, type, state, urgency } = rest;
  return {
    bus,
    id,
    type,
    state,
    urgency,
    legs: legs.map(({ venue, symbol, side, limit = null, quantity = null }) => ({
      venue,
      symbol,
      side,
      limit,
      quantity,
    })),
    profit: figures.profit ?? null,
    survivalProbability: survival?.probability ?? null,
    detectedAtMs: Number(detectedAtNs) / NS_PER_MS,
    expiresAtMs: Number(expiresAtNs) / NS_PER_MS,
  };
}

/** The most profitable first, by exact comparison. */
function byProfit(a: OpportunityRow, b: OpportunityRow): number {
  const [left, right] = [a.profit, b.profit];
  if (!isDecimalText(left) || !isDecimalText(right)) return Number(isDecimalText(right)) - Number(isDecimalText(left));
  return compareDecimals(right, left);
}

const FEEDS = 'feeds/';
const NS_PER_MS = 1e6;
const MAX_OPPORTUNITIES = 200;
