import { ValidationError, showValue } from '../vocabulary/errors.ts';
import { parseBar, type Bar } from './bar.ts';
import { parseBookDeltas, type BookDeltas } from './book-deltas.ts';
import { parseBookSnapshot, type BookSnapshot } from './book-snapshot.ts';
import { parseFundingRate, type FundingRate } from './funding-rate.ts';
import { parseInstrumentStatus, type InstrumentStatus } from './instrument-status.ts';
import { parseInstrument, type Instrument } from './instrument.ts';
import { parseQuote, type Quote } from './quote.ts';
import { readTag } from './schema.ts';
import { parseTicker, type Ticker } from './ticker.ts';
import { parseTrade, type Trade } from './trade.ts';

/** Everything that a market may say. Told apart by `type`. */
export type MarketEvent =
  | Quote
  | Trade
  | Ticker
  | BookSnapshot
  | BookDeltas
  | Bar
  | Instrument
  | InstrumentStatus
  | FundingRate;

/** The tags by which market events are told apart: `quote`, `trade`, `book_deltas` and so on. */
export type MarketEventType = MarketEvent['type'];

/** The event of a type: `MarketEventOf<'quote'>` is `Quote`. */
export type MarketEventOf<T extends MarketEventType> = Extract<MarketEvent, { readonly type: T }>;

/**
 * Reads any market event from unknown input, such as parsed JSON, by its `type`.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_MARKET_EVENT`, or `INVALID_INSTRUMENT` for an instrument, with all problems among its `issues`.
 */
export function parseMarketEvent(input: unknown): MarketEvent {
  const type = readTag(input);
  const parse = type === undefined ? undefined : PARSERS.get(type);
  if (parse !== undefined) return parse(input);
  throw new ValidationError('INVALID_MARKET_EVENT', {
    path: 'type',
    expected: `one of ${[...PARSERS.keys()].join(', ')}`,
    received: showValue(type),
    hint: 'Market events are objects told apart by their type.',
  });
}

const PARSERS: ReadonlyMap<string, (input: unknown) => MarketEvent> = new Map<
  MarketEventType,
  (input: unknown) => MarketEvent
>([
  ['quote', parseQuote],
  ['trade', parseTrade],
  ['ticker', parseTicker],
  ['book_snapshot', parseBookSnapshot],
  ['book_deltas', parseBookDeltas],
  ['bar', parseBar],
  ['instrument', parseInstrument],
  ['instrument_status', parseInstrumentStatus],
  ['funding_rate', parseFundingRate],
]);
