import { BookUpdates } from '../market/book-updates.ts';
import { InstrumentTable, type InstrumentTerms } from '../market/instrument-table.ts';
import { ASK, BID, type LevelSource } from '../market/levels.ts';
import type {
  NormalizedDelta,
  NormalizedEvent,
  NormalizedQuote,
  NormalizedSnapshot,
} from '../market/normalized-event.ts';
import { OrderBooks } from '../market/order-books.ts';
import { readQuote } from '../market/read-levels.ts';
import { readTimeNs } from '../market/read-time.ts';
import { RejectionCounts, type Rejection } from '../market/rejections.ts';
import { createRecords } from '../market/slot-records.ts';
import { TopOfBook } from '../market/top-of-book.ts';
import { approximate } from '../money/fixed-point.ts';
import { findCycles } from './cycle-graph.ts';
import { Cycles } from './cycles.ts';
import { limitsOf, type DetectorOptions } from './detector-options.ts';
import type { OpportunitySource } from './opportunity-sink.ts';
import { PairSpreads } from './pair-spreads.ts';
import type { QuoteBatch } from './quote-batch.ts';
import { QuoteRows } from './quote-rows.ts';
import { QuoteState } from './quote-state.ts';
import { TransitionList } from './transition-list.ts';
import type { Transition } from './transition.ts';

/** What a detector has seen so far. */
export interface DetectorCounts {
  /** Events and rows of batches. */
  readonly events: number;
  readonly opened: number;
  readonly closed: number;
  /** Opportunities that are live now. */
  readonly live: number;
  readonly rejections: Readonly<Record<Rejection, number>>;
}

/**
 * Finds spreads between venues and cycles of assets, exactly as docs/arbitrage-specification.md defines them, and says after every event what
 * opened, changed and closed.
 *
 * The same input gives the same transitions, whatever the clock on the wall: time is the largest receive time of the input. Input that
 * cannot be trusted is rejected or quarantined with a reason and a count, and never throws (see `REJECTIONS`).
 *
 * Cost: a quote that crosses nothing is in the order of 100 nanoseconds through `applyQuotes` (see bench/), and allocates nothing; through `apply` the decimal
 * texts are read, about a microsecond. A crossing costs a few microseconds for the exact decision.
 */
export class ArbitrageDetector {
  /** What an edge has to exceed, in parts per million. */
  readonly minEdgePpm: number;
  readonly #table: InstrumentTable;
  readonly #state: QuoteState;
  readonly #rows: QuoteRows;
  readonly #top: TopOfBook;
  readonly #books: OrderBooks | undefined;
  readonly #updates: BookUpdates | undefined;
  readonly #pairs: PairSpreads;
  readonly #cycles: Cycles | undefined;
  readonly #transitions: TransitionList;
  readonly #rejections = new RejectionCounts();
  #events = 0;
  #needsSettling = false;

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor(options: DetectorOptions) {
    const limits = limitsOf(options);
    this.minEdgePpm = Number(limits.pair.minEdgePpm);
    const table = new InstrumentTable(options);
    this.#table = table;
    const records = createRecords(table);
    this.#state = new QuoteState(table, records, limits.maxAgeNs);
    this.#top = new TopOfBook(table, records);
    this.#books = options.source === 'l2' ? new OrderBooks(table) : undefined;
    this.#updates = this.#books && new BookUpdates(this.#books);
    this.#transitions = new TransitionList(options.observer);
    const shared = {
      table,
      records,
      state: this.#state,
      levels: this.#books ?? this.#top,
      isTop: this.#books === undefined,
      sink: this.#transitions,
      evict: (slot: number): void => this.#evict(slot),
    };
    this.#pairs = new PairSpreads({ ...shared, limits: limits.pair });
    this.#cycles =
      options.cycles &&
      new Cycles({ ...shared, graph: findCycles(table, options.cycles), minEdgePpm: limits.pair.minEdgePpm });
    this.#rows = new QuoteRows({ records, state: this.#state, bests: this.#pairs.bests, cycles: this.#cycles });
  }

  /** The slot of an instrument, for `QuoteBatch`; -1 for one without a row. */
  slotOf(venue: string, symbol: string): number {
    return this.#table.slotOf(venue, symbol);
  }

  /** What is known of the instrument in a slot; undefined where there is none. */
  termsOf(slot: number): InstrumentTerms | undefined {
    return this.#table.terms[slot];
  }

