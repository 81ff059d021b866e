import {
  compareDecimals,
  formatInstrumentId,
  isDecimalText,
  parseBookDeltas,
  parseBookSnapshot,
  parseFundingRate,
  parseQuote,
  parseTicker,
  parseTimestampNs,
  parseTrade,
  showValue,
  INSTRUMENT_KINDS,
  ValidationError,
  type DecimalText,
  type InstrumentId,
  type InstrumentKind,
  type TimestampNs,
} from '@tradewind/core-types';
import type { FeedMarketEvent, OrderLatencySample } from '../events.ts';
import type { Listing } from '../feed.ts';

/** One line of a recording, read. */
export interface RecordedEvent {
  /** The recorder's clock; the venue's where nothing was received, as in a table of measurements. */
  readonly atNs: TimestampNs;
  readonly event: FeedMarketEvent;
  /** Absent on a measurement, which is about no instrument. */
  readonly listing?: Listing | undefined;
  /** What the line says of itself: that its times were shifted, or that it was made from another venue's. */
  readonly mark?: 'retimed' | 'replica' | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the lines of one or more recordings, and numbers their streams.
 *
 * The format is one JSON object a line, described in the demo's README. Every field goes through the parsers of `core-types`: what
 * comes out is what an adapter of a live venue would have to give.
 */
export class RecordParser {
  readonly #listings = new Map<string, Listing>();
  readonly #sequences = new Map<string, number>();

  /**
   * @throws ValidationError with the field at fault; its message says what was expected and what came.
   */
  parse(line: string): RecordedEvent {
    const record = asObject(line);
    if (record['type'] === 'order_latency') return readMeasurement(record);
    const listing = this.#listing(record);
    const atNs = parseTimestampNs(record['tsRecv']);
    const { tsEvent } = record;
    const header: Fields = {
      instrumentId: listing.instrumentId,
      tsEventNs: tsEvent === null ? null : parseTimestampNs(tsEvent),
      tsInitNs: atNs,
      sequence: this.#nextSequence(`${String(record['type'])} ${listing.instrumentId}`),
      venueSequence: record['seq'],
    };
    return { atNs, listing, event: readEvent(record, header), mark: markOf(record) };
  }

  /** The listing is made once per instrument, not per line. */
  #listing(record: Fields): Listing {
    const key = `${String(record['venue'])}\n${String(record['symbol'])}`;
    let listing = this.#listings.get(key);
    if (listing === undefined) {
      listing = readListing(record);
      this.#listings.set(key, listing);
    }
    return listing;
  }

  #nextSequence(stream: string): number {
    const sequence = this.#sequences.get(stream) ?? 0;
    this.#sequences.set(stream, sequence + 1);
    return sequence;
  }
}

function readEvent(record: Fields, header: Fields): FeedMarketEvent {
  switch (record['type']) {
    case 'trade':
      return parseTrade({
        type: 'trade',
        ...header,
        price: record['price'],
        size: record['size'],
        aggressorSide: AGGRESSORS.get(record['side']) ?? record['side'],
        tradeId: record['tradeId'],
      });
    case 'quote':
      return parseQuote({
        type: 'quote',
        ...header,
        bidPrice: record['bid'] ?? null,
        bidSize: record['bidSize'] ?? null,
        askPrice: record['ask'] ?? null,
        askSize: record['askSize'] ?? null,
      });
    case 'book_snapshot':
      return parseBookSnapshot({
        type: 'book_snapshot',
        ...header,
        bids: bestFirst(record['bids'], 'BUY'),
        asks: bestFirst(record['asks'], 'SELL'),
      });
    case 'book_delta':
      return parseBookDeltas({
        type: 'book_deltas',
        ...header,
        deltas: [...changes('bids', record['bids'], 'BUY'), ...changes('asks', record['asks'], 'SELL')],
      });
    case 'ticker':
      return readTicker(record, header);
    case 'funding':
      return readFunding(record, header);
    default:
      throw fault('type', 'trade, quote, book_snapshot, book_delta, ticker, funding or order_latency', record['type']);
  }
}

/** A side of a snapshot best first. Some venues send theirs in another order; what is no list of levels is left to the parser. */
function bestFirst(levels: unknown, side: 'BUY' | 'SELL'): unknown {
  if (!Array.isArray(levels) || !levels.every(isTextPair)) return levels;
  const sign = side === 'BUY' ? -1 : 1;
  return levels.toSorted(([a], [b]) => sign * compareDecimals(a, b));
}

