import type { Lane } from '../lanes/lane.ts';
import { keyOf, LaneEntry } from '../lanes/lane-entry.ts';

/**
 * Finds the queued message of a lane that a newer one replaces.
 *
 * Two kinds are kept apart. By text: what a plugin gave as `conflateBy`, from the first such message on. By key: the ordering key (by
 * default the topic), for a lane whose overflow policy is `conflate`; that one is built when the lane is full for the first time, in one
 * pass, and let go when the lane has drained to half, so that a lane that keeps up pays nothing.
 *
 * A position stays in the index after its message has left; it is below the lane's first position then, and ignored. Entries are bounded by
 * sweeping when there are twice as many as messages.
 */
export class ConflationIndex {
  readonly #lane: Lane;
  readonly #scratch = new LaneEntry();
  #byText: Map<string, number> | undefined = undefined;
  #byKey: Map<string, number> | undefined = undefined;

  constructor(lane: Lane) {
    this.#lane = lane;
  }

  /** How many positions are kept, those of messages that have left included. */
  get size(): number {
    return (this.#byText?.size ?? 0) + (this.#byKey?.size ?? 0);
  }

  /** The position of the queued message with the same text and ordering key. */
  findText(text: string, entry: LaneEntry): number | undefined {
    const position = live(this.#byText, text, this.#lane);
    if (position === undefined) return undefined;
    // In the place of a message of another ordering key it would overtake its own key's earlier ones.
    this.#lane.peek(position - this.#lane.firstPosition, this.#scratch);
    const same = keyOf(this.#scratch) === keyOf(entry);
    this.#scratch.payload = undefined;
    return same ? position : undefined;
  }

  /** The position of the newest queued message with the same ordering key. The lane is full. */
  findKey(entry: LaneEntry): number | undefined {
    this.#byKey ??= this.#indexKeys();
    return live(this.#byKey, keyOf(entry).text, this.#lane);
  }

  /** A message was put at a position. */
  put(entry: LaneEntry, position: number): void {
    const text = entry.extras?.conflateBy;
    if (text !== undefined) this.#set((this.#byText ??= new Map()), text, position);
    if (this.#byKey === undefined) return;
    if (this.#lane.depth <= this.#lane.capacity / 2) this.#byKey = undefined;
    else this.#set(this.#byKey, keyOf(entry).text, position);
  }

  #indexKeys(): Map<string, number> {
    const byKey = new Map<string, number>();
    const first = this.#lane.firstPosition;
    for (let k = 0; k < this.#lane.depth; k += 1) {
      this.#lane.peek(k, this.#scratch);
      byKey.set(keyOf(this.#scratch).text, first + k);
    }
    this.#scratch.payload = undefined;
    return byKey;
  }

  #set(positions: Map<string, number>, text: string, position: number): void {
    positions.set(text, position);
    if (positions.size > 2 * this.#lane.depth + MIN_SWEPT) this.#sweep(positions);
  }

  #sweep(positions: Map<string, number>): void {
    for (const [text, position] of positions) {
      if (position < this.#lane.firstPosition) positions.delete(text);
    }
  }
}

function live(positions: Map<string, number> | undefined, key: string, lane: Lane): number | undefined {
  const position = positions?.get(key);
  return position === undefined || position < lane.firstPosition ? undefined : position;
}

const MIN_SWEPT = 1_024;
