/**
 * How many messages may be sent twice: a token bucket. Each message that is published earns a part of a second copy, and what is not spent is kept only up to a bound: calm days
 * earn no right to double the load of a path that is in trouble.
 */
export class HedgeBudget {
  readonly #part: number;
  readonly #mostSaved: number;
  #saved = 0;

  /** @param part - Earned per message, 0 to 1. @param waiting - How many messages may be late at once: what a burst of so many has earned itself is not taken from it. */
  constructor(part: number, waiting: number) {
    this.#part = part;
    this.#mostSaved = Math.max(MOST_SAVED, part * waiting);
  }

  earn(): void {
    const saved = this.#saved + this.#part;
    this.#saved = saved < this.#mostSaved ? saved : this.#mostSaved;
  }

  /** Whether there is enough for one more copy. */
  get allows(): boolean {
    return this.#saved > 1 - ROUNDING;
  }

  spend(): void {
    this.#saved -= 1;
  }
}

/** Copies. */
const MOST_SAVED = 100;
/** Ten tenths are a little less than one. */
const ROUNDING = 1e-9;
