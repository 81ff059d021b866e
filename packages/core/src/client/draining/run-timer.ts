import type { Priority } from '@tradewind/core-types';
import type { BurstClock } from './burst-clock.ts';
import type { Latencies } from '../observing/latencies.ts';

/**
 * Reads the clock between the messages of a drain, as often as their handlers' speed asks for, and measures synchronous handlers on the way.
 *
 * A clock read costs 50 to 80 ns, as much as a small handler; so quick messages are measured in runs of up to 16, and each counts with the
 * mean. As soon as a message takes more than 50 microseconds, the clock is read after each.
 */
export class RunTimer {
  readonly #time: BurstClock;
  readonly #latencies: Latencies;
  readonly #counts: [number, number, number, number] = [0, 0, 0, 0];
  #startedAtMs = 0.5;
  #served = 0;
  #length = 1;
  #unmeasured = 0;

  constructor(time: BurstClock, latencies: Latencies) {
    this.#time = time;
    this.#latencies = latencies;
  }

  /** A drain begins; the clock has just been read. */
  begin(): void {
    this.#startedAtMs = this.#time.nowMs;
    this.#served = 0;
  }

  /** One message more; `handled` says whether a synchronous handler has handled it. True: the clock was read. */
  served(priority: Priority, handled: boolean): boolean {
    if (handled) this.#counts[priority] += 1;
    this.#served += 1;
    if (this.#served < this.#length) return false;
    this.#measure();
    return true;
  }

  /** The drain ends. What is left of a run is measured too; of short runs of quick messages one in eight. */
  end(): void {
    this.#unmeasured += 1;
    if (this.#served >= MIN_MEASURED || this.#length < MAX_RUN || this.#unmeasured >= MAX_RUN) {
      this.#unmeasured = 0;
      if (this.#served > 0) this.#measure();
    } else {
      this.#counts.fill(0);
    }
    this.#time.expire();
  }

  #measure(): void {
    const startedAtMs = this.#startedAtMs;
    const nowMs = this.#time.read();
    const each = Math.max(0, nowMs - startedAtMs) / this.#served;
    for (let priority = 0; priority < this.#counts.length; priority += 1) {
      const count = this.#counts[priority] as number;
      if (count === 0) continue;
      this.#latencies.handles[priority as Priority].record(each, count);
      this.#counts[priority] = 0;
    }
    this.#length = each > SLOW_MS ? 1 : Math.min(this.#length * 2, MAX_RUN);
    this.#startedAtMs = nowMs;
    this.#served = 0;
  }
}

const MAX_RUN = 16;
const MIN_MEASURED = 4;
const SLOW_MS = 0.05;
