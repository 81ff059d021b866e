/**
 * How many messages may be looked at: so many more with each refill, parts of one among them, and none kept for later beyond one refill or one message.
 * What comes beyond is only counted: that costs the bus one comparison.
 */
export class Allowance {
  readonly #size: number;
  #left: number;
  #refused = 0;

  /** @param size - How many for each refill, more than 0: 0.25 is one in four refills. */
  constructor(size: number) {
    this.#size = size;
    this.#left = Math.max(1, size);
  }

  /** Whether one more may be looked at. */
  take(): boolean {
    if (this.#left < 1) {
      this.#refused += 1;
      return false;
    }
    this.#left -= 1;
    return true;
  }

  /** Whether the next one is refused. */
  get isSpent(): boolean {
    return this.#left < 1;
  }

  refill(): void {
    this.#left = Math.min(Math.max(1, this.#size), this.#left + this.#size);
  }

  /** How many were refused since this was last asked. */
  takeRefused(): number {
    const refused = this.#refused;
    this.#refused = 0;
    return refused;
  }
}
