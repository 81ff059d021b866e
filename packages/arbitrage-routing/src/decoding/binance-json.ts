import { termsOf, type InstrumentDirectory, type InstrumentGrids } from './instrument-grids.ts';
import type { LevelColumns, WireTexts, WireUpdate } from './wire-update.ts';

type Members = Readonly<Record<string, unknown>>;
type TextLevel = readonly [price: string, size: string];

/**
 * Reads a message of Binance by parsing it: slower by an order of magnitude, and the measure of what `BinanceBytes` reads.
 *
 * A message is `{stream, data}` or the data alone. `e` tells what it is; without it, one that has a symbol and both sides is a quote. All else is
 * `OTHER`: acknowledgements, candles, snapshots.
 */
export class BinanceJson {
  readonly #slots: ReadonlyMap<string, number>;
  readonly #grids: InstrumentGrids;
  readonly #update: WireUpdate;
  // A byte order mark is kept: it begins no JSON, and should not pass for nothing.
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(options: {
    readonly directory: InstrumentDirectory;
    readonly venue: string;
    readonly grids: InstrumentGrids;
    readonly update: WireUpdate;
  }) {
    const terms = [...termsOf(options.directory)].filter(({ row }) => row.venue === options.venue);
    this.#slots = new Map(terms.map(({ row, slot }) => [row.symbol, slot]));
    this.#grids = options.grids;
    this.#update = options.update;
  }

  /** Fills the update, whatever the message is. */
  read(message: Uint8Array): void {
    const update = this.#update;
    update.clear();
    const members = this.#parse(message);
    if (members === undefined) {
      update.kind = 'MALFORMED';
      return;
    }
    update.kind = kindOf(members);
    if (update.kind === 'OTHER') return;
    update.eventMs = numberOf(members['E']);
    update.firstSequence = numberOf(members['U']);
    update.lastSequence = numberOf(members['u']);
    const symbol = members['s'];
    if (typeof symbol !== 'string' || (update.kind === 'TRADE' && typeof members['m'] !== 'boolean')) {
      update.kind = 'MALFORMED';
      return;
    }
    update.slot = this.#slots.get(symbol) ?? -1;
    if (update.slot === -1) update.kind = 'UNKNOWN_INSTRUMENT';
    else this.#fill(members);
  }

  #parse(message: Uint8Array): Members | undefined {
    try {
      const parsed: unknown = JSON.parse(this.#decoder.decode(message));
      if (!isObject(parsed)) return undefined;
      const data = parsed['data'];
      return isObject(data) ? data : parsed;
    } catch {
      return undefined;
    }
  }

  #fill(members: Members): void {
    const update = this.#update;
    const texts = textsOf(update.kind, members);
    update.isSellerTaker = update.kind === 'TRADE' && members['m'] === true;
    update.isOnGrid =
      this.#put(texts.bids, update.bids) &&
      this.#put(texts.asks, update.asks) &&
      this.#put(texts.trades, update.trades);
    if (update.isOnGrid) return;
    update.texts = texts;
    for (const columns of [update.bids, update.asks, update.trades]) columns.count = 0;
  }

  #put(levels: readonly TextLevel[], into: LevelColumns): boolean {
    for (const [price, size] of levels) {
      const ticks = this.#grids.ticksOf(this.#update.slot, price);
      const lots = this.#grids.lotsOf(this.#update.slot, size);
      if (ticks === undefined || lots === undefined) return false;
      into.push(ticks, lots);
    }
    return true;
  }
}

function kindOf(members: Members): WireUpdate['kind'] {
  switch (members['e']) {
    case 'bookTicker':
      return 'QUOTE';
    case 'depthUpdate':
      return 'BOOK_DELTA';
    case 'trade':
    case 'aggTrade':
      return 'TRADE';
    case undefined:
      return QUOTE_MEMBERS.every((name) => Object.hasOwn(members, name)) ? 'QUOTE' : 'OTHER';
    default:
      return 'OTHER';
  }
}

function textsOf(kind: WireUpdate['kind'], members: Members): WireTexts {
  const { b, B, a, A, p, q } = members;
  if (kind === 'TRADE') return { bids: [], asks: [], trades: [[textOf(p), textOf(q)]] };
  if (kind === 'QUOTE') return { bids: [[textOf(b), textOf(B)]], asks: [[textOf(a), textOf(A)]], trades: [] };
  return { bids: levelsOf(b), asks: levelsOf(a), trades: [] };
}

/** What is no list of levels becomes a level that nobody takes. */
function levelsOf(levels: unknown): readonly TextLevel[] {
  if (!Array.isArray(levels)) return [NO_LEVEL];
  return (levels as readonly unknown[]).map((level) =>
    Array.isArray(level) ? ([textOf(level[0]), textOf(level[1])] as const) : NO_LEVEL,
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const QUOTE_MEMBERS = ['s', 'b', 'B', 'a', 'A'];
const NO_LEVEL: TextLevel = ['', ''];
