import { ValidationError, showValue } from '../vocabulary/errors.ts';

/**
 * Which instrument at which venue: `SYMBOL.VENUE`, as in NautilusTrader: `BTCUSDT.BINANCE`, `XBT/USD.KRAKEN`, `BTC-USD.P.DYDX`.
 *
 * The symbol is the venue's own spelling and may hold dots; the venue may not, so the last dot parts the two.
 */
export type InstrumentId = string & { readonly __tradewindInstrumentId: true };

/** The two parts of an {@link InstrumentId}. */
export interface InstrumentIdParts {
  readonly symbol: string;
  readonly venue: string;
}

/** An instrument, however the caller holds it: as one text or as its parts. */
export type InstrumentRef = InstrumentId | InstrumentIdParts;

/**
 * Bounds of names. The longest symbols in use are those of event contracts, at about 150 characters with their two tokens;
 * a topic of 255 characters still has room for one.
 */
export const NAME_LIMITS = { maxVenueCharacters: 32, maxSymbolCharacters: 160 } as const;

/**
 * Checks the text form of an instrument.
 *
 * @throws ValidationError `INVALID_INSTRUMENT`
 */
export function parseInstrumentId(input: unknown): InstrumentId {
  if (typeof input !== 'string') throw invalid('', 'SYMBOL.VENUE', input);
  const dot = input.lastIndexOf('.');
  if (dot < 0) throw invalid('', 'SYMBOL.VENUE', input);
  checkParts(input.slice(0, dot), input.slice(dot + 1));
  return input as InstrumentId;
}

/**
 * Joins a symbol and a venue: `formatInstrumentId({ symbol: 'BTCUSDT', venue: 'BINANCE' })` is `BTCUSDT.BINANCE`.
 *
 * Builds a string: do it once per instrument, not per message.
 *
 * @throws ValidationError `INVALID_INSTRUMENT`
 */
export function formatInstrumentId(parts: InstrumentIdParts): InstrumentId {
  checkParts(parts.symbol, parts.venue);
  return `${parts.symbol}.${parts.venue}` as InstrumentId;
}

/**
 * The inverse of {@link formatInstrumentId}.
 *
 * @throws ValidationError `INVALID_INSTRUMENT` when a plain string was cast and is none.
 */
export function splitInstrumentId(instrumentId: InstrumentId): InstrumentIdParts {
  const checked = parseInstrumentId(instrumentId);
  const dot = checked.lastIndexOf('.');
  return { symbol: checked.slice(0, dot), venue: checked.slice(dot + 1) };
}

/** @internal Whether the text is a name: neither empty nor too long, no control character, no space at either end. */
export function isName(text: unknown, maxCharacters: number): text is string {
  if (typeof text !== 'string' || text.length === 0 || text.length > maxCharacters) return false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < SPACE || (code >= DELETE && code <= LAST_CONTROL)) return false;
  }
  return text.charCodeAt(0) !== SPACE && text.charCodeAt(text.length - 1) !== SPACE;
}

/** @internal Whether the text names a venue: a name without a dot, which parts it from the symbol. */
export function isVenueName(text: unknown): text is string {
  return isName(text, NAME_LIMITS.maxVenueCharacters) && !text.includes('.');
}

function checkParts(symbol: unknown, venue: unknown): void {
  if (!isName(symbol, NAME_LIMITS.maxSymbolCharacters)) {
    throw invalid('symbol', `1 to ${NAME_LIMITS.maxSymbolCharacters} characters without control characters`, symbol);
  }
  if (!isVenueName(venue)) {
    throw invalid(
      'venue',
      `1 to ${NAME_LIMITS.maxVenueCharacters} characters without dots and control characters`,
      venue,
    );
  }
}

function invalid(path: string, expected: string, input: unknown): ValidationError {
  return new ValidationError('INVALID_INSTRUMENT', {
    path,
    expected,
    received: showValue(input),
    hint: "Join the venue's own symbol and the name of the venue by a dot, such as BTCUSDT.BINANCE.",
  });
}

const SPACE = 0x20;
const DELETE = 0x7f;
const LAST_CONTROL = 0x9f;
