import { tickOf, topicOf, type Tick } from '../ticks/ticks.ts';

/** A tick with its topic, as text: what contenders without a codec of their own send. */
export function tickText(n: number): string {
  return JSON.stringify({ topic: topicOf(n), tick: tickOf(n) });
}

export function tickFrom(text: string | Uint8Array): Tick {
  return (JSON.parse(typeof text === 'string' ? text : DECODER.decode(text)) as { readonly tick: Tick }).tick;
}

/** Runs `store` for ticks in groups of `size`, with at most `inFlight` groups on their way. */
export async function inGroups(
  count: number,
  { size, inFlight }: { readonly size: number; readonly inFlight: number },
  store: (from: number, to: number) => Promise<unknown>,
): Promise<void> {
  const running = new Set<Promise<unknown>>();
  for (let from = 0; from < count; from += size) {
    const group: Promise<unknown> = store(from, Math.min(count, from + size)).finally(() => running.delete(group));
    running.add(group);
    // The bound is the point.
    if (running.size >= inFlight) await Promise.race(running);
  }
  await Promise.all(running);
}

/**
 * Stores ticks that are offered one by one, in their order, at most so many at once: what comes faster than it is stored waits as a number, where a
 * command for each would fill the memory. Latency from the intended time counts that wait.
 */
export class Window {
  readonly #outstanding: Outstanding = new Outstanding();
  readonly #store: (n: number) => Promise<unknown>;
  readonly #onStored = (): void => {
    this.#running -= 1;
    this.#advance();
  };
  #running = 0;
  #next = 0;
  #offered = 0;

  constructor(store: (n: number) => Promise<unknown>) {
    this.#store = store;
  }

  /** Ticks are offered by their numbers from 0 on, none left out. */
  offer(n: number): void {
    this.#offered = n + 1;
    this.#advance();
  }

  /** Resolves when everything that was offered is stored; rejects with the first failure. */
  async settled(): Promise<void> {
    await this.#outstanding.settled();
  }

  #advance(): void {
    while (this.#next < this.#offered && this.#running < MOST_AT_ONCE) {
      this.#running += 1;
      this.#outstanding.add(this.#store(this.#next).then(this.#onStored));
      this.#next += 1;
    }
  }
}

/** A second's worth at the rate that all of them are to take. */
export const MOST_AT_ONCE = 10_000;

/** Promises that are settled later: what was offered and is not stored yet. */
export class Outstanding {
  readonly #running: Set<Promise<unknown>> = new Set();

  add(promise: Promise<unknown>): void {
    const tracked: Promise<unknown> = promise.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}

const DECODER = new TextDecoder();
