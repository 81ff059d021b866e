import { splitInstrumentId, type BookDelta, type BookDeltas, type MarketEvent } from '@tradewind/core-types';
import type { NormalizedDelta, NormalizedEvent, NormalizedLevel } from './normalized-event.ts';

/** Statuses in which orders do not match; after them the next quote or snapshot counts again. */
const HALTED: ReadonlySet<string> = new Set([
  'PRE_OPEN',
  'PRE_CROSS',
  'CROSS',
  'ROTATION',
  'HALT',
  'PAUSE',
  'SUSPEND',
  'CLOSE',
  'POST_CLOSE',
  'NOT_AVAILABLE_FOR_TRADING',
]);

/**
 * Turns an event of the bus (`data.quotes.*`, `data.book.*`, `data.trades.*` and so on) into the events that a detector takes:
 *
 * ```ts
 * bus.subscribe('data.*', (event) => {
 *   for (const each of readMarketEvent(event)) detector.apply(each);
 * });
 * ```
 *
 * Mostly one. Deltas that begin by clearing both sides become a snapshot. Of deltas that clear one side nothing can be made that is right:
 * they count as a gap, so that the book waits for its next snapshot; so do deltas of single orders. A halted instrument becomes a
 * quote without sides and a delta after a gap, of which a detector heeds the one that it is made for.
 *
 * Deltas that leave the book unfinished (flags without `BookFlag.LAST`) are to be put together before: a detector looks at the book after
 * each event.
 *
 * @throws ValidationError `INVALID_INSTRUMENT` for an instrument id that is none.
 */
export function readMarketEvent(event: MarketEvent): readonly NormalizedEvent[] {
  const header = { ...splitInstrumentId(event.instrumentId), tsRecv: event.tsInitNs, tsEvent: event.tsEventNs };
  const gapBefore = event.gapBefore;
  switch (event.type) {
    case 'quote': {
      const { bidPrice: bid, bidSize, askPrice: ask, askSize } = event;
      return [{ ...header, type: 'quote', bid, bidSize, ask, askSize, gapBefore }];
    }
    case 'book_snapshot':
      return [{ ...header, type: 'book_snapshot', bids: event.bids, asks: event.asks, gapBefore }];
    case 'book_deltas':
      return [readDeltas(event, header)];
    case 'funding_rate': {
      const { rate, nextFundingNs, intervalMinutes } = event;
      return [{ ...header, type: 'funding', rate, nextFundingNs, intervalMinutes }];
    }
    case 'instrument_status':
      if (!HALTED.has(event.action) && event.isTrading !== false) return [{ ...header, type: 'ticker' }];
      return [
        { ...header, type: 'quote' },
        { ...header, type: 'book_delta', bids: [], asks: [], gapBefore: 'unknown' },
      ];
    default:
      // It moves the clock.
      return [{ ...header, type: 'ticker' }];
  }
}

function readDeltas(
  { deltas, gapBefore }: BookDeltas,
  header: Pick<NormalizedDelta, 'venue' | 'symbol' | 'tsRecv' | 'tsEvent'>,
): NormalizedEvent {
  const clears = deltas.filter(({ action }) => action === 'CLEAR');
  const changes = deltas.slice(clears.length);
  const levels = (side: BookDelta['side']): readonly NormalizedLevel[] =>
    changes.filter((delta) => delta.side === side).map(({ price, size }) => [price, size]);
  const [bids, asks] = [levels('BUY'), levels('SELL')];
  const isClearedFirst = clears.every((clear, i) => clear === deltas[i]);
  const isBothSides = new Set(clears.map(({ side }) => side)).size === 2;
  if (isClearedFirst && isBothSides) return { ...header, type: 'book_snapshot', bids, asks };
  const isReadable = clears.length === 0 && deltas.every(({ orderId }) => orderId === undefined);
  return { ...header, type: 'book_delta', bids, asks, gapBefore: isReadable ? gapBefore : 'unknown' };
}
