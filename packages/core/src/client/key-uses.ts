import type { Priority } from '@tradewind/core-types';

/** How one ordering key is in use: what of it waits or runs, and in which lanes. */
export class KeyUse {
  readonly text: string;
  /** Messages that wait, and deliveries that are parked, running or waiting for a retry. */
  open = 0;
  /** A topic's record holds it: it stays while it is idle. */
  pinned = false;
  /** Three bits for each declared priority: the lane that its messages are in, plus one; 0 while none was published since the key was last idle. */
  lanes = 0;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * The ordering keys in use; kept only by clients whose plugins route.
 *
 * A plugin's move of a key to another lane would let a later message overtake an earlier one, which waits in the old lane or runs. So a key
 * keeps its lanes until it is idle.
 *
 * Workload: looked up per message, thousands of keys that come again and again. So idle keys stay, until there are 65,536 of them and as many
 * as are in use: then the idle ones go, in one pass.
 */
export class KeyUses {
  readonly #uses = new Map<string, KeyUse>();
  #sweepAt = MIN_SWEPT;

  /** The use of a key. To be opened before the next one is asked for. */
  obtain(text: string): KeyUse {
    return this.#uses.get(text) ?? this.#add(text);
  }

  /** The lane for the next message of a key: the wanted one when the key is idle, otherwise the one in use. */
  laneFor(use: KeyUse, declared: Priority, wanted: Priority): Priority {
    const shift = declared * BITS;
    if (use.open === 0) {
      use.lanes = (wanted + 1) << shift;
      return wanted;
    }
    const kept = (use.lanes >> shift) & MASK;
    if (kept !== 0) return (kept - 1) as Priority;
    use.lanes |= (declared + 1) << shift;
    return declared;
  }

  #add(text: string): KeyUse {
    if (this.#uses.size >= this.#sweepAt) this.#sweep();
    const use = new KeyUse(text);
    this.#uses.set(text, use);
    return use;
  }

  #sweep(): void {
    for (const [text, { open, pinned }] of this.#uses) {
      if (open === 0 && !pinned) this.#uses.delete(text);
    }
    this.#sweepAt = Math.max(MIN_SWEPT, 2 * this.#uses.size);
  }
}

const MIN_SWEPT = 65_536;
const BITS = 3;
const MASK = 7;
