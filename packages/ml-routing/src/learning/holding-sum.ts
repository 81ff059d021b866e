/**
 * What all messages that wait have cost by a moment, without going through them.
 *
 * A message that came at `a` has cost `p (t - a) + q/2 (t - a)²` at `t`. Summed up that is a polynomial of `t` whose five coefficients
 * change by one message's share as it comes and goes. Times count from an origin that moves along, or else their squares would leave no digits
 * for the differences. O(1), nothing allocated.
 */
export class HoldingSum {
  #originMs = 0;
  #count = 0;
  #rate = 0;
  #rateAt = 0;
  #slope = 0;
  #slopeAt = 0;
  #slopeAtSquared = 0;

  add(perMs: number, slope: number, arrivedAtMs: number): void {
    if (this.#count === 0) this.clear(arrivedAtMs);
    this.#count += 1;
    this.#change(perMs, slope, arrivedAtMs);
  }

  /** The same message, with the same numbers. */
  remove(perMs: number, slope: number, arrivedAtMs: number): void {
    this.#count -= 1;
    // What rounding has left behind goes with the last message.
    if (this.#count === 0) this.clear(arrivedAtMs);
    else this.#change(-perMs, -slope, arrivedAtMs);
  }

  clear(originMs: number): void {
    this.#originMs = originMs;
    this.#count = 0;
    this.#rate = this.#rateAt = this.#slope = this.#slopeAt = this.#slopeAtSquared = 0;
  }

  costAt(nowMs: number): number {
    if (this.#count === 0) return 0;
    if (nowMs - this.#originMs > FURTHEST_MS) this.#move(nowMs);
    const t = nowMs - this.#originMs;
    return this.#rate * t - this.#rateAt + (this.#slope * t * t) / 2 - this.#slopeAt * t + this.#slopeAtSquared / 2;
  }

  #change(perMs: number, slope: number, arrivedAtMs: number): void {
    const at = arrivedAtMs - this.#originMs;
    this.#rate += perMs;
    this.#rateAt += perMs * at;
    this.#slope += slope;
    this.#slopeAt += slope * at;
    this.#slopeAtSquared += slope * at * at;
  }

  #move(originMs: number): void {
    const by = originMs - this.#originMs;
    this.#originMs = originMs;
    this.#slopeAtSquared += by * (by * this.#slope - 2 * this.#slopeAt);
    this.#slopeAt -= by * this.#slope;
    this.#rateAt -= by * this.#rate;
  }
}

const FURTHEST_MS = 10_000;
