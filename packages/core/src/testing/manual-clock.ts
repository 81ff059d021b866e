import { checkedDelay, type Clock, type Timer } from '@tradewind/core-types';
import { BusError } from '../errors.ts';
import { TimerHeap, type HeapTimer } from './timer-heap.ts';

/** How a manual clock begins. */
export interface ManualClockOptions {
  /** Where time starts, in milliseconds since the epoch. Default: 2024-01-01T00:00:00Z. */
  readonly startMs?: number | undefined;
}

/** What a clock still has to run. */
export interface PendingCallbacks {
  readonly microtasks: number;
  readonly turns: number;
  readonly timers: number;
}

/**
 * A clock whose time stands still until a test moves it: with it a client is deterministic.
 *
 * | what | runs |
 * |---|---|
 * | `microtask` | by itself, as a real microtask in the place where production would run it, between the reactions of real promises |
 * | `nextTurn` | in {@link settle} and {@link advance}, one turn at a time: what a turn asks for runs in the turn after it |
 * | `setTimer` | in {@link advance}, by due time, ties in the order in which they were set; microtasks and promises run between any two |
 *
 * The order is the one Node keeps within a turn: timers, then `nextTurn` callbacks, microtasks after each callback.
 * The methods whose names end in `Sync` run the clock's own callbacks without waiting for promises: for tests without asynchronous handlers.
 * Do not run two of these methods at once.
 */
export class ManualClock implements Clock {
  readonly #timers = new TimerHeap();
  #now: number;
  #microtasks: (() => void)[] = [];
  #firstMicrotask = 0;
  #turns: (() => void)[] = [];

  constructor(options: ManualClockOptions = {}) {
    this.#now = options.startMs ?? DEFAULT_START_MS;
  }

  now(): number {
    return this.#now;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    return this.#timers.add(this.#now + checkedDelay(delayMs), callback);
  }

  clearTimer(timer: Timer): void {
    this.#timers.remove(timer as HeapTimer);
  }

  microtask(callback: () => void): void {
    this.#microtasks.push(callback);
    // One real microtask each: every callback keeps its place among the reactions of promises.
    queueMicrotask(() => this.#runOldestMicrotask());
  }

  nextTurn(callback: () => void): void {
    this.#turns.push(callback);
  }

  pending(): PendingCallbacks {
    return {
      microtasks: this.#microtasks.length - this.#firstMicrotask,
      turns: this.#turns.length,
      timers: this.#timers.size,
    };
  }

  /** Lets time pass without running anything, as a handler does that computes for so long. */
  elapse(ms: number): void {
    this.#now += checkedDelay(ms);
  }

  /** Runs microtasks, promises and turns until none is left. Time stands still. Rejects with `DOES_NOT_SETTLE` after 100,000 turns. */
  async settle(): Promise<void> {
    await run(this.#untilQuiet());
  }

  /**
   * Moves time forward and runs everything that falls due on the way, at its own time; settles before, between and after.
   *
   * A callback that calls {@link elapse} makes later timers late, as in production.
   */
  async advance(ms: number): Promise<void> {
    await run(this.#until(this.#now + checkedDelay(ms)));
  }

  /** Runs the clock's own microtasks, those included that they ask for, without waiting for promises. */
  runMicrotasksSync(): void {
    while (this.#firstMicrotask < this.#microtasks.length) this.#runOldestMicrotask();
  }

  /** {@link settle} without promises. */
  settleSync(): void {
    this.#runSync(this.#untilQuiet());
  }

  /** {@link advance} without promises. */
  advanceSync(ms: number): void {
    this.#runSync(this.#until(this.#now + checkedDelay(ms)));
  }

  #runSync(callbacks: Iterable<() => void>): void {
    this.runMicrotasksSync();
    for (const callback of callbacks) {
      callback();
      this.runMicrotasksSync();
    }
  }

  /** What is to be called until no turn is asked for; microtasks are to be run after each. */
  *#untilQuiet(): Generator<() => void> {
    for (let turn = 0; this.#turns.length > 0; turn += 1) {
      if (turn === MAX_TURNS) throw doesNotSettle();
      yield* this.#takeTurn();
    }
  }

  /** What is to be called until `targetMs`; time moves along. */
  *#until(targetMs: number): Generator<() => void> {
    yield* this.#untilQuiet();
    let rounds = 0;
    for (let next = this.#timers.first(); next !== undefined && next.dueAtMs <= targetMs; next = this.#timers.first()) {
      rounds = next.dueAtMs > this.#now ? 0 : rounds + 1;
      if (rounds === MAX_TURNS) throw doesNotSettle();
      this.#now = Math.max(this.#now, next.dueAtMs);
      yield* this.#timersDue();
      yield* this.#untilQuiet();
    }
    this.#now = Math.max(this.#now, targetMs);
  }

  /** The timers that are due now; one that is set meanwhile waits for the next round, as in Node. */
  *#timersDue(): Generator<() => void> {
    const round = this.#timers.added;
    for (
      let next = this.#timers.first();
      next !== undefined && next.dueAtMs <= this.#now && next.order < round;
      next = this.#timers.first()
    ) {
      this.#timers.remove(next);
      yield next.callback;
    }
  }

  #takeTurn(): (() => void)[] {
    const turn = this.#turns;
    this.#turns = [];
    return turn;
  }

  #runOldestMicrotask(): void {
    const callback = this.#microtasks[this.#firstMicrotask];
    // Already run by one of the synchronous methods.
    if (callback === undefined) return;
    this.#firstMicrotask += 1;
    if (this.#firstMicrotask === this.#microtasks.length) {
      this.#microtasks = [];
      this.#firstMicrotask = 0;
    }
    callback();
  }
}

async function run(callbacks: Iterable<() => void>): Promise<void> {
  await promisesSettled();
  for (const callback of callbacks) {
    callback();
    // One after the other is the point: microtasks run between any two callbacks.
    await promisesSettled();
  }
}

/** The real event loop empties its microtask queue, however long the chain of promises, before it comes to an immediate. */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function doesNotSettle(): BusError {
  return new BusError('DOES_NOT_SETTLE', {
    message: `Expected an end of the callbacks, and still had some after ${MAX_TURNS} turns in which no time passed.`,
    hint: 'Something asks for the next turn, or for a timer of 0 ms, for ever: let it wait for a positive delay.',
  });
}

const DEFAULT_START_MS = Date.UTC(2024, 0, 1);
const MAX_TURNS = 100_000;
