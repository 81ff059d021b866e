import type { Counters } from '../observing/counters.ts';
import type { SealedEntry } from './sealed-entry.ts';
import type { StreamOutlet } from './stream-outlet.ts';

/** Counts entries that Redis may have twice: it had them, forgot it, and may take them for new when they are sent again. */
export class PossibleDuplicates {
  readonly #counters: Counters;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Redis may have forgotten what it has of this stream: all that is of unknown fate may now be stored a second time. */
  countAll({ queue }: StreamOutlet): void {
    for (const entry of queue) this.#count(entry);
  }

  /** Redis says that it knows nothing of this stream, of which these before `entry` were sent: it never got them, or has forgotten them. */
  forgotten({ queue }: StreamOutlet, entry: SealedEntry): void {
    for (const before of queue) {
      if (before === entry) return;
      // Its answer may yet come, or be lost.
      if (before.isOut) before.isForgotten = true;
      else this.#count(before);
    }
  }

  /** The answer to it is lost; what may be is in doubt already. */
  unanswered(entry: SealedEntry): void {
    if (entry.isForgotten) this.#count(entry);
  }

  #count(entry: SealedEntry): void {
    if (!entry.maybeStored || entry.isCounted) return;
    entry.isCounted = true;
    this.#counters.possibleDuplicates += 1;
  }
}
