/**
 * The last observations of one series: a time and a value each, oldest first.
 *
 * Workload: one push an event; `lags` times two binary searches for each event that moved the price. Plain typed arrays, no allocation.
 */
export class ObservationRing {
  readonly capacity: number;
  readonly #times: Float64Array;
  readonly #values: Float64Array;
  #start = 0;
  #count = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#times = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  time(index: number): number {
    return this.#times[this.#at(index)] as number;
  }

  value(index: number): number {
    return this.#values[this.#at(index)] as number;
  }

  /** The oldest has to be dropped first when it is full. */
  push(time: number, value: number): void {
    const at = this.#at(this.#count);
    this.#times[at] = time;
    this.#values[at] = value;
    this.#count += 1;
  }

  dropOldest(): void {
    this.#start = (this.#start + 1) % this.capacity;
    this.#count -= 1;
  }

  replaceNewest(value: number): void {
    this.#values[this.#at(this.#count - 1)] = value;
  }

  clear(): void {
    this.#count = 0;
  }

  /** The index of the first observation later than a time; the count when there is none. */
  firstAfter(time: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time(middle) > time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The index of the first observation that is not earlier than a time; the count when there is none. */
  firstFrom(time: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time(middle) >= time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #at(index: number): number {
    const at = this.#start + index;
    return at < this.capacity ? at : at - this.capacity;
  }
}
