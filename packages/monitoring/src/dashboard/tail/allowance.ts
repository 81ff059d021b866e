/**
 * How many messages may be looked at until the next refill. What comes beyond is only counted: that costs the bus one comparison.
 */
export class Allowance {
  readonly #size: number;
  #left: number;
  #refused = 0;

  constructor(size: number) {
    this.#size = size;
    this.#left = size;
  }

  /** Whether one more may be looked at. */
  take(): boolean {
    if (this.#left <= 0) {
      this.#refused += 1;
      return false;
    }
    this.#left -= 1;
    return true;
  }

  refill(): void {
    this.#left = this.#size;
  }

  /** How many were refused since this was last asked. */
  takeRefused(): number {
    const refused = this.#refused;
    this.#refused = 0;
    return refused;
  }
}