  /** Slots are 0 to below this. */
  get slotCount(): number {
    return this.#table.size;
  }

  /** The best levels, or the books with the source `l2`, as they are now: read them at once, they change with the next event. */
  get levels(): LevelSource {
    return this.#books ?? this.#top;
  }

  /** The clock: the largest receive time so far; undefined before the first event. */
  get nowNs(): bigint | undefined {
    return this.#state.nowNs;
  }

  /** When a live opportunity ends if nothing else happens: the oldest of its legs is too old just after it. */
  expiresAtNs(source: OpportunitySource): bigint {
    const oldest = Math.min(...source.legs.map(({ slot }) => this.#state.receivedAt(slot)));
    return this.#state.momentOf(oldest + this.#state.maxAgeNs);
  }

  /** When the last quote or change of the book in a slot was received; undefined while nothing is known of it. */
  quotedAtNs(slot: number): bigint | undefined {
    return this.#state.isKnown(slot) ? this.#state.momentOf(this.#state.receivedAt(slot)) : undefined;
  }

  counts(): DetectorCounts {
    return {
      events: this.#events,
      opened: this.#transitions.openedCount,
      closed: this.#transitions.closedCount,
      live: this.#pairs.liveCount + (this.#cycles?.liveCount ?? 0),
      rejections: this.#rejections.snapshot(),
    };
  }

  /** Takes an event in; returns what it opened, changed and closed. The array is not used again. */
  apply(event: NormalizedEvent): readonly Transition[] {
    this.#events += 1;
    const receivedNs = readTimeNs(event.tsRecv);
    const at = receivedNs === undefined ? undefined : this.#state.offsetOf(receivedNs);
    if (at === undefined) {
      this.#rejections.add('BAD_TIME');
      return this.#transitions.take();
    }
    this.#advance(at);
    switch (event.type) {
      case 'quote':
        if (this.#books === undefined) this.#applyQuote(event, at);
        break;
      case 'book_snapshot':
      case 'book_delta':
        if (this.#books !== undefined) this.#applyBook(this.#books, event, at);
        break;
      case 'status':
        if (event.status === 'down') this.#clearVenue(event.venue);
        break;
      default:
        break;
    }
    this.#settle();
    return this.#transitions.take();
  }

  /** Moves the clock and nothing else: what has grown too old by then is closed. For a timer, where events may pause. */
  advance(nowNs: bigint): readonly Transition[] {
    const at = this.#state.offsetOf(nowNs);
    if (at !== undefined) this.#advance(at);
    this.#settle();
    return this.#transitions.take();
  }

  /**
   * Takes in the rows `from` to `to - 1` of a batch, one by one; returns the transitions of all of them, in order.
   *
   * For a detector with the source `l2` they only move the clock. Rows that cannot be trusted are rejected like events.
   */
  applyQuotes(batch: QuoteBatch, from: number, to: number): readonly Transition[] {
    this.#state.setBase(batch.originNs);
    for (let start = from; start < to; start += FETCHED_ROWS) {
      const end = Math.min(start + FETCHED_ROWS, to);
      this.#rows.fetch(batch, start, end);
      let row = start;
      while (row < end) row = this.#applyRun(batch, row, end);
    }
    this.#events += Math.max(0, to - from);
    return this.#transitions.take();
  }

  /** Takes in rows up to the first that needs more than being written, and that one; returns the row after it. */
  #applyRun(batch: QuoteBatch, from: number, to: number): number {
    const stop = this.#books === undefined ? this.#rows.run(batch, from, to) : from;
    if (stop === to) return to;
    const row = stop < 0 ? ~stop : stop;
    if (stop < 0) this.#changed(batch.slots[row] as number);
    else this.#applyOtherRow(batch, row);
    this.#settle();
    return row + 1;
  }

  /** Any row, whatever it holds. */
  #applyOtherRow(batch: QuoteBatch, row: number): void {
    if (!this.#state.setMoment(batch.receivedNs[row] as number)) {
      this.#rejections.add('BAD_TIME');
      return;
    }
    if (this.#state.isMomentAhead()) this.#advanceToMoment();
    if (this.#books !== undefined) return;
    const slot = batch.slots[row] as number;
    const fault = this.#rows.takeOther(batch, row);
    if (fault === 'UNKNOWN_INSTRUMENT') {
      this.#rejections.add(fault);
    } else if (fault === undefined || fault === 'CROSSED' || fault === 'EMPTY') {
      if (fault !== undefined) this.#rejections.add(fault);
      this.#changed(slot);
    } else {
      this.#quarantine(slot, fault);
    }
  }

  #applyQuote(event: NormalizedQuote, at: number): void {
    const slot = this.#slotOrReject(event.venue, event.symbol);
    if (slot < 0) return;
    const quote = readQuote(event);
    if (typeof quote === 'string') {
      this.#quarantine(slot, quote);
      return;
    }
    this.#top.clear(slot);
    if (quote.bid !== undefined) this.#top.setExact(slot, BID, quote.bid);
    if (quote.ask !== undefined) this.#top.setExact(slot, ASK, quote.ask);
    this.#publish(slot, { bid: quote.bid?.price, ask: quote.ask?.price, at });
  }

  #applyBook(books: OrderBooks, event: NormalizedSnapshot | NormalizedDelta, at: number): void {
    const slot = this.#slotOrReject(event.venue, event.symbol);
    if (slot < 0) return;
    const fault = this.#updates?.apply(slot, event);
    if (fault === 'NO_SNAPSHOT') {
      this.#rejections.add(fault);
    } else if (fault !== undefined) {
      this.#quarantine(slot, fault);
    } else {
      const bid = books.depth(slot, BID) > 0 ? books.price(slot, BID, 0) : undefined;
      const ask = books.depth(slot, ASK) > 0 ? books.price(slot, ASK, 0) : undefined;
      this.#publish(slot, { bid, ask, at });
    }
  }

  /** Makes the new best prices of a slot known for screening. */
  #publish(
    slot: number,
    best: { readonly bid: bigint | undefined; readonly ask: bigint | undefined; readonly at: number },
  ): void {
    const { bid, ask, at } = best;
    const state = this.#state;
    state.touch(slot, at);
    const isCrossed = bid !== undefined && ask !== undefined && bid >= ask;
    if (isCrossed || (bid === undefined && ask === undefined)) {
      this.#rejections.add(isCrossed ? 'CROSSED' : 'EMPTY');
      state.disable(slot);
    } else {
      const { sellFactor, buyFactor } = this.#table.terms[slot] as InstrumentTerms;
      state.setNet(
        slot,
        bid === undefined ? Number.NEGATIVE_INFINITY : (approximate(bid) * Number(sellFactor)) / PPM,
        ask === undefined ? Number.POSITIVE_INFINITY : (approximate(ask) * Number(buyFactor)) / PPM,
      );
    }
    this.#changed(slot);
  }

  #clearVenue(venue: string): void {
    let known = 0;
    for (const slot of this.#table.slotsOf(venue)) {
      known += 1;
      this.#quarantine(slot, 'VENUE_DOWN');
    }
    if (known === 0) this.#rejections.add('UNKNOWN_VENUE');
  }

