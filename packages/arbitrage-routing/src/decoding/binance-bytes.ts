import { GRID, GRID_STRIDE, type InstrumentGrids } from './instrument-grids.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  JsonBytes,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  UNEXPECTED,
  ascii,
} from './json-bytes.ts';
import type { SymbolIndex } from './symbol-index.ts';
import type { LevelColumns, WireKind, WireUpdate } from './wire-update.ts';

/**
 * Reads the messages of Binance (spot and both kinds of futures, single and combined streams) from their bytes: `bookTicker`, `depthUpdate`,
 * `trade` and `aggTrade`.
 *
 * Workload: 140 to several thousand bytes a message, a million messages a second. Members come in any order, as long as the symbol comes before
 * prices and sizes. Whatever is not exactly as it is known is left to `readBinanceJson`: this reader finds what that one finds, or nothing.
 */
export class BinanceBytes {
  readonly #json = new JsonBytes();
  readonly #symbols: SymbolIndex;
  readonly #grids: InstrumentGrids;
  readonly #update: WireUpdate;
  #slot = -1;
  /** Members of the message that were met, a bit each: twice is left to `JSON.parse`, which takes the last. */
  #met = 0;
  #eventType: WireKind | undefined = undefined;
  /** Of the bid, or of a trade. */
  #ticks = 0;
  #lots = 0;
  #askTicks = 0;
  #askLots = 0;

  constructor(symbols: SymbolIndex, grids: InstrumentGrids, update: WireUpdate) {
    this.#symbols = symbols;
    this.#grids = grids;
    this.#update = update;
  }

  /** Fills the update; false when the message is to be parsed instead: the update then holds nothing of use. */
  read(message: Uint8Array): boolean {
    const json = this.#json;
    if (!json.begin(message)) return false;
    this.#slot = -1;
    this.#met = 0;
    this.#eventType = undefined;
    this.#update.clear();
    if (!json.takeAll(COMBINED))
      return json.take(OPEN_BRACE) && this.#members() && json.at === json.end && this.#finish();
    if (json.endText() === UNEXPECTED || !json.takeAll(DATA)) return false;
    return this.#members() && json.take(CLOSE_BRACE) && json.at === json.end && this.#finish();
  }

  /** From behind the brace that opens an object to behind the one that closes it. */
  #members(): boolean {
    const json = this.#json;
    do {
      const bit = this.#letter();
      if (bit !== 0 ? !this.#member(bit) : !this.#other()) return false;
    } while (json.take(COMMA));
    return json.take(CLOSE_BRACE);
  }

