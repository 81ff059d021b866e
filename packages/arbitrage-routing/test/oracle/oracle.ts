import type { DetectorOptions } from '../../src/detection/detector-options.ts';
import type { NormalizedEvent, NormalizedLevel } from '../../src/market/normalized-event.ts';
import { allRounds, decideRound, type Round } from './oracle-cycles.ts';
import { State } from './oracle-instrument.ts';
import { isTrustworthy } from './oracle-numbers.ts';
import { spread, type Figures } from './oracle-spread.ts';

/**
 * The specification, word by word and without regard to time: after every event all pairs of all groups and all cycles of all assets are
 * decided anew with big integers, and the set of opportunities is compared with the one before. It shares no code with the detector.
 */
export class Oracle {
  readonly #options: DetectorOptions;
  readonly #instruments: readonly State[];
  readonly #rounds: readonly Round[];
  #clock = -(2n ** 200n);
  #open = new Map<string, Figures>();

  constructor(options: DetectorOptions) {
    this.#options = options;
    this.#instruments = options.instruments.map((row) => new State(row, options));
    this.#rounds = options.cycles === undefined ? [] : allRounds(this.#instruments, options.cycles);
  }

  /** What the event opened, changed and closed, by id; a closed one has no figures. */
  apply(event: NormalizedEvent): Map<string, Change> {
    const at = BigInt(event.tsRecv);
    if (at > this.#clock) this.#clock = at;
    this.#take(event, at);
    const now = this.#opportunities();
    const changes = new Map<string, Change>();
    for (const [id, figures] of now) {
      const before = this.#open.get(id);
      if (before === undefined) changes.set(id, { op: 'open', id, ...figures });
      else if (JSON.stringify(before) !== JSON.stringify(figures)) changes.set(id, { op: 'update', id, ...figures });
    }
    for (const id of this.#open.keys()) if (!now.has(id)) changes.set(id, { op: 'close', id });
    this.#open = now;
    return changes;
  }

  /** What is open now. */
  get open(): ReadonlyMap<string, Figures> {
    return this.#open;
  }

  #take(event: NormalizedEvent, at: bigint): void {
    if (event.type === 'status' && event.status === 'down') {
      for (const state of this.#instruments) if (state.row.venue === event.venue) state.clear();
    }
    if (event.type !== 'quote' && event.type !== 'book_snapshot' && event.type !== 'book_delta') return;
    const state = this.#instruments.find(({ row }) => row.venue === event.venue && row.symbol === event.symbol);
    const isQuote = event.type === 'quote';
    if (state === undefined || isQuote !== ((this.#options.source ?? 'l1') === 'l1')) return;
    if (!isQuote && event.type === 'book_delta' && !state.hasBook) return;
    if (!isQuote && event.type === 'book_delta' && event.gapBefore !== undefined) {
      state.clear();
      return;
    }
    const bids = isQuote ? side(event.bid, event.bidSize) : event.bids;
    const asks = isQuote ? side(event.ask, event.askSize) : event.asks;
    if (![...bids, ...asks].every(isTrustworthy)) state.clear();
    else if (event.type === 'book_delta') state.change(bids, asks, at);
    else state.replace(bids, asks, at);
  }

  #opportunities(): Map<string, Figures> {
    const found = new Map<string, Figures>();
    const maxAge = BigInt(Math.floor((this.#options.maxAgeMs ?? 1000) * 1e6));
    const usable = new Map(this.#instruments.map((state) => [state.key, state.isUsable(this.#clock, maxAge)]));
    const byKey = new Map(this.#instruments.map((state) => [state.key, state]));
    for (const { name, instruments } of this.#options.groups ?? []) {
      for (const buyKey of instruments) {
        for (const sellKey of instruments) {
          if (buyKey === sellKey || usable.get(buyKey) !== true || usable.get(sellKey) !== true) continue;
          const figures = spread(byKey.get(buyKey) as State, byKey.get(sellKey) as State, this.#options);
          if (figures !== undefined) found.set(`P|${name}|${buyKey}>${sellKey}`, figures);
        }
      }
    }
    for (const round of this.#rounds) {
      const cycle = decideRound(round, usable, BigInt(this.#options.minEdgePpm ?? 0));
      if (cycle !== undefined) found.set(cycle.id, cycle.figures);
    }
    return found;
  }
}

export type Change = { readonly op: 'open' | 'update' | 'close'; readonly id: string } & Figures;

/** A side with neither price nor size is missing; one with either alone is no level that can be trusted. */
function side(price: unknown, size: unknown): readonly NormalizedLevel[] {
  return (price ?? undefined) === undefined && (size ?? undefined) === undefined
    ? []
    : [[price as string, size as string]];
}
