import type { CurrencyBook } from './currency-book.ts';
import { readExpiry } from './expiry.ts';

/** What a venue's spelling of an instrument says. */
export interface SymbolReading {
  readonly base: string;
  readonly quote: string | undefined;
  /** `perp`, `future`, `option` or `spot` where the symbol says so. */
  readonly instrument: string | undefined;
  readonly expiry: string | undefined;
  readonly strike: string | undefined;
  readonly right: 'call' | 'put' | undefined;
  /** 1: written with a separator, or both parts are known. Less: a guess of where base ends and quote begins. */
  readonly confidence: number;
}

/** What it takes to read a symbol. */
export interface SymbolOptions {
  readonly currencies: CurrencyBook;
  /** It is known to be a symbol, as from its place in a topic: a base that nobody has heard of is believed. */
  readonly trusted: boolean;
  /** A venue's own spellings of currencies, first of all. */
  readonly own?: Readonly<Record<string, string>> | undefined;
}

/**
 * Takes a symbol apart: `BTCUSDT`, `XBT/USD`, `BTC-USD`, `BTC-PERP`, `BTCUSDT-PERP`, `BTC-USD-220527`, `TRXU21`, `tBTCUSD`, `BTCUSD_PERP`,
 * `BTC-24JUN22-15000-C`.
 *
 * Symbols without a separator are ambiguous (`YFIHUSD`): a split whose both parts are known wins, then the more usual quote.
 *
 * @returns undefined for what is no symbol.
 */
export function readSymbol(text: string, options: SymbolOptions): SymbolReading | undefined {
  if (text.length > MAX_CHARACTERS || !SHAPE.test(text)) return undefined;
  const upper = (BITFINEX.test(text) ? text.slice(1) : text).toUpperCase();
  const pieces = upper.split(SEPARATOR).filter((piece) => piece !== '');
  if (pieces.length === 0 || pieces.length > MAX_PIECES) return undefined;
  const second = pieces[1];
  const isWhole = second !== undefined && MARKS[second] === undefined && readExpiry(second) === undefined;
  const parts = new Parts(options, isWhole);
  for (const [at, piece] of pieces.entries()) if (!parts.take(piece, at)) return undefined;
  return parts.reading();
}

/** The pieces of one symbol as they are understood, from left to right. */
class Parts {
  readonly #currencies: CurrencyBook;
  readonly #trusted: boolean;
  readonly #own: Readonly<Record<string, string>> | undefined;
  /** A separator parts base and quote: what stands before it is not taken apart. */
  readonly #isWhole: boolean;
  #base: string | undefined;
  #quote: string | undefined;
  #instrument: string | undefined;
  #expiry: string | undefined;
  #strike: string | undefined;
  #right: 'call' | 'put' | undefined;
  #confidence = 1;

  constructor({ currencies, trusted, own }: SymbolOptions, isWhole: boolean) {
    this.#isWhole = isWhole;
    this.#currencies = currencies;
    this.#trusted = trusted;
    this.#own = own;
  }

