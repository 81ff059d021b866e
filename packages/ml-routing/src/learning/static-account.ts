import type { Priority, SchedulingEvent } from '@tradewind/core-types';
import { MOST_WORKERS, type Concurrency } from '../scheduling/concurrency.ts';
import type { TopicBook } from '../scheduling/topic-book.ts';
import { HoldingSum } from './holding-sum.ts';
import { PairedCosts } from './paired-costs.ts';

/** What a router has saved over strict priority on the same messages. */
export interface GainOverStatic {
  /** The part of the cost of strict priority: 0.2 is 20 %; negative where it cost more. 0 while fewer than two blocks are known. */
  readonly saved: number;
  /** The 95 % interval, from the differences of blocks of 512 messages, by Student's quantile; -Infinity to Infinity below 8 blocks, of which the scatter is not known. */
  readonly from: number;
  readonly to: number;
  /** How many blocks of equal weight that is worth; about 200 at most. */
  readonly blocks: number;
}

/**
 * The running account: what waiting has cost so far, beside what it would have cost under strict priority on the very same traffic.
 *
 * Every message goes through an imagined strict client besides the real one. A service takes there what it takes in reality: where the real handler is running, the imagined
 * client waits for its end; where the real client has not begun yet, it goes by what the topic takes, and puts that right later. So with one worker and the same decisions
 * the two accounts agree to the last bit, and a difference is a difference of decisions. With several workers it is an approximation.
 *
 * Only starts and ends are trusted to say what time it is. The stamp of an arrival may come from another machine's clock: it counts where it lies between the events before and
 * after it, and otherwise the message came at the event after it. So arrivals are let in with the next start or end, and no stamp can lead the account ahead or back. What a
 * client tells is its own time. Events fed by hand with stamps that lag are believed back to the event before them: on an idle client such a message seems to have waited,
 * which was up to 2 % of the account in a test with stamps 5 ms late.
 *
 * Costs accrue: of messages that wait still, on either side, what they have cost by now counts. The last 8,192 messages are followed; one that
 * is older leaves both accounts.
 *
 * Workload: three events a message, about 100 ns in all, nothing allocated; `room` is asked at each pick.
 */
export class StaticAccount {
  /** What has been paid for messages that wait no longer. */
  own = 0;
  strict = 0;
  /** Blocks of messages: own costs and those of strict priority, side by side. */
  readonly blocks: PairedCosts = new PairedCosts(2, REMEMBERED);
  readonly #topics: TopicBook;
  readonly #concurrency: Concurrency;
  readonly #ownWaiting = new HoldingSum();
  readonly #strictWaiting = new HoldingSum();
  readonly #tickets = new Float64Array(PLACES).fill(NO_TICKET);
  readonly #arrivedAtMs = new Float64Array(PLACES);
  readonly #deadlineMs = new Float64Array(PLACES);
  readonly #perMs = new Float64Array(PLACES);
  readonly #slope = new Float64Array(PLACES);
  readonly #missed = new Float64Array(PLACES);
  /** Once the real handlers have ended. */
  readonly #servedMs = new Float64Array(PLACES);
  /** What the imagined client went by, where it could not wait; NaN elsewhere. */
  readonly #guessedMs = new Float64Array(PLACES);
  readonly #row = new Int32Array(PLACES);
  readonly #lane = new Uint8Array(PLACES);
  readonly #state = new Uint8Array(PLACES);
  /** Links of the six queues: the four lanes, what came and is not seen yet, and what is not let in yet. */
  readonly #next = new Int32Array(PLACES);
  readonly #heads = new Int32Array(QUEUES).fill(NOTHING);
  readonly #tails = new Int32Array(QUEUES).fill(NOTHING);
  readonly #freeAtMs = new Float64Array(MOST_WORKERS);
  readonly #serving = new Int32Array(MOST_WORKERS).fill(NOTHING);
  readonly #startedAtMs = new Float64Array(MOST_WORKERS);
  readonly #pair = new Float64Array(2);
  #blockArrivals = 0;
  #blockOwn = 0;
  #blockStrict = 0;
  /** The last start or end. */
  #nowMs = 0;

