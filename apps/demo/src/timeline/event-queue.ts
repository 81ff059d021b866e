/** One thing that is due at a moment of virtual time. */
export interface DueItem<T> {
  readonly atMicros: number;
  /** Orders what is due at the same microsecond: first by this text, then by the order of insertion. */
  readonly tieKey: string;
  readonly value: T;
}

interface Entry<T> extends DueItem<T> {
  readonly order: number;
}

/**
 * What is due next, in virtual time: a binary heap.
 *
 * Workload: tens to a few hundred entries, one push and one pop per simulated event. The order of two entries depends on their
 * time, then on their key, then on insertion: a caller whose insertions come in no fixed order gives distinct keys.
 */
export class EventQueue<T> {
  readonly #heap: Entry<T>[] = [];
  #inserted = 0;

  get size(): number {
    return this.#heap.length;
  }

  push(atMicros: number, value: T, tieKey = ''): void {
    const heap = this.#heap;
    const entry: Entry<T> = { atMicros, tieKey, value, order: this.#inserted };
    this.#inserted += 1;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !comesBefore(entry, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  /** What is due first, left in place. */
  peek(): DueItem<T> | undefined {
    return this.#heap[0];
  }

  /** Takes what is due first. */
  pop(): DueItem<T> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    this.#sink(last);
    return first;
  }

  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const leftEntry = heap[left];
      if (leftEntry === undefined) break;
      const rightEntry = heap[right];
      const rightFirst = rightEntry !== undefined && comesBefore(rightEntry, leftEntry);
      const child = rightFirst ? rightEntry : leftEntry;
      if (!comesBefore(child, entry)) break;
      heap[index] = child;
      index = rightFirst ? right : left;
    }
    heap[index] = entry;
  }
}

function comesBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  if (a.atMicros !== b.atMicros) return a.atMicros < b.atMicros;
  if (a.tieKey !== b.tieKey) return a.tieKey < b.tieKey;
  return a.order < b.order;
}
