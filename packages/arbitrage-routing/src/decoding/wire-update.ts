/** What a message of a venue is. */
export const WIRE_KINDS = ['OTHER', 'QUOTE', 'TRADE', 'BOOK_DELTA', 'MALFORMED', 'UNKNOWN_INSTRUMENT'] as const;
export type WireKind = (typeof WIRE_KINDS)[number];

/** Levels in columns: `count` of them are filled. Prices in the instrument's ticks, sizes in its lots, exact integers. */
export class LevelColumns {
  count = 0;
  ticks: Float64Array = new Float64Array(FIRST_LEVELS);
  lots: Float64Array = new Float64Array(FIRST_LEVELS);

  push(ticks: number, lots: number): void {
    if (this.count === this.ticks.length) this.#grow();
    this.ticks[this.count] = ticks;
    this.lots[this.count] = lots;
    this.count += 1;
  }

  #grow(): void {
    const [ticks, lots] = [this.ticks, this.lots];
    this.ticks = new Float64Array(ticks.length * 2);
    this.lots = new Float64Array(lots.length * 2);
    this.ticks.set(ticks);
    this.lots.set(lots);
  }
}

/**
 * A decoded message. A decoder has one and fills it again with every message: read it before the next.
 *
 * A quote has one level in `bids` and one in `asks`, with a size of 0 where the side is missing; a trade has one in `trades`; a delta any number, in
 * the order of the message, with a size of 0 for a level that goes.
 */
export class WireUpdate {
  kind: WireKind = 'OTHER';
  /** Of the detector; -1 for a kind that is of no instrument, and for an unknown one. */
  slot = -1;
  /** The venue's clock, in milliseconds since 1970; `NaN` when the message has none. */
  eventMs: number = Number.NaN;
  /** The venue's numbers of the first and the last change that a delta or quote tells of; `NaN` without. */
  firstSequence: number = Number.NaN;
  lastSequence: number = Number.NaN;
  readonly bids: LevelColumns = new LevelColumns();
  readonly asks: LevelColumns = new LevelColumns();
  readonly trades: LevelColumns = new LevelColumns();
  /** Whether the buyer of a trade was there first, so that the seller took. */
  isSellerTaker = false;
  /**
   * False: a price or a size is not on the instrument's grid, or not what it should be, and the columns hold nothing. The texts as they came are
   * in `texts`, and a detector reads them or says why not.
   */
  isOnGrid = true;
  texts: WireTexts | undefined;

  clear(): void {
    this.kind = 'OTHER';
    this.slot = -1;
    this.eventMs = Number.NaN;
    this.firstSequence = Number.NaN;
    this.lastSequence = Number.NaN;
    this.bids.count = 0;
    this.asks.count = 0;
    this.trades.count = 0;
    this.isSellerTaker = false;
    this.isOnGrid = true;
    this.texts = undefined;
  }
}

/** Levels as texts, `[price, size]`; an empty text stands for what was no text. */
export interface WireTexts {
  readonly bids: readonly (readonly [price: string, size: string])[];
  readonly asks: readonly (readonly [price: string, size: string])[];
  readonly trades: readonly (readonly [price: string, size: string])[];
}

const FIRST_LEVELS = 64;