  /** `concurrency` is told of starts and ends here, where it is known which end belongs to a start. */
  constructor(topics: TopicBook, concurrency: Concurrency) {
    this.#topics = topics;
    this.#concurrency = concurrency;
  }

  /**
   * What may be spent: what has been saved over strict priority so far, in the unit of the cost rules, less 1.5 % of what that would have cost. The reserve is for what turns out dearer
   * than it looked, as in a burst that goes on. Negative when there is nothing to spend.
   */
  room(nowMs: number): number {
    return (1 - RESERVE) * this.#strictAt(nowMs) - this.#ownAt(nowMs);
  }

  /** What was really saved lately, with the interval in which it lies with 95 %. */
  gain(): GainOverStatic {
    const { value, low, high } = this.blocks.estimate(0, 1);
    return { saved: value, from: low, to: high, blocks: this.blocks.windows };
  }

  /** A message came, to wait in this lane if nothing corrected it. */
  arrived(event: SchedulingEvent, row: number, lane: Priority): void {
    const place = event.ticket & (PLACES - 1);
    // A message of so long ago: it would have to be found in the middle of a queue, so the queues are given up with it.
    if ((this.#state[place] as number) !== FREE) this.#forget(this.#nowMs);
    const topics = this.#topics;
    this.#tickets[place] = event.ticket;
    this.#arrivedAtMs[place] = event.atMs;
    // What is no time is no deadline: one of them would make every sum from here on no number either.
    this.#deadlineMs[place] = event.deadlineMs > -Infinity ? event.deadlineMs : Infinity;
    this.#perMs[place] = topics.perMs[row] as number;
    this.#slope[place] = topics.slope[row] as number;
    this.#missed[place] = topics.missed[row] as number;
    this.#servedMs[place] = Number.NaN;
    this.#guessedMs[place] = Number.NaN;
    this.#row[place] = row;
    this.#lane[place] = lane;
    this.#state[place] = OWN_WAITS | STRICT_HAS;
    this.#push(OUTSIDE, place);
  }

  /** A message has done with waiting: its handlers run now, or it is given up. */
  left(event: SchedulingEvent): void {
    const atMs = this.#letIn(event.atMs);
    const place = this.#place(event.ticket);
    if (place === NOTHING) return;
    if (((this.#state[place] as number) & OWN_WAITS) === 0) {
      // Given up while its handlers ran: nobody knows what they would have taken.
      if (event.kind !== 'start') this.#over(place, Number.NaN, atMs);
      return;
    }
    const expired = event.kind === 'expired';
    this.#ownWaiting.remove(
      this.#perMs[place] as number,
      this.#slope[place] as number,
      this.#arrivedAtMs[place] as number,
    );
    this.own += this.#holding(place, Math.min(atMs, this.#deadlineMs[place] as number));
    if (expired) this.own += this.#missed[place] as number;
    const strictHas = (this.#state[place] as number) & STRICT_HAS;
    this.#state[place] = event.kind === 'start' ? strictHas | OWN_RUNS : strictHas;
    if (event.kind === 'start' && this.#concurrency.started()) this.#hire(atMs);
    // What was dropped or superseded would have been there too: it waits no longer, and was not missed.
    if (event.kind !== 'start' && !expired && strictHas !== 0) {
      this.#deadlineMs[place] = atMs;
      this.#missed[place] = 0;
    }
    this.#advance(atMs);
  }

  /** Its handlers have ended; `servedMs` that is no time is unknown, and the mean of its topic is taken for it. */
  ended(event: SchedulingEvent): void {
    const atMs = this.#letIn(event.atMs);
    const place = this.#place(event.ticket);
    if (place !== NOTHING) this.#over(place, event.servedMs, atMs);
  }

  #over(place: number, servedMs: number, atMs: number): void {
    const state = this.#state[place] as number;
    if ((state & OWN_RUNS) === 0) return;
    this.#concurrency.ended();
    if (servedMs >= 0 && servedMs < LONGEST_MS) this.#servedMs[place] = servedMs;
    this.#state[place] = state & STRICT_HAS;
    if ((state & STRICT_HAS) === 0) this.#settle(place);
    this.#advance(atMs);
  }

  /** Forgets what waits, and goes on from these totals. */
  restart(own: number, strict: number): void {
    this.own = this.#blockOwn = own;
    this.strict = this.#blockStrict = strict;
    this.#blockArrivals = 0;
    this.#forget(0);
  }

  /** Lets in what came since the last start or end, now that there is a later one, and returns what time it is. */
  #letIn(atMs: number): number {
    const beforeMs = this.#nowMs;
    const nowMs = Number.isFinite(atMs) ? atMs : beforeMs;
    this.#nowMs = nowMs;
    while ((this.#heads[OUTSIDE] as number) !== NOTHING) {
      const place = this.#shift(OUTSIDE);
      const stampMs = this.#arrivedAtMs[place] as number;
      // Before the first start there is nothing to hold a stamp against.
      const arrivedAtMs = beforeMs > 0 && stampMs >= beforeMs && stampMs <= nowMs ? stampMs : nowMs;
      const perMs = this.#perMs[place] as number;
      const slope = this.#slope[place] as number;
      this.#arrivedAtMs[place] = arrivedAtMs;
      this.#advance(arrivedAtMs);
      this.#closeBlock(arrivedAtMs);
      this.#ownWaiting.add(perMs, slope, arrivedAtMs);
      this.#strictWaiting.add(perMs, slope, arrivedAtMs);
      this.#push(UNSEEN, place);
    }
    return nowMs;
  }

  /** The imagined client has one more worker from now on. */
  #hire(nowMs: number): void {
    const worker = this.#concurrency.workers - 1;
    this.#freeAtMs[worker] = nowMs;
    this.#serving[worker] = NOTHING;
  }

  #forget(nowMs: number): void {
    this.#concurrency.forget();
    this.#state.fill(FREE);
    this.#heads.fill(NOTHING);
    this.#tails.fill(NOTHING);
    this.#serving.fill(NOTHING);
    this.#freeAtMs.fill(nowMs);
    this.#ownWaiting.clear(nowMs);
    this.#strictWaiting.clear(nowMs);
  }

  /** Tells the imagined client what a service took that it waits for or has guessed. */
  #settle(place: number): void {
    const servedMs = this.#servedMs[place] as number;
    const tookMs = Number.isNaN(servedMs)
      ? (this.#topics.times.meanMs[this.#row[place] as number] as number)
      : servedMs;
    const worker = this.#serving.indexOf(place);
    if (worker >= 0) {
      this.#freeAtMs[worker] = (this.#startedAtMs[worker] as number) + tookMs;
      this.#serving[worker] = NOTHING;
      return;
    }
    const guessedMs = this.#guessedMs[place] as number;
    if (Number.isNaN(guessedMs)) return;
    const busiest = this.#earliest();
    this.#freeAtMs[busiest] = (this.#freeAtMs[busiest] as number) + tookMs - guessedMs;
  }

  /** Plays the imagined client up to a moment, or to a service whose end is not known yet. */
  #advance(nowMs: number): void {
    for (;;) {
      const worker = this.#earliest();
      const freeAtMs = this.#freeAtMs[worker] as number;
      if (freeAtMs >= nowMs) return;
      this.#see(freeAtMs);
      let queue = this.#firstLane();
      if (queue === UNSEEN) {
        const head = this.#heads[UNSEEN] as number;
        if (head === NOTHING || (this.#arrivedAtMs[head] as number) >= nowMs) return;
        this.#see(this.#arrivedAtMs[head] as number);
        queue = this.#firstLane();
      }
      const place = this.#shift(queue);
      this.#start(place, worker, Math.max(freeAtMs, this.#arrivedAtMs[place] as number));
    }
  }

  #start(place: number, worker: number, atMs: number): void {
    const deadlineMs = this.#deadlineMs[place] as number;
    this.#strictWaiting.remove(
      this.#perMs[place] as number,
      this.#slope[place] as number,
      this.#arrivedAtMs[place] as number,
    );
    const state = (this.#state[place] as number) & ~STRICT_HAS;
    this.#state[place] = state;
    this.strict += this.#holding(place, Math.min(atMs, deadlineMs));
    if (deadlineMs <= atMs) {
      this.strict += this.#missed[place] as number;
      return;
    }
    const servedMs = this.#servedMs[place] as number;
    const meanMs = this.#topics.times.meanMs[this.#row[place] as number] as number;
    if ((state & OWN_RUNS) !== 0) {
      this.#serving[worker] = place;
      this.#startedAtMs[worker] = atMs;
      this.#freeAtMs[worker] = Infinity;
    } else if ((state & OWN_WAITS) !== 0) {
      this.#guessedMs[place] = meanMs;
      this.#freeAtMs[worker] = atMs + meanMs;
    } else {
      this.#freeAtMs[worker] = atMs + (Number.isNaN(servedMs) ? meanMs : servedMs);
    }
  }

  /** Lets in what had come by then. */
  #see(byMs: number): void {
    for (;;) {
      const head = this.#heads[UNSEEN] as number;
      if (head === NOTHING || (this.#arrivedAtMs[head] as number) > byMs) return;
      this.#push(this.#lane[this.#shift(UNSEEN)] as number, head);
    }
  }

  #closeBlock(nowMs: number): void {
    this.#blockArrivals += 1;
    if (this.#blockArrivals < BLOCK) return;
    this.#blockArrivals = 0;
    const own = this.#ownAt(nowMs);
    const strict = this.#strictAt(nowMs);
    this.#pair[0] = own - this.#blockOwn;
    this.#pair[1] = strict - this.#blockStrict;
    this.#blockOwn = own;
    this.#blockStrict = strict;
    this.blocks.observe(this.#pair);
  }

  #ownAt(nowMs: number): number {
    return this.own + this.#ownWaiting.costAt(nowMs);
  }

  #strictAt(nowMs: number): number {
    return this.strict + this.#strictWaiting.costAt(nowMs);
  }

  #holding(place: number, untilMs: number): number {
    const waitedMs = Math.max(0, untilMs - (this.#arrivedAtMs[place] as number));
    return ((this.#perMs[place] as number) + 0.5 * (this.#slope[place] as number) * waitedMs) * waitedMs;
  }

  #place(ticket: number): number {
    const place = ticket & (PLACES - 1);
    return this.#tickets[place] === ticket && this.#state[place] !== FREE ? place : NOTHING;
  }

  #earliest(): number {
    let worker = 0;
    for (let other = 1; other < this.#concurrency.workers; other += 1) {
      if ((this.#freeAtMs[other] as number) < (this.#freeAtMs[worker] as number)) worker = other;
    }
    return worker;
  }

  #firstLane(): number {
    for (let lane = 0; lane < UNSEEN; lane += 1) if ((this.#heads[lane] as number) !== NOTHING) return lane;
    return UNSEEN;
  }

  #push(queue: number, place: number): void {
    const tail = this.#tails[queue] as number;
    this.#next[place] = NOTHING;
    if (tail === NOTHING) this.#heads[queue] = place;
    else this.#next[tail] = place;
    this.#tails[queue] = place;
  }

  #shift(queue: number): number {
    const head = this.#heads[queue] as number;
    const next = this.#next[head] as number;
    this.#heads[queue] = next;
    if (next === NOTHING) this.#tails[queue] = NOTHING;
    return head;
  }
}

/** A power of two; 70 bytes each. */
const PLACES = 8_192;
const NOTHING = -1;
const NO_TICKET = -1;
/** Four lanes, behind them what came after the moment up to which the imagined client has been played, and what came after the last start or end. */
const QUEUES = 6;
const UNSEEN = 4;
const OUTSIDE = 5;
const FREE = 0;
const OWN_WAITS = 1;
const OWN_RUNS = 2;
const STRICT_HAS = 4;
const LONGEST_MS = 60_000;
const RESERVE = 0.015;
const BLOCK = 512;
/** What a block is worth when the next one comes: the gain reaches back about 100 blocks. */
const REMEMBERED = 0.99;
