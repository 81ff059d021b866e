/** A timer of the heap: removed from it before it runs. */
export interface HeapTimer {
  readonly dueAtMs: number;
  readonly callback: () => void;
  /** How many timers had been added before it. */
  readonly order: number;
}

interface Node extends HeapTimer {
  /** Its place in the heap; -1 when it is no longer there. */
  index: number;
}

/**
 * Timers by due time, ties in the order of adding: a binary heap whose nodes know their place, so that removing one is O(log n).
 *
 * Workload: thousands of timers of retries and expiries in a simulation, most of them cleared before they fire.
 * Source: T. Cormen et al., "Introduction to Algorithms", chapter 6 (heaps).
 */
export class TimerHeap {
  readonly #nodes: Node[] = [];
  #added = 0;

  /** How many timers were added so far. */
  get added(): number {
    return this.#added;
  }

  get size(): number {
    return this.#nodes.length;
  }

  first(): HeapTimer | undefined {
    return this.#nodes[0];
  }

  add(dueAtMs: number, callback: () => void): HeapTimer {
    const node: Node = { dueAtMs, callback, order: this.#added, index: this.#nodes.length };
    this.#added += 1;
    this.#nodes.push(node);
    this.#up(node);
    return node;
  }

  /** Does nothing for a timer that is not, or no longer, in the heap. */
  remove(timer: HeapTimer): void {
    const node = timer as Node;
    if (this.#nodes[node.index] !== node) return;
    const last = this.#nodes.pop();
    if (last !== undefined && last !== node) {
      this.#place(last, node.index);
      this.#up(last);
      this.#down(last);
    }
    node.index = -1;
  }

  #up(node: Node): void {
    for (;;) {
      const parent = this.#nodes[(node.index - 1) >> 1];
      if (node.index === 0 || parent === undefined || isBefore(parent, node)) return;
      this.#swap(parent, node);
    }
  }

  #down(node: Node): void {
    for (;;) {
      const left = this.#nodes[2 * node.index + 1];
      const right = this.#nodes[2 * node.index + 2];
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(node, child)) return;
      this.#swap(node, child);
    }
  }

  #swap(upper: Node, lower: Node): void {
    const upperIndex = upper.index;
    this.#place(upper, lower.index);
    this.#place(lower, upperIndex);
  }

  #place(node: Node, index: number): void {
    this.#nodes[index] = node;
    node.index = index;
  }
}

function isBefore(left: Node, right: Node): boolean {
  return left.dueAtMs < right.dueAtMs || (left.dueAtMs === right.dueAtMs && left.order < right.order);
}
