import { showValue, type TopicMeta } from '@tradewind/core-types';
import { BusError } from '../errors.ts';

/** One call of a handler. */
export interface RecordedMessage<P = unknown, M extends TopicMeta = TopicMeta> {
  readonly payload: P;
  readonly meta: M;
}

/** How long a recorder is waited for. */
export interface WaitForOptions {
  /** How long to wait, in milliseconds of real time, whatever clock the bus has. Default 5,000. */
  readonly timeoutMs?: number | undefined;
}

interface Waiter {
  readonly count: number;
  readonly resolve: () => void;
}

/**
 * A handler that keeps what it is given.
 *
 * ```ts
 * const trades = new Recorder<Trade>();
 * client.subscribe('data.trades.*', trades.handler);
 * …
 * await trades.waitFor(3);
 * expect(trades.payloads).toEqual([…]);
 * ```
 */
export class Recorder<P = unknown, M extends TopicMeta = TopicMeta> {
  /** In the order in which they came; the same array all the time. */
  readonly messages: RecordedMessage<P, M>[] = [];
  #waiters: Waiter[] = [];

  /** To be subscribed. Bound: it needs no `this`. */
  readonly handler = (payload: P, meta: M): void => {
    this.messages.push({ payload, meta });
    const served = this.#waiters.filter(({ count }) => count <= this.messages.length);
    this.#waiters = this.#waiters.filter((waiter) => !served.includes(waiter));
    for (const { resolve } of served) resolve();
  };

  get payloads(): readonly P[] {
    return this.messages.map(({ payload }) => payload);
  }

  get topics(): readonly string[] {
    return this.messages.map(({ meta }) => meta.topic);
  }

  /** Resolves when at least `count` messages have come since the recorder was made or cleared. Rejects with BusError `NOT_RECORDED` when the time is over. */
  waitFor(count: number, { timeoutMs = 5_000 }: WaitForOptions = {}): Promise<void> {
    if (this.messages.length >= count) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(this.#tooFew(count, timeoutMs));
      }, timeoutMs);
      const waiter: Waiter = {
        count,
        resolve: () => {
          clearTimeout(timeout);
          resolve();
        },
      };
      this.#waiters.push(waiter);
    });
  }

  /** Forgets what came so far. */
  clear(): void {
    this.messages.length = 0;
  }

  #tooFew(count: number, timeoutMs: number): BusError {
    const last = this.messages.at(-1);
    const lastOne = last === undefined ? '' : `, the last on ${last.meta.topic} with ${showValue(last.payload)}`;
    return new BusError('NOT_RECORDED', {
      message: `Expected ${count} messages within ${timeoutMs} ms, received ${this.messages.length}${lastOne}.`,
      hint: 'With a manual clock, advance it; otherwise look at the pattern and at the errors that the bus has logged.',
    });
  }
}
