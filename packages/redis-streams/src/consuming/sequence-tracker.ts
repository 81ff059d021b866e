/** Where an entry stands in what its producer wrote to one stream. */
export interface EntryNumber {
  readonly producer: string;
  /** Changes when a producer starts anew. */
  readonly epoch: number;
  /** Counts the entries of one producer epoch in one stream, from 1, without gaps. */
  readonly number: number;
  /** How many messages the producer wrote to this stream in this epoch before this entry. */
  readonly messagesBefore: number;
}

/** How a new entry follows the one before it: it was seen already, it follows, or so many messages are missing between them. */
export type Continuity = { readonly kind: 'next' | 'duplicate' } | { readonly kind: 'gap'; readonly missing: number };

interface LastSeen {
  /** It was written before this consumer came: others read it. */
  isStart: boolean;
  epoch: number;
  number: number;
  messages: number;
}

/**
 * Tells duplicates and gaps in one stream by the numbers that producers give their entries.
 *
 * The first sight of a producer, or of a new epoch of it, is no gap: it may have written before this consumer came, unless what it wrote
 * last before that is told with {@link SequenceTracker.startBehind}. It remembers 10,000
 * producers; beyond that the one that was silent longest is forgotten, and is as new when it returns.
 */
export class SequenceTracker {
  readonly #last = new Map<string, LastSeen>();

  /** The last entry of a producer before the first new one of the stream. What was told or seen of the producer already stays. */
  startBehind(entry: EntryNumber, messages: number): void {
    if (this.#last.has(entry.producer)) return;
    const { epoch, number } = entry;
    this.#remember(entry.producer, { isStart: true, epoch, number, messages: entry.messagesBefore + messages });
  }

  /** What was before the first new entry may come as new: forgets what was told of it. */
  forgetStarts(): void {
    for (const [producer, { isStart }] of this.#last) if (isStart) this.#last.delete(producer);
  }

  /** Takes the next new entry of the stream. `messages`: how many it holds. */
  follow(entry: EntryNumber, messages: number): Continuity {
    const last = this.#last.get(entry.producer);
    const after = entry.messagesBefore + messages;
    if (last === undefined || last.epoch !== entry.epoch) {
      this.#remember(entry.producer, { isStart: false, epoch: entry.epoch, number: entry.number, messages: after });
      return NEXT;
    }
    if (entry.number <= last.number) return DUPLICATE;
    const missing = entry.number === last.number + 1 ? 0 : entry.messagesBefore - last.messages;
    last.isStart = false;
    last.number = entry.number;
    last.messages = after;
    return missing > 0 ? { kind: 'gap', missing } : NEXT;
  }

  /** How many messages are missing before the next new entry of the stream; nothing is remembered by that. */
  missingBefore(entry: EntryNumber): number {
    const last = this.#last.get(entry.producer);
    if (last === undefined || last.epoch !== entry.epoch || entry.number <= last.number + 1) return 0;
    return entry.messagesBefore - last.messages;
  }

  /** An entry that came by another way than the stream's order: it closes a gap that has not been seen yet, if it is the next one. */
  fill(entry: EntryNumber, messages: number): void {
    const last = this.#last.get(entry.producer);
    if (last === undefined || last.epoch !== entry.epoch || entry.number !== last.number + 1) return;
    last.isStart = false;
    last.number = entry.number;
    last.messages = entry.messagesBefore + messages;
  }

  /** What is missing before this entry is known: it is no gap any more. */
  skipTo(entry: EntryNumber): void {
    const { epoch, number, messagesBefore } = entry;
    this.#remember(entry.producer, { isStart: false, epoch, number: number - 1, messages: messagesBefore });
  }

  #remember(producer: string, seen: LastSeen): void {
    this.#last.delete(producer);
    this.#last.set(producer, seen);
    if (this.#last.size <= MAX_PRODUCERS) return;
    for (const oldest of this.#last.keys()) {
      this.#last.delete(oldest);
      return;
    }
  }
}

const NEXT: Continuity = { kind: 'next' };
const DUPLICATE: Continuity = { kind: 'duplicate' };
const MAX_PRODUCERS = 10_000;