  #slotOrReject(venue: string, symbol: string): number {
    const slot = this.#table.slotOf(venue, symbol);
    if (slot < 0) this.#rejections.add('UNKNOWN_INSTRUMENT');
    return slot;
  }

  /** Forgets an instrument until its next good quote or snapshot. */
  #quarantine(slot: number, reason: Rejection): void {
    this.#rejections.add(reason);
    this.#top.clear(slot);
    this.#books?.clear(slot, { isWhole: false });
    this.#state.forget(slot);
    this.#changed(slot);
  }

  #advance(at: number): void {
    this.#state.setMomentTo(at);
    if (this.#state.isMomentAhead()) this.#advanceToMoment();
  }

  #advanceToMoment(): void {
    if (this.#state.advanceToMoment()) this.#state.visitStale((slot) => this.#evict(slot));
  }

  /** A slot that is too old is unusable until its next update. */
  #evict(slot: number): void {
    this.#state.disable(slot);
    this.#changed(slot);
  }

  #changed(slot: number): void {
    if (this.#pairs.changed(slot)) this.#needsSettling = true;
    if (this.#cycles?.changed(slot) === true) this.#needsSettling = true;
  }

  /** Evictions during settling may ask for more of it; each makes a slot unusable, so that it comes to an end. */
  #settle(): void {
    while (this.#needsSettling) {
      this.#needsSettling = false;
      this.#pairs.settle();
      this.#cycles?.settle();
    }
  }
}

const PPM = 1e6;
/** Rows whose records are fetched at once: 4 kB, so that they are still near when they are used. */
const FETCHED_ROWS = 64;
