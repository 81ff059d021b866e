import type { Clock, Timer } from '@tradewind/core-types';
import type { WorkerPool } from './worker-pool.ts';

export interface WorkerScalingOptions {
  readonly pool: WorkerPool;
  readonly clock: Clock;
  /** Called when workers were added or taken away. */
  readonly onScaled: (from: number, to: number, reason: string) => void;
  /** Called when a later look may add workers for messages that wait. */
  readonly onLook: () => void;
}

/**
 * Decides how many workers there are.
 *
 * Up: all are busy and the oldest runnable message has waited 1 ms: half as many again, at once, and again after another millisecond.
 * Down: in a window of one second never more than half of them ran: a quarter fewer. The distance between the two rules (all against half,
 * a millisecond against a second) is the hysteresis that keeps the number from swinging.
 */
export class WorkerScaling {
  readonly #pool: WorkerPool;
  readonly #clock: Clock;
  readonly #options: WorkerScalingOptions;
  #grownAtMs = -Infinity;
  #lookTimer: Timer | undefined = undefined;
  #windowTimer: Timer | undefined = undefined;

  constructor(options: WorkerScalingOptions) {
    this.#pool = options.pool;
    this.#clock = options.clock;
    this.#options = options;
  }

  /**
   * All workers are busy. True: something has waited, and there are more of them now.
   *
   * @param oldestArrivedAtMs - Infinity: nothing waits any more.
   */
  starved(nowMs: number, oldestArrivedAtMs: number): boolean {
    const pool = this.#pool;
    if (pool.size >= pool.max || oldestArrivedAtMs === Infinity) return false;
    const dueAtMs = Math.max(oldestArrivedAtMs, this.#grownAtMs) + GROW_AFTER_MS;
    if (nowMs < dueAtMs) {
      this.#lookAgain(dueAtMs - nowMs);
      return false;
    }
    this.#grownAtMs = nowMs;
    this.#resize(
      Math.min(pool.max, pool.size + Math.max(1, pool.size >> 1)),
      'messages wait while all workers are busy',
    );
    this.#watch();
    return true;
  }

  /** Brings the size within changed bounds. */
  rebound(): void {
    const pool = this.#pool;
    const size = Math.min(pool.max, Math.max(pool.min, pool.size));
    if (size !== pool.size) this.#resize(size, 'the bounds were changed');
    this.#watch();
  }

  stop(): void {
    if (this.#lookTimer !== undefined) this.#clock.clearTimer(this.#lookTimer);
    if (this.#windowTimer !== undefined) this.#clock.clearTimer(this.#windowTimer);
    this.#lookTimer = undefined;
    this.#windowTimer = undefined;
  }

  /** Handlers that never return wake nobody: a timer looks whether more workers are due. */
  #lookAgain(delayMs: number): void {
    this.#lookTimer ??= this.#clock.setTimer(() => {
      this.#lookTimer = undefined;
      this.#options.onLook();
    }, delayMs);
  }

  #watch(): void {
    if (this.#pool.size <= this.#pool.min) return;
    this.#windowTimer ??= this.#clock.setTimer(
      () => {
        this.#windowTimer = undefined;
        this.#endWindow();
      },
      WINDOW_MS,
      { background: true },
    );
  }

  #endWindow(): void {
    const pool = this.#pool;
    const { peak } = pool;
    pool.peak = pool.running;
    if (peak <= pool.size / 2) {
      const fewer = Math.max(pool.min, pool.running, pool.size - Math.max(1, pool.size >> 2));
      if (fewer < pool.size) this.#resize(fewer, 'half of the workers were idle');
    }
    this.#watch();
  }

  #resize(to: number, reason: string): void {
    const from = this.#pool.size;
    this.#pool.size = to;
    this.#options.onScaled(from, to, reason);
  }
}

const GROW_AFTER_MS = 1;
const WINDOW_MS = 1_000;
