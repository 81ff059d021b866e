import type { Priority, RejectedMessage, TransportMessage } from '@tradewind/core-types';
import type { RedisStreamSettings } from '../options.ts';
import { unpackable, type BodyBuilder, type FinishedBody, type Refusal, type RefusedMessage } from '../wire/body.ts';
import { createBody, packEntry } from '../wire/entry-codec.ts';
import { writeNumbers } from '../wire/entry-layout.ts';
import type { OpenBatch } from './open-batch.ts';
import type { EntryPart, SealedEntry } from './sealed-entry.ts';

/** Where messages of one stream are packed, and wait until Redis has them. */
export class StreamOutlet {
  readonly stream: string;
  readonly shard: number;
  readonly producerKey: string;
  readonly priority: Priority;
  /** With `streamPerTopic`: the set of topics of the shard, and how this stream stands in it. */
  readonly topics: { readonly key: string; readonly member: string } | undefined;
  /** Entries that are not known as stored, oldest first. The first `sent` of them are on their way. */
  readonly queue: SealedEntry[] = [];
  sent = 0;
  /** Whether it stands in the list of those with something to send. */
  isListed = false;
  /** Whether it waits for a fuller entry. */
  isHeld = false;
  /** The number of the last entry that Redis confirmed, of this epoch. */
  confirmed = 0;
  confirmedAtMs = 0;
  epoch: number;
  readonly #settings: RedisStreamSettings;
  readonly #onRefused: (batch: OpenBatch, rejected: readonly RejectedMessage[]) => void;
  #body: BodyBuilder;
  #lastNumber = 0;
  #messages = 0;
  #parts: { readonly batch: OpenBatch; readonly indices: number[] }[] = [];

  constructor(options: {
    readonly stream: string;
    readonly shard: number;
    readonly producerKey: string;
    readonly priority: Priority;
    readonly topics: { readonly key: string; readonly member: string } | undefined;
    readonly epoch: number;
    readonly settings: RedisStreamSettings;
    /** Messages that were taken turned out to be such that they can never be stored; `batch.entries` counts without them already. */
    readonly onRefused: (batch: OpenBatch, rejected: readonly RejectedMessage[]) => void;
  }) {
    this.stream = options.stream;
    this.shard = options.shard;
    this.producerKey = options.producerKey;
    this.priority = options.priority;
    this.topics = options.topics;
    this.epoch = options.epoch;
    this.#settings = options.settings;
    this.#onRefused = options.onRefused;
    this.#body = createBody(options.settings);
  }

  /** Whether there is something to send. */
  get hasWork(): boolean {
    return this.queue.length > this.sent || this.#body.count > 0;
  }

  /** Whether nothing of it is on its way, waits, or is about to. */
  get isIdle(): boolean {
    return this.queue.length === 0 && this.#body.count === 0 && !this.isListed && !this.isHeld;
  }

  /** Whether an entry is full, so that waiting for more is no use. */
  get hasFull(): boolean {
    return this.queue.length > this.sent;
  }

  /** Packs a message, or says why it never can be. */
  add(message: TransportMessage, batch: OpenBatch, index: number): Refusal | undefined {
    const refusal = this.#body.add(message);
    if (refusal !== undefined) return refusal;
    const last = this.#parts.at(-1);
    if (last?.batch === batch) last.indices.push(index);
    else {
      this.#parts.push({ batch, indices: [index] });
      batch.entries += 1;
    }
    const { maxEntryMessages, maxEntryBytes } = this.#settings;
    if (this.#body.count >= maxEntryMessages || this.#body.bytes >= maxEntryBytes / 2) this.seal();
    return undefined;
  }

  /** Makes an entry of what was packed. Never throws: what cannot be packed is refused. */
  seal(): void {
    const taken = this.#body.count;
    if (taken === 0) return;
    let parts: readonly EntryPart[] = this.#parts;
    this.#parts = [];
    const { bytes, rawBytes, refused } = this.#pack(taken);
    if (refused !== undefined) parts = this.#refuse(parts, refused);
    const count = taken - (refused?.length ?? 0);
    if (count === 0) return;
    this.#lastNumber += 1;
    writeNumbers(bytes, this.epoch, this.#lastNumber, this.#messages);
    this.#messages += count;
    this.queue.push({
      bytes,
      count,
      rawBytes,
      parts,
      epoch: this.epoch,
      number: this.#lastNumber,
      attempts: 0,
      isOut: false,
      maybeStored: false,
      isCounted: false,
      isForgotten: false,
      forced: false,
    });
  }

  #pack(taken: number): Pick<SealedEntry, 'bytes' | 'rawBytes'> & Pick<FinishedBody, 'refused'> {
    const { producerId, compression } = this.#settings;
    try {
      const body = this.#body.finish();
      const { refused } = body;
      const header = { producer: producerId, priority: this.priority, count: taken - (refused?.length ?? 0) };
      return { bytes: packEntry(body, header, compression), rawBytes: body.bytes.length, refused };
    } catch (error) {
      // Memory may lack, or zstd fail: nobody knows what is left in the body.
      this.#body = createBody(this.#settings);
      const refusal = unpackable(taken, error);
      const refused = Array.from({ length: taken }, (_, place): RefusedMessage => ({ place, refusal }));
      return { bytes: Buffer.alloc(0), rawBytes: 0, refused };
    }
  }

  /** What is left of the parts of an entry. */
  #refuse(parts: readonly EntryPart[], refused: readonly RefusedMessage[]): readonly EntryPart[] {
    const refusals = new Map(refused.map(({ place, refusal }) => [place, refusal]));
    const kept: EntryPart[] = [];
    let place = 0;
    for (const { batch, indices } of parts) {
      const rejected: RejectedMessage[] = [];
      const rest: number[] = [];
      for (const index of indices) {
        const refusal = refusals.get(place);
        place += 1;
        if (refusal === undefined) rest.push(index);
        else rejected.push({ index, ...refusal });
      }
      if (rest.length > 0) kept.push({ batch, indices: rest });
      else batch.entries -= 1;
      if (rejected.length > 0) this.#onRefused(batch, rejected);
    }
    return kept;
  }

  /**
   * Numbers all that waits anew, in a later epoch: something before it will never be stored, or another life of this producer has written.
   * Nothing of it may be on its way.
   */
  renumber(epoch: number): void {
    this.epoch = epoch;
    this.confirmed = 0;
    this.#lastNumber = 0;
    this.#messages = 0;
    for (const entry of this.queue) {
      this.#lastNumber += 1;
      entry.epoch = epoch;
      entry.number = this.#lastNumber;
      entry.forced = false;
      writeNumbers(entry.bytes, epoch, this.#lastNumber, this.#messages);
      this.#messages += entry.count;
    }
  }
}
