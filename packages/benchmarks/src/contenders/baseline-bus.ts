import type { BusUnderTest, Contender, Probe, ProbeHandler } from './contender.ts';
import { globExpression } from './glob-expression.ts';
import { Pending } from './pending.ts';

interface Queued {
  readonly topic: string;
  readonly probe: Probe;
}

interface Listener {
  readonly expression: RegExp;
  readonly handler: ProbeHandler;
}

/** Between two turns of the event loop: enough that turns cost little, few enough that others come to theirs. */
const PER_TURN = 256;
/** The consumed front of the queue is cut off when it is this long, so that cutting costs little per message. */
const CUT_AT = 4096;

/**
 * What the field calls standard: one queue, first in first out, one worker, and for each message a look at every subscription, whose glob
 * is a regular expression compiled once. No priorities, no index, no cache.
 */
export const baselineBus: Contender = {
  name: 'baseline',
  packages: [],
  features: ['patterns', 'queue'],
  create: () => new Baseline(),
};

class Baseline implements BusUnderTest {
  readonly #listeners: Listener[] = [];
  readonly #pending = new Pending();
  #queue: Queued[] = [];
  #front = 0;
  #isRunning = false;

  subscribe({ pattern, handler }: { readonly pattern: string; readonly handler: ProbeHandler }): void {
    this.#listeners.push({ expression: globExpression(pattern), handler });
  }

  publish(topic: string, probe: Probe): void {
    this.#pending.enter();
    this.#queue.push({ topic, probe });
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => this.#work());
  }

  settle(): Promise<void> {
    return this.#pending.idle();
  }

  close(): Promise<void> {
    return this.settle();
  }

  #work(): void {
    for (let done = 0; done < PER_TURN && this.#front < this.#queue.length; done += 1) {
      const { topic, probe } = this.#queue[this.#front] as Queued;
      this.#front += 1;
      for (const { expression, handler } of this.#listeners) if (expression.test(topic)) handler(probe);
      this.#pending.leave();
    }
    if (this.#front >= CUT_AT || this.#front === this.#queue.length) {
      this.#queue = this.#queue.slice(this.#front);
      this.#front = 0;
    }
    if (this.#queue.length > 0) setImmediate(() => this.#work());
    else this.#isRunning = false;
  }
}
