import { BookUpdates } from '../../market/book-updates.ts';
import type { InstrumentTable, InstrumentTerms } from '../../market/instrument-table.ts';
import { ASK, BID, type LevelSource, type Side } from '../../market/levels.ts';
import type {
  NormalizedDelta,
  NormalizedFunding,
  NormalizedQuote,
  NormalizedSnapshot,
} from '../../market/normalized-event.ts';
import { OrderBooks } from '../../market/order-books.ts';
import { readQuote } from '../../market/read-levels.ts';
import type { RejectionCounts, Rejection } from '../../market/rejections.ts';
import { ONE } from '../../money/fixed-point.ts';
import { contractOf, type Contract } from './contracts.ts';
import { FundingSchedule, type FundingTerms } from './funding-schedule.ts';

/** What became of an instrument's update. `quoted`: it has a bid below an ask; `unsound`: it has not; `lost`: what was known is forgotten. */
export type MarketChange = 'none' | 'quoted' | 'unsound' | 'lost' | 'funding';

/**
 * What the signals know of the market: books, funding, ages and contracts, by slot. Exact throughout.
 *
 * A slot is usable when it has a bid below an ask, neither older than `maxAgeNs`, and, for a quanto contract, when what prices its settlement
 * is usable too. Input that cannot be trusted makes it unusable until its next good quote or snapshot, and is counted.
 */
export class SignalMarket implements LevelSource {
  readonly table: InstrumentTable;
  readonly contracts: readonly Contract[];
  readonly funding: readonly FundingSchedule[];
  /** The clock: the largest receive time so far. */
  nowNs = 0n;
  readonly #books: OrderBooks;
  readonly #updates: BookUpdates;
  readonly #maxAgeNs: bigint;
  readonly #rejections: RejectionCounts;
  readonly #receivedAt: (bigint | undefined)[];
  readonly #isSound: boolean[];

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor(table: InstrumentTable, maxAgeNs: bigint, rejections: RejectionCounts) {
    this.table = table;
    this.contracts = table.terms.map((terms) => contractOf(terms, table));
    this.funding = table.terms.map((terms) => new FundingSchedule(terms));
    this.#books = new OrderBooks(table);
    this.#updates = new BookUpdates(this.#books);
    this.#maxAgeNs = maxAgeNs;
    this.#rejections = rejections;
    this.#receivedAt = table.terms.map(() => undefined);
    this.#isSound = table.terms.map(() => false);
  }

  takeQuote(slot: number, event: NormalizedQuote, atNs: bigint): MarketChange {
    const quote = readQuote(event);
    if (typeof quote === 'string') return this.lose(slot, quote);
    this.#books.clear(slot, { isWhole: true });
    if (quote.bid !== undefined) this.#books.set(slot, BID, quote.bid);
    if (quote.ask !== undefined) this.#books.set(slot, ASK, quote.ask);
    return this.#refresh(slot, atNs);
  }

  takeBook(slot: number, event: NormalizedSnapshot | NormalizedDelta, atNs: bigint): MarketChange {
    const fault = this.#updates.apply(slot, event);
    if (fault === 'NO_SNAPSHOT') {
      this.#rejections.add(fault);
      return 'none';
    }
    if (fault !== undefined) return this.lose(slot, fault);
    return this.#refresh(slot, atNs);
  }

  takeFunding(slot: number, event: NormalizedFunding, atNs: bigint): MarketChange {
    const fault = this.#schedule(slot).take(event, atNs);
    if (fault !== undefined) this.#rejections.add(fault);
    return fault === 'BAD_TIME' ? 'none' : 'funding';
  }

  /** Forgets an instrument's book, for a reason that is counted. */
  lose(slot: number, reason: Rejection): MarketChange {
    this.#rejections.add(reason);
    this.#books.clear(slot, { isWhole: false });
    this.#receivedAt[slot] = undefined;
    this.#isSound[slot] = false;
    return 'lost';
  }

  isUsable(slot: number): boolean {
    return this.isUsableAt(slot, this.nowNs);
  }

