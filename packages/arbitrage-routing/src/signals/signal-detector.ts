import { ValidationError, showValue } from '@tradewind/core-types';
import { limitsOf, type DetectorOptions } from '../detection/detector-options.ts';
import { InstrumentTable, type InstrumentTerms } from '../market/instrument-table.ts';
import type { NormalizedEvent } from '../market/normalized-event.ts';
import { RejectionCounts, type Rejection } from '../market/rejections.ts';
import { calendarSpreadSignal, type CalendarSpreadOptions } from './carry/calendar-spread-signal.ts';
import { fundingRateSignal, type FundingRateOptions } from './carry/funding-rate-signal.ts';
import { latencySignal } from './latency/latency-signal.ts';
import type { LatencyOptions } from './latency/latency-options.ts';
import { readTimeNs } from '../market/read-time.ts';
import { SignalMarket, type MarketChange } from './market/signal-market.ts';
import { signalFeesOf } from './signal-fees.ts';
import { SignalBoard } from './signal-board.ts';
import type { SignalContext, SignalPart } from './signal-part.ts';
import type { SignalTransition } from './signal.ts';
import { statisticalSignal } from './statistical/statistical-signal.ts';
import type { StatisticalOptions } from './statistical/statistical-options.ts';

/** What a `SignalDetector` looks at. A kind of signal without options is not looked for. */
export interface SignalDetectorOptions extends Pick<
  DetectorOptions,
  'instruments' | 'fees' | 'source' | 'maxAgeMs' | 'minEdgePpm' | 'minProfit' | 'maxNotional'
> {
  /** How positions are left, and so by which fee: `taker`, across the spread, or `maker`. What an exit is priced at is the same. Default `taker`. */
  readonly exitLiquidity?: 'taker' | 'maker' | undefined;
  readonly latency?: LatencyOptions | undefined;
  readonly statistical?: StatisticalOptions | undefined;
  readonly funding?: FundingRateOptions | undefined;
  readonly calendar?: CalendarSpreadOptions | undefined;
}

/** What a `SignalDetector` has seen so far. */
export interface SignalCounts {
  readonly events: number;
  readonly opened: number;
  readonly closed: number;
  /** Signals that are live now. */
  readonly live: number;
  readonly rejections: Readonly<Record<Rejection, number>>;
}

/**
 * Finds what is expected to pay rather than what is certain to: instruments that lag behind others, pairs that have strayed from their common
 * course, funding that differs, expiries that converge. Exactly as docs/signals.md defines them; what each is worth is decided in integers.
 *
 * The same input gives the same transitions: time is the largest receive time of the input. Input that cannot be trusted is rejected or
 * quarantined with a reason and a count, and never throws (see `REJECTIONS`).
 *
 * Cost: microseconds for each possible signal that an event concerns (see bench/signals.bench.ts), most of them for putting live ones into words; see
 * `LeadLagWindow` and `CointegrationWindow` for the estimates. Memory is bounded by the windows and the books.
 */