function isTextPair(level: unknown): level is readonly [price: DecimalText, size: DecimalText] {
  return Array.isArray(level) && level.length === 2 && isDecimalText(level[0]) && isDecimalText(level[1]);
}

function readTicker(record: Fields, header: Fields): FeedMarketEvent {
  return parseTicker({
    type: 'ticker',
    ...header,
    lastPrice: record['last'],
    bidPrice: record['bid'],
    bidSize: record['bidSize'],
    askPrice: record['ask'],
    askSize: record['askSize'],
    volume24h: record['volume24h'],
    markPrice: record['markPrice'],
    underlyingPrice: record['underlyingPrice'],
    fundingRate: record['fundingRate'],
  });
}

function readFunding(record: Fields, header: Fields): FeedMarketEvent {
  const hours = record['hoursSincePrev'];
  return parseFundingRate({
    type: 'funding_rate',
    ...header,
    rate: record['rate'],
    intervalMinutes: typeof hours === 'number' ? hours * MINUTES_PER_HOUR : undefined,
  });
}

/** The levels of a delta: absolute sizes, of which "0" takes a level away. */
function changes(field: string, levels: unknown, side: 'BUY' | 'SELL'): readonly Fields[] {
  if (!Array.isArray(levels)) throw fault(field, 'an array of [price, size]', levels);
  return levels.map((level: unknown) => {
    if (!Array.isArray(level) || level.length !== 2) throw fault(field, 'an array of [price, size]', level);
    const [price, size] = level as readonly unknown[];
    return { action: size === '0' ? 'DELETE' : 'UPDATE', side, price, size };
  });
}

function readMeasurement(record: Fields): RecordedEvent {
  const { venue, place, op, latencyMs } = record;
  const operation = OPERATIONS.find((candidate) => candidate === op);
  if (typeof venue !== 'string' || venue === '') throw fault('venue', 'the name of a venue', venue);
  if (typeof place !== 'string' || place === '') throw fault('place', 'the name of a place', place);
  if (operation === undefined) throw fault('op', OPERATIONS.join(', '), op);
  if (typeof latencyMs !== 'number' || !(latencyMs >= 0))
    throw fault('latencyMs', 'milliseconds, 0 or more', latencyMs);
  const tsEventNs = parseTimestampNs(record['tsEvent']);
  const event: OrderLatencySample = { type: 'order_latency', venue, place, operation, latencyMs, tsEventNs };
  return { atNs: tsEventNs, event };
}

function readListing(record: Fields): Listing {
  const { venue, symbol, base, quote } = record;
  if (typeof venue !== 'string') throw fault('venue', 'the name of a venue', venue);
  if (typeof symbol !== 'string') throw fault('symbol', 'the symbol of an instrument', symbol);
  if (typeof base !== 'string' || base === '') throw fault('base', 'a currency or asset', base);
  if (typeof quote !== 'string' || quote === '') throw fault('quote', 'a currency or asset', quote);
  const kind: InstrumentKind | undefined = INSTRUMENT_KINDS.find((candidate) => candidate === record['kind']);
  if (kind === undefined) throw fault('kind', INSTRUMENT_KINDS.join(', '), record['kind']);
  const instrumentId: InstrumentId = formatInstrumentId({ symbol, venue });
  return { instrumentId, venue, symbol, base, quote, kind };
}

function markOf(record: Fields): 'retimed' | 'replica' | undefined {
  if (record['retimed'] === true) return 'retimed';
  return record['replica'] === true ? 'replica' : undefined;
}

function asObject(line: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new ValidationError('INVALID_MARKET_EVENT', {
      path: '',
      expected: 'a JSON object',
      received: showValue(line),
      hint: HINT,
      cause,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault('', 'a JSON object', value);
  return value as Fields;
}

function fault(path: string, expected: string, received: unknown): ValidationError {
  return new ValidationError('INVALID_MARKET_EVENT', { path, expected, received: showValue(received), hint: HINT });
}

const AGGRESSORS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ['buy', 'BUYER'],
  ['sell', 'SELLER'],
  [null, 'NO_AGGRESSOR'],
  [undefined, 'NO_AGGRESSOR'],
]);
const OPERATIONS = ['create', 'cancel', 'execute'] as const;
const MINUTES_PER_HOUR = 60;
const HINT = 'The format of recordings is described in the README of the demo.';
