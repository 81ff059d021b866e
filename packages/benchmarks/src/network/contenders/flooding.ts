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