  take(piece: string, at: number): boolean {
    if (at > 0 && this.#takeMark(piece)) return true;
    if (this.#base === undefined) return this.#takeFirst(piece);
    if (this.#quote !== undefined) return false;
    const ending = CONTRACT_ENDING.exec(piece);
    const quote = this.#currency(piece) ?? (ending === null ? undefined : this.#currency(ending[1] ?? ''));
    if (quote === undefined && !(this.#trusted && TICKER.test(piece))) return false;
    if (quote !== undefined && ending !== null && this.#currency(piece) === undefined) this.#instrument = 'perp';
    this.#quote = quote ?? piece;
    return true;
  }

  reading(): SymbolReading | undefined {
    if (this.#base === undefined) return undefined;
    const bare = this.#quote === undefined && this.#instrument === undefined;
    if (bare && !this.#trusted) return undefined;
    return {
      base: this.#base,
      quote: this.#quote,
      instrument: this.#instrument,
      expiry: this.#expiry,
      strike: this.#strike,
      right: this.#right,
      confidence: this.#confidence,
    };
  }

  /** What comes after the currencies: kind of contract, expiry, strike, right. */
  #takeMark(piece: string): boolean {
    const instrument = MARKS[piece];
    if (instrument !== undefined && (this.#instrument === undefined || this.#instrument === instrument)) {
      this.#instrument = instrument;
      return true;
    }
    if (this.#expiry === undefined) {
      this.#expiry = readExpiry(piece);
      if (this.#expiry !== undefined) this.#instrument = 'future';
      return this.#expiry !== undefined;
    }
    if (this.#strike === undefined && STRIKE.test(piece)) {
      this.#strike = piece.replace('D', '.');
      return true;
    }
    if (this.#strike === undefined || this.#right !== undefined || (piece !== 'C' && piece !== 'P')) return false;
    this.#right = piece === 'C' ? 'call' : 'put';
    this.#instrument = 'option';
    return true;
  }

  /** A base, or base and quote in one. */
  #takeFirst(piece: string): boolean {
    const known = this.#currency(piece);
    if (known !== undefined) {
      this.#base = known;
      return true;
    }
    if (this.#isWhole) return this.#believe(piece);
    return this.#split(piece) || this.#splitContract(piece) || this.#believe(piece);
  }

  /** `BTCUSDTPERP`, `XBTUSDTM`, `TRXU21`. */
  #splitContract(piece: string): boolean {
    const month = MONTH_ENDING.exec(piece);
    if (month !== null && (this.#trusted || this.#currency(month[1] ?? '') !== undefined)) {
      if (!this.#takeFirst(month[1] ?? '')) return false;
      this.#expiry = readExpiry(month[2] ?? '');
      this.#instrument = 'future';
      return true;
    }
    const ending = CONTRACT_ENDING.exec(piece);
    if (ending === null || !(this.#currency(ending[1] ?? '') !== undefined || this.#split(ending[1] ?? '')))
      return false;
    this.#base ??= this.#currency(ending[1] ?? '');
    this.#instrument = 'perp';
    return true;
  }

  #split(piece: string): boolean {
    let base: string | undefined;
    let quote = '';
    for (let at = Math.min(piece.length - 1, MAX_BASE_LETTERS); at >= 1; at -= 1) {
      const rest = this.#spelled(piece.slice(at));
      const usual = this.#currencies.quote(rest);
      if (usual === undefined && !this.#trusted) continue;
      const head = this.#currency(piece.slice(0, at));
      // Two known currencies are a pair though neither is a usual quote, where it is certain that there is one: ZECLTC.
      const isPair = this.#trusted && head !== undefined && rest.length >= LEAST_TICKER_LETTERS;
      const tail = usual ?? (isPair ? this.#currencies.canonical(rest) : undefined);
      if (tail === undefined) continue;
      if (head !== undefined && head !== tail) {
        this.#base = head;
        this.#quote = tail;
        return true;
      }
      // Of an unknown base the more usual quote is believed: TROGH/USD, not TROG/HUSD.
      const isMoreUsual = quote === '' || this.#currencies.quoteOf(quote, tail) === tail;
      if (at >= LEAST_UNKNOWN_LETTERS && this.#trusted && isMoreUsual) {
        base = piece.slice(0, at);
        quote = tail;
      }
    }
    if (base === undefined) return false;
    this.#base = base;
    this.#quote = quote;
    this.#confidence = GUESSED;
    return true;
  }

  #believe(piece: string): boolean {
    if (!this.#trusted || !TICKER.test(piece)) return false;
    this.#base = piece;
    return true;
  }

  #spelled(piece: string): string {
    return this.#own?.[piece] ?? piece;
  }

  #currency(piece: string): string | undefined {
    return this.#currencies.canonical(this.#spelled(piece)) ?? this.#own?.[piece];
  }
}

const SHAPE = /^[A-Za-z0-9][A-Za-z0-9_:/ .-]*$/;
const SEPARATOR = /[_:/ .-]+/;
/** Bitfinex marks trading pairs by a small t. */
const BITFINEX = /^t[A-Z0-9]{4,}$|^t[A-Z0-9]+:[A-Z0-9]+$/;
const TICKER = /^[A-Z0-9]{1,12}$/;
const STRIKE = /^\d+(?:D\d+)?$/;
const CONTRACT_ENDING = /^(.{3,}?)(?:PERP|M|F0)$/;
const MONTH_ENDING = /^([A-Z0-9]{2,10})([FGHJKMNQUVXZ]\d{2})$/;
const MARKS: Readonly<Record<string, string>> = {
  PERP: 'perp',
  PERPETUAL: 'perp',
  SWAP: 'perp',
  P: 'perp',
  SPOT: 'spot',
  FUT: 'future',
  FUTURE: 'future',
};
const MAX_CHARACTERS = 64;
const MAX_PIECES = 6;
const MAX_BASE_LETTERS = 12;
const LEAST_UNKNOWN_LETTERS = 2;
const LEAST_TICKER_LETTERS = 3;
const GUESSED = 0.9;
