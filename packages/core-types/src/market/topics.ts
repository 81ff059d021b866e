import { ValidationError, showValue } from '../vocabulary/errors.ts';
import { parseTopic } from '../vocabulary/topic.ts';
import { splitBarType, type BarType } from './bar-type.ts';
import { formatInstrumentId, splitInstrumentId, type InstrumentIdParts, type InstrumentRef } from './instrument-id.ts';

/*
 * NautilusTrader's topic names. Each builder makes a string: build a topic once per instrument and keep it.
 *
 * A venue, a symbol, a strategy or an account always fills exactly one segment, so that the pattern `data.quotes.+.+` gets every quote.
 * Characters that a segment cannot hold are written as `%` and two hexadecimal digits, as in a URL: see encodeTopicSegment.
 * This departs from NautilusTrader, where the symbol `BTC-USD.P` makes two segments.
 */

/** `data.quotes.{venue}.{symbol}` */
export type QuoteTopic = `data.quotes.${string}.${string}`;
/** `data.trades.{venue}.{symbol}` */
export type TradeTopic = `data.trades.${string}.${string}`;
/** `data.tickers.{venue}.{symbol}` */
export type TickerTopic = `data.tickers.${string}.${string}`;
/** `data.book.snapshots.{venue}.{symbol}` */
export type BookSnapshotTopic = `data.book.snapshots.${string}.${string}`;
/** `data.book.deltas.{venue}.{symbol}` */
export type BookDeltasTopic = `data.book.deltas.${string}.${string}`;
/** `data.bars.{barType}`, such as `data.bars.BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL` */
export type BarTopic = `data.bars.${string}`;
/** `data.instrument.{venue}.{symbol}` */
export type InstrumentTopic = `data.instrument.${string}.${string}`;
/** `data.status.{venue}.{symbol}` */
export type InstrumentStatusTopic = `data.status.${string}.${string}`;
/** `data.funding_rates.{venue}.{symbol}` */
export type FundingRateTopic = `data.funding_rates.${string}.${string}`;
/** `events.order.{strategyId}` */
export type OrderEventsTopic = `events.order.${string}`;
/** `events.position.{strategyId}` */
export type PositionEventsTopic = `events.position.${string}`;
/** `events.account.{accountId}` */
export type AccountEventsTopic = `events.account.${string}`;

/**
 * The topic of an instrument's best bid and offer: `data.quotes.BINANCE.BTCUSDT`. Its messages are `Quote`s.
 *
 * @throws ValidationError `INVALID_INSTRUMENT`; `INVALID_TOPIC` when the topic would be longer than 255 characters.
 */
export function quoteTopic(instrument: InstrumentRef): QuoteTopic {
  return checked(`data.quotes.${venueAndSymbol(instrument)}`);
}

/**
 * The topic of an instrument's public trades: `data.trades.BINANCE.BTCUSDT`. Its messages are `Trade`s.
 *
 * @throws ValidationError `INVALID_INSTRUMENT`; `INVALID_TOPIC` when the topic would be longer than 255 characters.
 */
export function tradeTopic(instrument: InstrumentRef): TradeTopic {
  return checked(`data.trades.${venueAndSymbol(instrument)}`);
}

/**
 * The topic of a venue's periodic summaries of an instrument: `data.tickers.BINANCE.BTCUSDT`. Its messages are `Ticker`s.
 *
 * @throws ValidationError `INVALID_INSTRUMENT`; `INVALID_TOPIC` when the topic would be longer than 255 characters.
 */
export function tickerTopic(instrument: InstrumentRef): TickerTopic {
  return checked(`data.tickers.${venueAndSymbol(instrument)}`);
}

/**
 * The topic of whole order books: `data.book.snapshots.BINANCE.BTCUSDT`. Its messages are `BookSnapshot`s.
 *
 * @throws ValidationError `INVALID_INSTRUMENT`; `INVALID_TOPIC` when the topic would be longer than 255 characters.
 */
export function bookSnapshotTopic(instrument: InstrumentRef): BookSnapshotTopic {
  return checked(`data.book.snapshots.${venueAndSymbol(instrument)}`);
}

/**
 * The topic of changes to an order book: `data.book.deltas.BINANCE.BTCUSDT`. Its messages are `BookDeltas`.
 *
 * @throws ValidationError `INVALID_INSTRUMENT`; `INVALID_TOPIC` when the topic would be longer than 255 characters.
 */
export function bookDeltasTopic(instrument: InstrumentRef): BookDeltasTopic {
  return checked(`data.book.deltas.${venueAndSymbol(instrument)}`);
}

/**
 * The topic of one series of bars: `data.bars.BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL`. Its messages are `Bar`s.
 *
 * @throws ValidationError `INVALID_BAR_TYPE`; `INVALID_TOPIC` when the topic would be longer than 255 characters.
 */
export function barTopic(barType: BarType): BarTopic {
  const { instrumentId, step, aggregation, priceType, source } = splitBarType(barType);
  const { symbol, venue } = splitInstrumentId(instrumentId);
  return checked(
    `data.bars.${encodeTopicSegment(symbol)}.${encodeTopicSegment(venue)}-${step}-${aggregation}-${priceType}-${source}`,
  );
}