  /** Takes the name of a member that is read, and the colon behind it; 0 for any other. */
  #letter(): number {
    const { bytes, at, end } = this.#json;
    if (at + 3 >= end || bytes[at] !== QUOTE || bytes[at + 2] !== QUOTE || bytes[at + 3] !== COLON) return 0;
    const bit = BITS[bytes[at + 1] as number] as number;
    if (bit !== 0) this.#json.at = at + 4;
    return bit;
  }

  /** Goes over a member that is not read. */
  #other(): boolean {
    const json = this.#json;
    return json.take(QUOTE) && json.endText() !== UNEXPECTED && json.take(COLON) && json.skipValue();
  }

  #member(bit: number): boolean {
    if ((this.#met & bit) !== 0) return false;
    this.#met |= bit;
    switch (bit) {
      case BIT.SYMBOL:
        return this.#symbol();
      case BIT.EVENT:
        return this.#event();
      case BIT.TIME:
        if (!this.#json.integer()) return false;
        this.#update.eventMs = this.#json.number[0] as number;
        return true;
      case BIT.FIRST:
        if (!this.#json.integer()) return false;
        this.#update.firstSequence = this.#json.number[0] as number;
        return true;
      case BIT.LAST:
        if (!this.#json.integer()) return false;
        this.#update.lastSequence = this.#json.number[0] as number;
        return true;
      case BIT.MAKER:
        return this.#maker();
      default:
        return this.#money(bit);
    }
  }

  /** A price, a size or a list of levels; the symbol tells their grids, so it has to be there. */
  #money(bit: number): boolean {
    if (this.#slot < 0) return false;
    if ((bit & (BIT.BID | BIT.ASK)) !== 0) {
      // Trades of the spot market name the two orders by these letters.
      if (this.#eventType === 'TRADE') return this.#json.skipValue();
      if (this.#json.bytes[this.#json.at] === OPEN_BRACKET) {
        this.#met |= bit === BIT.BID ? BIT.BIDS : BIT.ASKS;
        return this.#levels(bit === BIT.BID ? this.#update.bids : this.#update.asks);
      }
    }
    const isPrice = (bit & (BIT.BID | BIT.ASK | BIT.PRICE)) !== 0;
    if (!this.#readCount(isPrice ? GRID.PRICE_PLACES : GRID.SIZE_PLACES)) return false;
    const count = this.#json.number[0] as number;
    if (isPrice && count === 0) return false;
    if (bit === BIT.ASK) this.#askTicks = count;
    else if (bit === BIT.ASK_SIZE) this.#askLots = count;
    else if (isPrice) this.#ticks = count;
    else this.#lots = count;
    return true;
  }

  #symbol(): boolean {
    const json = this.#json;
    if (!json.take(QUOTE)) return false;
    const start = json.at;
    const end = json.endText();
    if (end === UNEXPECTED) return false;
    this.#slot = this.#symbols.find(json.bytes, start, end);
    return this.#slot >= 0;
  }

  #event(): boolean {
    if (this.#json.takeAll(DEPTH_UPDATE)) this.#eventType = 'BOOK_DELTA';
    else if (this.#json.takeAll(BOOK_TICKER)) this.#eventType = 'QUOTE';
    else if (this.#json.takeAll(TRADE) || this.#json.takeAll(AGGREGATED_TRADE)) this.#eventType = 'TRADE';
    return this.#eventType !== undefined;
  }

  #maker(): boolean {
    this.#update.isSellerTaker = this.#json.takeAll(TRUE);
    return this.#update.isSellerTaker || this.#json.takeAll(FALSE);
  }

  /** Reads a decimal text in ticks or lots; returns whether it is on the grid, and not beyond what is exact. */
  #readCount(grid: number): boolean {
    const { integers } = this.#grids;
    const { number } = this.#json;
    const at = this.#slot * GRID_STRIDE + grid;
    if (!this.#json.decimal(integers[at] as number)) return false;
    const value = number[0] as number;
    if (value > (integers[at + 2] as number)) return false;
    const step = integers[at + 1] as number;
    if (step === 1) return true;
    const count = value / step;
    number[0] = count;
    return count === Math.floor(count);
  }

  #levels(into: LevelColumns): boolean {
    const json = this.#json;
    json.at += 1;
    if (json.take(CLOSE_BRACKET)) return true;
    do {
      if (!json.take(OPEN_BRACKET) || !this.#readCount(GRID.PRICE_PLACES) || !json.take(COMMA)) return false;
      const ticks = json.number[0] as number;
      if (ticks === 0 || !this.#readCount(GRID.SIZE_PLACES) || !json.take(CLOSE_BRACKET)) return false;
      into.push(ticks, json.number[0] as number);
    } while (json.take(COMMA));
    return json.take(CLOSE_BRACKET);
  }

  /** Whether exactly the members of the kind were there, in its shape. */
  #finish(): boolean {
    const update = this.#update;
    const kind = this.#eventType ?? 'QUOTE';
    const money = this.#met & MONEY;
    update.kind = kind;
    update.slot = this.#slot;
    if (kind === 'BOOK_DELTA') return money === (BIT.BID | BIT.ASK | BIT.BIDS | BIT.ASKS);
    if (kind === 'TRADE') {
      update.trades.push(this.#ticks, this.#lots);
      return (money & ~(BIT.BID | BIT.ASK)) === (BIT.PRICE | BIT.SIZE) && (this.#met & BIT.MAKER) !== 0;
    }
    update.bids.push(this.#ticks, this.#lots);
    update.asks.push(this.#askTicks, this.#askLots);
    return money === (BIT.BID | BIT.BID_SIZE | BIT.ASK | BIT.ASK_SIZE);
  }
}

/** The members that are read. */
const BIT = {
  SYMBOL: 1,
  EVENT: 2,
  TIME: 4,
  FIRST: 8,
  LAST: 16,
  MAKER: 32,
  BID: 64,
  BID_SIZE: 128,
  ASK: 256,
  ASK_SIZE: 512,
  PRICE: 1024,
  SIZE: 2048,
  /** A list of levels in the place of a price. */
  BIDS: 4096,
  ASKS: 8192,
} as const;
const NAMES: Readonly<Record<string, number>> = {
  s: BIT.SYMBOL,
  e: BIT.EVENT,
  E: BIT.TIME,
  U: BIT.FIRST,
  u: BIT.LAST,
  m: BIT.MAKER,
  b: BIT.BID,
  B: BIT.BID_SIZE,
  a: BIT.ASK,
  A: BIT.ASK_SIZE,
  p: BIT.PRICE,
  q: BIT.SIZE,
};
const BITS = Int32Array.from({ length: 256 }, (_, byte) => NAMES[String.fromCharCode(byte)] ?? 0);

const MONEY: number = BIT.BID | BIT.BID_SIZE | BIT.ASK | BIT.ASK_SIZE | BIT.PRICE | BIT.SIZE | BIT.BIDS | BIT.ASKS;

const COMBINED = ascii('{"stream":"');
const DATA = ascii(',"data":{');
const DEPTH_UPDATE = ascii('"depthUpdate"');
const BOOK_TICKER = ascii('"bookTicker"');
const TRADE = ascii('"trade"');
const AGGREGATED_TRADE = ascii('"aggTrade"');
const TRUE = ascii('true');
const FALSE = ascii('false');