export class SignalDetector {
  readonly #source: 'l1' | 'l2';
  readonly #table: InstrumentTable;
  readonly #market: SignalMarket;
  readonly #parts: readonly SignalPart[];
  readonly #board: SignalBoard;
  readonly #rejections = new RejectionCounts();
  #events = 0;
  #hasClock = false;
  /** No usable slot goes stale before it: a lower bound, so that an event costs one comparison. */
  #nextStaleNs: bigint | undefined;

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor(options: SignalDetectorOptions) {
    const limits = limitsOf(options);
    this.#source = options.source ?? 'l1';
    const table = new InstrumentTable({ instruments: options.instruments, fees: options.fees });
    this.#table = table;
    this.#market = new SignalMarket(table, BigInt(limits.maxAgeNs), this.#rejections);
    const context: SignalContext = {
      market: this.#market,
      // A profit of 1e-42 becomes one of 1e-54: notionals are multiplied by rates of 18 places here.
      limits: { ...limits.pair, minProfit: limits.pair.minProfit * 10n ** 12n },
      ...signalFeesOf(table, options),
      termsOfKey: (path, key) => termsOfKey(table, path, key),
    };
    this.#parts = [
      ...(options.latency ? [latencySignal(context, options.latency)] : []),
      ...(options.statistical ? [statisticalSignal(context, options.statistical)] : []),
      ...(options.funding ? [fundingRateSignal(context, options.funding)] : []),
      ...(options.calendar ? [calendarSpreadSignal(context, options.calendar)] : []),
    ];
    this.#board = new SignalBoard(
      this.#parts.flatMap(({ candidates }) => candidates),
      table.size,
    );
  }

  /** The clock: the largest receive time so far; undefined before the first event. */
  get nowNs(): bigint | undefined {
    return this.#hasClock ? this.#market.nowNs : undefined;
  }

  counts(): SignalCounts {
    return { events: this.#events, ...this.#board.counts, rejections: this.#rejections.snapshot() };
  }

  /** Takes an event in; returns what it opened, changed and closed. */
  apply(event: NormalizedEvent): readonly SignalTransition[] {
    this.#events += 1;
    const atNs = readTimeNs(event.tsRecv);
    if (atNs === undefined) {
      this.#rejections.add('BAD_TIME');
      return [];
    }
    this.#advance(atNs);
    switch (event.type) {
      case 'quote':
      case 'book_snapshot':
      case 'book_delta':
      case 'funding':
        this.#take(event, atNs);
        break;
      case 'status':
        if (event.status === 'down') this.#loseVenue(event.venue);
        break;
      default:
        break;
    }
    return this.#board.settle();
  }

  /** Moves the clock and nothing else: what has grown too old or has expired by then is decided. For a timer, where events may pause. */
  advance(nowNs: bigint): readonly SignalTransition[] {
    if (readTimeNs(nowNs) !== undefined) this.#advance(nowNs);
    return this.#board.settle();
  }

  #take(event: Extract<NormalizedEvent, { readonly symbol: string }>, atNs: bigint): void {
    const isQuote = event.type === 'quote';
    if (event.type !== 'funding' && isQuote !== (this.#source === 'l1')) return;
    const slot = this.#table.slotOf(event.venue, event.symbol);
    if (slot < 0) {
      this.#rejections.add('UNKNOWN_INSTRUMENT');
      return;
    }
    const change = this.#change(slot, event, atNs);
    if (change === 'none') return;
    if (change === 'quoted') {
      const staleNs = this.#market.staleAfterNs(slot);
      if (this.#nextStaleNs === undefined || (staleNs !== undefined && staleNs < this.#nextStaleNs))
        this.#nextStaleNs = staleNs;
      const eventNs = isQuote && (event.tsEvent ?? undefined) !== undefined ? readTimeNs(event.tsEvent) : undefined;
      for (const part of this.#parts) part.observe?.(slot, atNs, eventNs);
    } else if (change === 'lost') {
      for (const part of this.#parts) part.lose?.(slot);
    }
    this.#board.markSlot(slot);
  }

  #change(slot: number, event: Extract<NormalizedEvent, { readonly symbol: string }>, atNs: bigint): MarketChange {
    if (event.type === 'quote') return this.#market.takeQuote(slot, event, atNs);
    return event.type === 'funding'
      ? this.#market.takeFunding(slot, event, atNs)
      : this.#market.takeBook(slot, event, atNs);
  }

  #loseVenue(venue: string): void {
    let known = 0;
    for (const slot of this.#table.slotsOf(venue)) {
      known += 1;
      this.#market.lose(slot, 'VENUE_DOWN');
      this.#market.funding[slot]?.forget();
      for (const part of this.#parts) part.lose?.(slot);
      this.#board.markSlot(slot);
    }
    if (known === 0) this.#rejections.add('UNKNOWN_VENUE');
  }

  #advance(toNs: bigint): void {
    if (this.#hasClock && toNs <= this.#market.nowNs) return;
    for (const part of this.#parts) part.advance?.(toNs, this.#board.mark);
    this.#market.nowNs = toNs;
    this.#hasClock = true;
    this.#board.markExpired(toNs);
    if (this.#nextStaleNs !== undefined && toNs > this.#nextStaleNs) this.#visitStale(toNs);
  }

  /** Marks what has gone stale by now, and finds out when the next slot will. */
  #visitStale(nowNs: bigint): void {
    let next: bigint | undefined;
    for (let slot = 0; slot < this.#table.size; slot += 1) {
      const staleNs = this.#market.staleAfterNs(slot);
      if (staleNs === undefined) continue;
      if (staleNs < nowNs) this.#board.markSlot(slot);
      else if (next === undefined || staleNs < next) next = staleNs;
    }
    this.#nextStaleNs = next;
  }
}

function termsOfKey(table: InstrumentTable, path: string, key: string): InstrumentTerms {
  const terms = table.terms.find((each) => each.key === key);
  if (terms === undefined) throw invalid(path, 'instruments that have a row', key);
  return terms;
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the options of the signal detector: see SignalDetectorOptions.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}
