import { MessageExtras, type LaneEntry } from './lane-entry.ts';
import type { OrderingKey } from '../delivering/ordering-keys.ts';
import type { TopicRecord } from '../publishing/topic-record.ts';

/** How many messages a segment holds. 2,048 make its fixed cost (about 1 KB) half a byte a message, and an idle lane 60 KB at most. */
export const SEGMENT_SLOTS = 2_048;
export const SEGMENT_SHIFT = 11;

/**
 * A fixed number of queued messages, in columns.
 *
 * Workload: a million messages written once, read once, in order; the space they take is what decides. A message costs 28 bytes (payload
 * and topic references, time, sequence as an offset), and 16 more in a segment where one has an ordering key and an expiry, since those
 * columns are made when first needed. No object per message, so that the garbage collector has nothing to trace but the references.
 */
export class Segment {
  readonly #payloads: unknown[] = emptyColumn<unknown>();
  readonly #topics: (TopicRecord | undefined)[] = emptyColumn<TopicRecord>();
  readonly #publishedAtMs = new Float64Array(SEGMENT_SLOTS);
  readonly #offsets = new Uint32Array(SEGMENT_SLOTS);
  #expiresAtMs: Float64Array | undefined = undefined;
  #keys: (OrderingKey | undefined)[] | undefined = undefined;
  #extras: (MessageExtras | undefined)[] | undefined = undefined;
  #baseSequence = 0;

  /** Begins to be filled anew: sequences are kept as offsets from this one. */
  rebase(sequence: number): void {
    this.#baseSequence = sequence;
  }

  write(slot: number, entry: LaneEntry): void {
    this.#payloads[slot] = entry.payload;
    this.#topics[slot] = entry.topic;
    this.#publishedAtMs[slot] = entry.publishedAtMs;
    const offset = entry.sequence - this.#baseSequence;
    if (offset >= 0 && offset <= MAX_OFFSET) this.#offsets[slot] = offset;
    else (entry.extras ??= new MessageExtras()).farSequence = entry.sequence;
    if (entry.expiresAtMs !== Infinity) this.#expiresAtMs ??= new Float64Array(SEGMENT_SLOTS).fill(Infinity);
    if (this.#expiresAtMs !== undefined) this.#expiresAtMs[slot] = entry.expiresAtMs;
    if (entry.key !== undefined) this.#keys ??= emptyColumn<OrderingKey>();
    if (this.#keys !== undefined) this.#keys[slot] = entry.key;
    if (entry.extras !== undefined) this.#extras ??= emptyColumn<MessageExtras>();
    if (this.#extras !== undefined) this.#extras[slot] = entry.extras;
  }

  read(slot: number, into: LaneEntry): void {
    into.payload = this.#payloads[slot];
    into.topic = this.#topics[slot];
    into.publishedAtMs = this.#publishedAtMs[slot] as number;
    into.expiresAtMs = this.#expiresAtMs === undefined ? Infinity : (this.#expiresAtMs[slot] as number);
    into.key = this.#keys === undefined ? undefined : this.#keys[slot];
    into.extras = this.#extras === undefined ? undefined : this.#extras[slot];
    into.sequence = into.extras?.farSequence ?? this.#baseSequence + (this.#offsets[slot] as number);
  }

  /** Lets go of what belongs to the publisher. A topic stays until the slot is written again: the table keeps it anyway. */
  clear(slot: number): void {
    this.#payloads[slot] = undefined;
    if (this.#keys !== undefined) this.#keys[slot] = undefined;
    if (this.#extras !== undefined) this.#extras[slot] = undefined;
  }

  topicId(slot: number): number {
    return this.#topics[slot]?.id ?? 0;
  }

  /** By this client's clock where a scheduler observes, and was told the same; otherwise when it was published, by its publisher's. */
  arrivedAtMs(slot: number): number {
    return this.#extras?.[slot]?.ticket?.arrivedAtMs ?? (this.#publishedAtMs[slot] as number);
  }

  expiresAtMs(slot: number): number {
    return this.#expiresAtMs === undefined ? Infinity : (this.#expiresAtMs[slot] as number);
  }
}

/** Filled at once, so that the engine keeps tagged elements and never rebuilds the column for another kind of value. */
function emptyColumn<T>(): (T | undefined)[] {
  return new Array<T | undefined>(SEGMENT_SLOTS).fill(undefined);
}

const MAX_OFFSET = 2 ** 32 - 1;