/**
 * The topic of an instrument's definition (tick, lot, contract): `data.instrument.BINANCE.BTCUSDT`. Its messages are `Instrument`s.
 *
 * @throws ValidationError `INVALID_INSTRUMENT`; `INVALID_TOPIC` when the topic would be longer than 255 characters.
 */
export function instrumentTopic(instrument: InstrumentRef): InstrumentTopic {
  return checked(`data.instrument.${venueAndSymbol(instrument)}`);
}

/**
 * The topic of trading halts, auctions and resumptions of an instrument: `data.status.BINANCE.BTCUSDT`. Its messages are
 * `InstrumentStatus`.
 *
 * @throws ValidationError `INVALID_INSTRUMENT`; `INVALID_TOPIC` when the topic would be longer than 255 characters.
 */
export function instrumentStatusTopic(instrument: InstrumentRef): InstrumentStatusTopic {
  return checked(`data.status.${venueAndSymbol(instrument)}`);
}

/**
 * The topic of a perpetual contract's funding: `data.funding_rates.BINANCE.BTCUSDT`. Its messages are `FundingRate`s.
 *
 * @throws ValidationError `INVALID_INSTRUMENT`; `INVALID_TOPIC` when the topic would be longer than 255 characters.
 */
export function fundingRateTopic(instrument: InstrumentRef): FundingRateTopic {
  return checked(`data.funding_rates.${venueAndSymbol(instrument)}`);
}

/**
 * The topic of what happens to a strategy's orders: `events.order.MARKET_MAKER-001`. Its messages are `OrderEvent`s.
 *
 * @throws ValidationError `INVALID_TOPIC` when the name is empty, or the topic would be longer than 255 characters.
 */
export function orderEventsTopic(strategyId: string): OrderEventsTopic {
  return checked(`events.order.${encodeTopicSegment(strategyId)}`);
}

/**
 * The topic of a strategy's positions: `events.position.MARKET_MAKER-001`. Its messages are `PositionSnapshot`s.
 *
 * @throws ValidationError `INVALID_TOPIC` when the name is empty, or the topic would be longer than 255 characters.
 */
export function positionEventsTopic(strategyId: string): PositionEventsTopic {
  return checked(`events.position.${encodeTopicSegment(strategyId)}`);
}

/**
 * The topic of an account's balances: `events.account.BINANCE-001`. Its messages are `AccountSnapshot`s.
 *
 * @throws ValidationError `INVALID_TOPIC` when the name is empty, or the topic would be longer than 255 characters.
 */
export function accountEventsTopic(accountId: string): AccountEventsTopic {
  return checked(`events.account.${encodeTopicSegment(accountId)}`);
}

/**
 * A name as one segment of a topic: `.`, `*`, `?` and `%` become `%2E`, `%2A`, `%3F` and `%25`, and the name `+` becomes `%2B`.
 *
 * Any other name is returned as it is: `XBT/USD`, `tBTCUSD`, `BTC-24JUN22-15000-C`. Two names never give the same segment.
 *
 * @throws ValidationError `INVALID_TOPIC` for an empty name.
 */
export function encodeTopicSegment(name: string): string {
  if (typeof name !== 'string' || name.length === 0) {
    throw new ValidationError('INVALID_TOPIC', {
      path: '',
      expected: 'a name of at least one character',
      received: showValue(name),
      hint: 'A topic has no empty segment: name the venue, the symbol, the strategy or the account.',
    });
  }
  return name === '+' ? '%2B' : name.replaceAll(RESERVED, (character) => ESCAPES[character] ?? character);
}

/** The inverse of {@link encodeTopicSegment}: the name that a segment stands for. */
export function decodeTopicSegment(segment: string): string {
  return segment.replaceAll(ESCAPED, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
}

/**
 * The instrument of a topic of market data that ends in `{venue}.{symbol}`; undefined for any other topic, that of bars included.
 */
export function instrumentOfTopic(topic: string): InstrumentIdParts | undefined {
  const [root, kind, third, fourth, fifth, ...rest] = topic.split('.');
  const [venue, symbol] = kind === 'book' ? [fourth, fifth] : [third, fourth];
  const isLongEnough = kind === 'book' ? rest.length === 0 : fifth === undefined;
  if (root !== 'data' || kind === 'bars' || !isLongEnough || !venue || !symbol) return undefined;
  return { symbol: decodeTopicSegment(symbol), venue: decodeTopicSegment(venue) };
}

function venueAndSymbol(instrument: InstrumentRef): `${string}.${string}` {
  const { symbol, venue } = splitInstrumentId(
    typeof instrument === 'string' ? instrument : formatInstrumentId(instrument),
  );
  return `${encodeTopicSegment(venue)}.${encodeTopicSegment(symbol)}`;
}

/** Escapes can make a long name longer than a topic may be; everything else has been seen to. */
function checked<T extends string>(topic: T): T {
  parseTopic(topic);
  return topic;
}

const RESERVED = /[.*?%]/g;
const ESCAPES: Readonly<Record<string, string>> = { '.': '%2E', '*': '%2A', '?': '%3F', '%': '%25' };
const ESCAPED = /%(?:2E|2A|3F|25|2B)/g;
