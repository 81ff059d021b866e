import type { BatchReceiver, Clock, Priority } from '@tradewind/core-types';
import type { ReaderPort } from '../connection/ports.ts';
import type { EntryHeader } from '../wire/entry.ts';
import type { EntryBatch } from './entry-batch.ts';
import type { EntryOpening } from './entry-opening.ts';
import { HandingOut } from './handing-out.ts';
import type { LaneGate } from './lane-gate.ts';
import type { OwnedShard } from './owned-shard.ts';
import type { OwnedStream } from './owned-stream.ts';
import { ItemQueue, type ReadItem } from './read-item.ts';
import { compareIds, fieldOf, streamEntries } from './replies.ts';

/** What a loop needs, and whom it asks. */
export interface LaneLoopParts {
  readonly priority: Priority;
  readonly group: string;
  readonly consumer: string;
  readonly reader: ReaderPort;
  readonly receiver: BatchReceiver;
  readonly opening: EntryOpening;
  readonly gate: LaneGate;
  readonly clock: Clock;
  readonly readCount: number;
  /** How long one read waits, at most. */
  readonly blockMs: number;
  /** Claims the next page of a stream, which ends in {@link LaneLoop.claimed}. */
  readonly claim: (stream: OwnedStream) => void;
  /** A read failed. Resolves when it may be tried again. */
  readonly onFailed: (loop: LaneLoop, streams: readonly OwnedStream[], error: unknown) => Promise<void>;
  readonly onRead: (loop: LaneLoop) => void;
  /**
   * Messages are missing before this entry. Resolves when they were found, and claimed, or reported: with false when the lease does not hold,
   * so that nothing could be done. Does not reject.
   */
  readonly onGap: (item: ReadItem, header: EntryHeader) => Promise<boolean>;
}

/**
 * Brings what one lane has: what comes again first, then what was taken over, then what is new. One batch at a time: the next one, and the next
 * read, wait until the receiver has room.
 *
 * It reads all streams of the lane that this consumer owns with one command (in Cluster there is a loop for each slot). A read waits at the server, and
 * is ended when there is something else to do. It reads only while the leases hold, and waits no longer than they do.
 */
export class LaneLoop {
  readonly #parts: LaneLoopParts;
  readonly #handingOut: HandingOut;
  readonly #redeliveries: { readonly stream: OwnedStream; readonly batch: EntryBatch }[] = [];
  readonly #claimed = new ItemQueue();
  readonly #read = new ItemQueue();
  #streams: readonly OwnedStream[] = [];
  #gap: { readonly item: ReadItem; readonly header: EntryHeader } | undefined = undefined;
  #stopped = false;
  #awake = false;
  #sleeper: (() => void) | undefined = undefined;
  #reading: Promise<unknown> | undefined = undefined;
  #isUnblocking = false;

  constructor(parts: LaneLoopParts) {
    this.#parts = parts;
    this.#handingOut = new HandingOut(parts);
  }

  get priority(): Priority {
    return this.#parts.priority;
  }

  start(): void {
    void this.#run();
  }

  /**
   * Reads nothing more. What was read and not handed out is to be left with {@link LaneLoop.leave}; a batch that waits for its turn is given
   * back at once.
   */
  stop(): void {
    this.#stopped = true;
    this.#handingOut.stop();
    this.wake();
  }

  setStreams(streams: readonly OwnedStream[]): void {
    this.#streams = streams;
    this.wake();
  }

  /** There is something to do: a read that waits is ended. */
  wake(): void {
    this.#awake = true;
    this.nudge();
    if (this.#reading !== undefined) void this.#unblock();
  }

  /** Looks again, unless it reads. */
  nudge(): void {
    const sleeper = this.#sleeper;
    this.#sleeper = undefined;
    sleeper?.();
  }

  redeliver(stream: OwnedStream, batch: EntryBatch): void {
    this.#redeliveries.push({ stream, batch });
    this.wake();
  }

  /** Entries that were taken over; those in hand already are left out. */
  claimed(items: readonly ReadItem[]): number {
    let added = 0;
    for (const item of items) {
      if (
        item.stream.open.has(item.id) ||
        this.#claimed.has(item.stream, item.id) ||
        this.#read.has(item.stream, item.id)
      )
        continue;
      this.#claimed.push(item);
      added += 1;
    }
    if (added > 0) this.wake();
    return added;
  }

  /** Ids of a stream that were read and wait to be handed out. */
  waitingOf(stream: OwnedStream): readonly string[] {
    return [...this.#claimed.of(stream), ...this.#read.of(stream)].map(({ id }) => id);
  }

  /** Resolves when no read is on its way that began before. */
  async interrupted(): Promise<void> {
    const reading = this.#reading;
    if (reading === undefined) return;
    this.#awake = true;
    void this.#unblock();
    await reading.catch(() => undefined);
  }

  /** Takes what was read of a shard and not handed out; a batch of it that waits for its turn is given back. */
  leave(shard: OwnedShard): readonly ReadItem[] {
    const isLeft = (stream: OwnedStream): boolean => stream.shard === shard;
    this.#handingOut.giveBack(({ entry }) => shard.streams.some((stream) => stream === entry.owner));
    for (let i = this.#redeliveries.length - 1; i >= 0; i -= 1) {
      const redelivery = this.#redeliveries[i];
      if (redelivery?.stream.shard !== shard) continue;
      this.#redeliveries.splice(i, 1);
      redelivery.batch.entry.leave(redelivery.batch.places);
    }
    return [...this.#claimed.take(isLeft), ...this.#read.take(isLeft)];
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#awake = false;
      const batch = this.#next();
      if (batch === undefined) await this.#fetch();
      else await this.#handingOut.give(batch);
    }
  }

  /** The next batch to hand out, of what is in hand; undefined when there is none, or its lease has to be renewed first. */
  #next(): EntryBatch | undefined {
    const nowMs = this.#parts.clock.now();
    while (this.#redeliveries.length > 0) {
      const { stream, batch } = this.#redeliveries[0] as { stream: OwnedStream; batch: EntryBatch };
      if (stream.shard.state === 'owned' && !stream.shard.isServed(nowMs)) return undefined;
      this.#redeliveries.shift();
      if (!batch.entry.revoked) return batch;
    }
    return this.#open(this.#claimed, nowMs) ?? this.#open(this.#read, nowMs);
  }

  #open(queue: ItemQueue, nowMs: number): EntryBatch | undefined {
    const mayGo = ({ stream }: ReadItem): boolean => stream.shard.isServed(nowMs) && !stream.isHeld;
    for (let item = queue.shiftFirst(mayGo); item !== undefined; item = queue.shiftFirst(mayGo)) {
      const { stream } = item;
      const gap = this.#parts.opening.gapBefore(item);
      if (gap !== undefined) {
        queue.unshift(item);
        this.#gap = { item, header: gap };
        return undefined;
      }
      if (compareIds(item.id, stream.lastId) > 0) stream.lastId = item.id;
      const batch = this.#parts.opening.open(item);
      if (batch !== undefined) return batch;
    }
    return undefined;
  }