  /** Whether what is known now may be used at a moment, if nothing else comes until then. */
  isUsableAt(slot: number, atNs: bigint): boolean {
    if (!this.#isFresh(slot, atNs)) return false;
    const { settlementSlot } = this.contract(slot);
    return settlementSlot < 0 || this.#isFresh(settlementSlot, atNs);
  }

  /** When a slot's last update will be too old: just after it. Undefined for a slot without a sound book. */
  staleAfterNs(slot: number): bigint | undefined {
    const receivedAt = this.#receivedAt[slot];
    return receivedAt === undefined || this.#isSound[slot] !== true ? undefined : receivedAt + this.#maxAgeNs;
  }

  /** What a perpetual contract pays; undefined when that is not known by now. */
  fundingOf(slot: number): FundingTerms | undefined {
    return this.#schedule(slot).termsAt(this.nowNs);
  }

  terms(slot: number): InstrumentTerms {
    const terms = this.table.terms[slot];
    if (terms === undefined) throw new RangeError(`Expected a slot below ${this.table.size}, received ${slot}.`);
    return terms;
  }

  contract(slot: number): Contract {
    return this.contracts[slot] as Contract;
  }

  depth(slot: number, side: Side): number {
    return this.#books.depth(slot, side);
  }

  price(slot: number, side: Side, level: number): bigint {
    return this.#books.price(slot, side, level);
  }

  size(slot: number, side: Side, level: number): bigint {
    return this.#books.size(slot, side, level);
  }

  bestBid(slot: number): bigint {
    return this.#books.price(slot, BID, 0);
  }

  bestAsk(slot: number): bigint {
    return this.#books.price(slot, ASK, 0);
  }

  /** Base currency of so many units at a price, rounded down, or up. */
  baseOf(slot: number, units: bigint, rounded: { readonly price: bigint; readonly isUp: boolean }): bigint {
    const { kind, value } = this.contract(slot);
    if (kind === 'linear') return units;
    const numerator = units * (kind === 'inverse' ? value : this.#quantoBase(slot));
    const denominator = kind === 'inverse' ? rounded.price : ONE;
    return rounded.isUp ? (numerator + denominator - 1n) / denominator : numerator / denominator;
  }

  /** The most units whose base currency, rounded down, does not need more than `base` at a price. */
  unitsOf(slot: number, base: bigint, price: bigint): bigint {
    const { kind, value } = this.contract(slot);
    if (kind === 'linear') return base;
    if (kind === 'inverse') return (base * price) / value;
    const unit = this.#quantoBase(slot);
    return unit === 0n ? 0n : (base * ONE) / unit;
  }

  /** Quote currency of so many units at a price, in 1e-36. */
  notionalOf(slot: number, units: bigint, price: bigint): bigint {
    const { kind, value } = this.contract(slot);
    return kind === 'inverse' ? units * value : this.baseOf(slot, units, { price, isUp: false }) * price;
  }

  /** Base currency of one quanto contract at the present price of what it settles in: its exposure, priced in quote currency. */
  #quantoBase(slot: number): bigint {
    const { value, settlementSlot } = this.contract(slot);
    return (value * this.bestBid(settlementSlot)) / ONE;
  }

  #refresh(slot: number, atNs: bigint): MarketChange {
    this.#receivedAt[slot] = atNs;
    const [bids, asks] = [this.#books.depth(slot, BID), this.#books.depth(slot, ASK)];
    const isCrossed = bids > 0 && asks > 0 && this.bestBid(slot) >= this.bestAsk(slot);
    if (isCrossed) this.#rejections.add('CROSSED');
    if (bids === 0 && asks === 0) this.#rejections.add('EMPTY');
    const isSound = bids > 0 && asks > 0 && !isCrossed;
    this.#isSound[slot] = isSound;
    return isSound ? 'quoted' : 'unsound';
  }

  #isFresh(slot: number, atNs: bigint): boolean {
    const staleAfter = this.staleAfterNs(slot);
    return staleAfter !== undefined && atNs <= staleAfter;
  }

  #schedule(slot: number): FundingSchedule {
    return this.funding[slot] as FundingSchedule;
  }
}
