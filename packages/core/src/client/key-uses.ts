import { Priority } from '@tradewind/core-types';

/** How one ordering key is in use: what of it waits or runs, and in which lane. */
export class KeyUse {
  readonly text: string;
  /** Messages that wait, and deliveries that are parked, running or waiting for a retry. */
  open = 0;
  /** Whether it is kept while nothing of it is open. */
  pinned = false;
  /** By declared priority: the lane that its messages are in; -1 while none was published since the key was last idle. */
  readonly lanes: [number, number, number, number] = [IDLE, IDLE, IDLE, IDLE];

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * The ordering keys in use; kept only by clients whose plugins route.
 *
 * A plugin's move of a key to another lane would let a later message overtake an earlier one, which waits in the old lane or runs. So a key
 * keeps its lane until it is idle. Bounded by what the lanes hold, and by the table of topics for the pinned ones.
 */
export class KeyUses {
  readonly #uses = new Map<string, KeyUse>();

  /** The use of a key. A pinned one stays, for topics that the client knows; the others go when they are idle. */
  obtain(text: string, pinned: boolean): KeyUse {
    let use = this.#uses.get(text);
    if (use === undefined) {
      use = new KeyUse(text);
      this.#uses.set(text, use);
    }
    if (pinned) use.pinned = true;
    return use;
  }

  /** The lane for the next message of a key: the wanted one when the key is idle, otherwise the one in use. */
  laneFor(use: KeyUse, declared: Priority, wanted: Priority): Priority {
    if (use.open === 0) {
      use.lanes.fill(IDLE);
      use.lanes[declared] = wanted;
      return wanted;
    }
    const lane = use.lanes[declared];
    const kept = lane === IDLE ? declared : (lane as Priority);
    use.lanes[declared] = kept;
    return kept;
  }

  release(use: KeyUse): void {
    use.open -= 1;
    this.drop(use);
  }

  /** Lets go of a key that turned out not to be needed. */
  drop(use: KeyUse): void {
    if (use.open === 0 && !use.pinned) this.#uses.delete(use.text);
  }
}

const IDLE = -1;