  async #fetch(): Promise<void> {
    if (this.#gap !== undefined) return this.#explainGap(this.#gap);
    const nowMs = this.#parts.clock.now();
    const ready: OwnedStream[] = [];
    let untilMs = Infinity;
    for (const stream of this.#streams) {
      if (!stream.shard.isServed(nowMs)) continue;
      if (stream.mayClaim && this.#claimed.of(stream).length === 0) this.#parts.claim(stream);
      // What was read of a stream and waits comes before anything more of it.
      if (this.#read.size > 0 && this.#read.of(stream).length > 0) continue;
      if (stream.backlog === 'rereading') return this.#readFrom([stream], stream.lastId, 0);
      if (!stream.isReady) continue;
      ready.push(stream);
      untilMs = Math.min(untilMs, stream.shard.validUntilMs);
    }
    const blockMs = Math.floor(Math.min(this.#parts.blockMs, untilMs - nowMs - READ_MARGIN_MS));
    if (ready.length === 0 || blockMs < 1) return this.#sleep();
    return this.#readFrom(ready, '>', this.#awake ? 0 : blockMs);
  }

  /** Looks for what is missing before the next entry, so that it goes out first where it can be found. */
  async #explainGap({ item, header }: { readonly item: ReadItem; readonly header: EntryHeader }): Promise<void> {
    if (await this.#parts.onGap(item, header)) item.stream.tracker.skipTo(header);
    this.#gap = undefined;
  }

  async #readFrom(streams: readonly OwnedStream[], from: string, blockMs: number): Promise<void> {
    const { group, consumer, readCount, reader, onFailed, onRead } = this.#parts;
    const args: (string | number)[] = ['GROUP', group, consumer, 'COUNT', readCount];
    if (blockMs > 0) args.push('BLOCK', blockMs);
    args.push('STREAMS');
    for (const stream of streams) args.push(stream.key);
    for (let i = 0; i < streams.length; i += 1) args.push(from);
    const reading = reader.read('XREADGROUP', args, blockMs);
    this.#reading = reading;
    try {
      const reply = await reading;
      this.#reading = undefined;
      onRead(this);
      this.#take(reply, streams, from);
    } catch (error) {
      this.#reading = undefined;
      // The answer may be lost, and with it entries that count as delivered to us.
      for (const stream of streams) if (stream.backlog === 'none') stream.backlog = 'rereading';
      if (!this.#stopped) await onFailed(this, streams, error);
    }
  }

  #take(reply: unknown, streams: readonly OwnedStream[], from: string): void {
    const answered = streamEntries(reply);
    let entries = 0;
    for (const [key, raw] of answered) {
      const stream = streams.find((one) => one.key === key);
      if (stream === undefined) continue;
      entries += raw.length;
      if (from === '>' && raw[0] !== undefined && compareIds(raw[0].id, stream.startId) <= 0) stream.forgetStart();
      for (const { id, fields } of raw) {
        const bytes = fields === undefined ? undefined : fieldOf(fields, 'b');
        this.#read.push({
          stream,
          id,
          bytes,
          isGone: fields === undefined,
          deliveries: 1,
          note: undefined,
          // What is read again may have been read by others first, and is not counted in then.
          source: from !== '>' && compareIds(id, stream.startId) <= 0 ? 'claimed' : 'new',
        });
      }
    }
    if (from !== '>' && entries === 0)
      for (const stream of streams) if (stream.backlog === 'rereading') stream.backlog = 'none';
  }

  /** Until somebody wakes it. */
  #sleep(): Promise<void> {
    if (this.#awake || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      this.#sleeper = resolve;
    });
  }

  /** Again and again: the read may not have reached the server yet when the first attempt does. */
  async #unblock(): Promise<void> {
    if (this.#isUnblocking) return;
    this.#isUnblocking = true;
    const reading = this.#reading;
    while (reading !== undefined && this.#reading === reading) {
      await this.#parts.reader.unblock();
      if (this.#reading !== reading) break;
      await new Promise<void>((resolve) => {
        this.#parts.clock.setTimer(resolve, UNBLOCK_AGAIN_MS);
      });
    }
    this.#isUnblocking = false;
    if (this.#awake && this.#reading !== undefined) void this.#unblock();
  }
}

/** A read ends so long before its lease does: its answer has to arrive and be handed out within it. */
const READ_MARGIN_MS = 10;
const UNBLOCK_AGAIN_MS = 2;
