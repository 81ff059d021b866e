/**
 * How much time may go into the texts of payloads: so much for each refill, whoever looks.
 *
 * The time is spent inside `publish`. JavaScript lists all members of an object before the first can be read, and tells their number nowhere; what seems
 * too long is not listed (see `listing-time.ts`), but that is an estimate. What was taken beyond the budget is therefore owed: until it is made up for, no
 * payload is written. Over time it is never more than the budget; one payload can be late by itself.
 */
export class WritingBudget {
  readonly #sizeMs: number;
  readonly #now: () => number;
  #leftMs: number;

  /** @param sizeMs - For each refill. */
  constructor(sizeMs: number, now: () => number) {
    this.#sizeMs = sizeMs;
    this.#now = now;
    this.#leftMs = sizeMs;
  }

  get isSpent(): boolean {
    return this.#leftMs <= 0;
  }

  refill(): void {
    this.#leftMs = Math.min(this.#sizeMs, this.#leftMs + this.#sizeMs);
  }

  /** Writes something, and counts the time. `leftMs` says how much there is, 0 or less: stop. */
  spend<Written>(write: (leftMs: () => number) => Written): Written {
    const startedAtMs = this.#now();
    const left = this.#leftMs;
    try {
      return write(() => left - (this.#now() - startedAtMs));
    } finally {
      this.#leftMs -= this.#now() - startedAtMs;
    }
  }
}
