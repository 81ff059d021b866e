/**
 * What is under way: one row per message, found by its ticket, and one list per path in the order of sending.
 *
 * Workload: one `add` per message and one `remove` per settlement, each a few array accesses; nothing is allocated. A ticket has one place, its
 * remainder by the number of places; whoever comes to a place that is taken pushes the older message out, which is then forgotten and counted.
 */
export class InFlight {
  readonly ticket: Float64Array<ArrayBuffer> = new Float64Array(PLACES);
  readonly sentAtMs: Float64Array<ArrayBuffer> = new Float64Array(PLACES);
  readonly size: Float64Array<ArrayBuffer> = new Float64Array(PLACES);
  readonly volatility: Float64Array<ArrayBuffer> = new Float64Array(PLACES);
  /** As believed when it was sent, in milliseconds: the latency, its spread, and what it exceeds in one case of a hundred. */
  readonly predictedMs: Float64Array<ArrayBuffer> = new Float64Array(PLACES);
  readonly spreadMs: Float64Array<ArrayBuffer> = new Float64Array(PLACES);
  readonly highMs: Float64Array<ArrayBuffer> = new Float64Array(PLACES);
  /** All the work that its path had been given when it was sent, its own included, in milliseconds. */
  readonly workMs: Float64Array<ArrayBuffer> = new Float64Array(PLACES);
  readonly path: Int32Array<ArrayBuffer> = new Int32Array(PLACES).fill(NONE);
  /** Messages under way, by path. */
  readonly count: Int32Array<ArrayBuffer>;
  /** By path: the oldest message that was sent after the last one that arrived, -1 for none. It is what a path that stands still holds up. */
  readonly front: Int32Array<ArrayBuffer>;
  /** By path: the message that is under way for the longest time, -1 for none. */
  readonly first: Int32Array<ArrayBuffer>;
  /** Messages that were never settled and had to make room, or were given up for their age. */
  forgotten = 0;
  /** The path of the message that made room for the last one that was added, where nothing sent there after it has arrived; -1 for none. */
  lostOn: number = NONE;
  readonly #order = new Float64Array(PLACES);
  readonly #next = new Int32Array(PLACES);
  readonly #before = new Int32Array(PLACES);
  readonly #last: Int32Array;
  #orders = 0;

  constructor(paths: number) {
    this.count = new Int32Array(paths);
    this.front = new Int32Array(paths).fill(NONE);
    this.first = new Int32Array(paths).fill(NONE);
    this.#last = new Int32Array(paths).fill(NONE);
  }

  /** Where the message with this ticket is, -1 when it is not under way. */
  find(ticket: number): number {
    const at = placeOf(ticket);
    return this.path[at] !== NONE && this.ticket[at] === ticket ? at : NONE;
  }

  /** Makes a place for a message on a path; the caller fills the columns. */
  add(ticket: number, path: number): number {
    const at = placeOf(ticket);
    const taken = this.path[at] as number;
    this.lostOn = NONE;
    if (taken !== NONE) {
      if (this.front[taken] === at) this.lostOn = taken;
      this.forgotten += 1;
      this.remove(at);
    }
    this.#orders += 1;
    this.#order[at] = this.#orders;
    this.ticket[at] = ticket;
    this.path[at] = path;
    const last = this.#last[path] as number;
    this.#before[at] = last;
    this.#next[at] = NONE;
    if (last !== NONE) this.#next[last] = at;
    else this.first[path] = at;
    this.#last[path] = at;
    if (this.front[path] === NONE) this.front[path] = at;
    this.count[path] = (this.count[path] as number) + 1;
    return at;
  }

  /** It arrived: whatever was sent to its path before it does not hold the others up. Returns whether none that was sent after it arrived before it. */
  arrived(at: number): boolean {
    const path = this.path[at] as number;
    const front = this.front[path] as number;
    const inOrder = front !== NONE && (this.#order[at] as number) >= (this.#order[front] as number);
    if (inOrder) this.front[path] = this.#next[at] as number;
    this.remove(at);
    return inOrder;
  }

  /** It is not under way any more. */
  remove(at: number): void {
    const path = this.path[at] as number;
    const next = this.#next[at] as number;
    const before = this.#before[at] as number;
    if (this.front[path] === at) this.front[path] = next;
    if (next !== NONE) this.#before[next] = before;
    else this.#last[path] = before;
    if (before !== NONE) this.#next[before] = next;
    else this.first[path] = next;
    this.path[at] = NONE;
    this.count[path] = (this.count[path] as number) - 1;
  }

  /** Gives up what was sent to a path before this moment and was never settled. Returns whether nothing that was sent after one of these has arrived: that is the path's fault. */
  forgetBefore(path: number, atMs: number): boolean {
    let isLost = false;
    for (;;) {
      const first = this.first[path] as number;
      if (first === NONE || !((this.sentAtMs[first] as number) < atMs)) return isLost;
      if (this.front[path] === first) isLost = true;
      this.forgotten += 1;
      this.remove(first);
    }
  }

  /** Places of a path's messages in the order of sending. */
  of(path: number): readonly number[] {
    const places: number[] = [];
    for (let at = this.first[path] as number; at !== NONE; at = this.#next[at] as number) places.push(at);
    return places;
  }

  /** Forgets everything. */
  clear(): void {
    this.path.fill(NONE);
    this.count.fill(0);
    this.front.fill(NONE);
    this.first.fill(NONE);
    this.#last.fill(NONE);
  }
}

/** Tickets are integers, of which the low bits are taken; of others there is something at least. */
function placeOf(ticket: number): number {
  return ticket & (PLACES - 1);
}

const NONE = -1;
/** Messages that may be under way at once: 1.4 MB. A power of two. */
export const PLACES = 16_384;
