import type { StoredMessage } from './delivery.ts';

/** The last messages of one lane, for consumers that begin with the oldest kept one: a ring that overwrites. */
export class History {
  readonly #size: number;
  readonly #ring: StoredMessage[] = [];
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(message: StoredMessage): void {
    if (this.#size === 0) return;
    this.#ring[this.#next] = message;
    this.#next = (this.#next + 1) % this.#size;
  }

  /** Oldest first. */
  *messages(): Generator<StoredMessage> {
    for (let i = 0; i < this.#ring.length; i += 1) {
      const message = this.#ring[(this.#next + i) % this.#ring.length];
      if (message !== undefined) yield message;
    }
  }
}
