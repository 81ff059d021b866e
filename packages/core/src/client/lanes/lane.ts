import type { PathId, Priority } from '@tradewind/core-types';
import type { Fifo } from '../delivering/fifo.ts';
import { LaneCounters } from './lane-counters.ts';
import type { LaneEntry } from './lane-entry.ts';
import { ParkedList } from '../delivering/parked-list.ts';
import type { Runnable } from './runnable.ts';
import { SEGMENT_SHIFT, SEGMENT_SLOTS, type Segment } from './segment.ts';
import { SegmentRing, type SegmentPool } from './segment-ring.ts';

/**
 * The bounded queue of one priority.
 *
 * What counts against its capacity is what was accepted and is not yet being handled: the messages queued here, and those taken out of the
 * queue and parked (behind a busy ordering key, a full subscription or a retry). `ready` holds what may start before the queued ones.
 *
 * Every operation is O(1); a lane that is emptied starts again in the same segment, so that a lane that keeps up stays in the cache.
 */
export class Lane {
  readonly priority: Priority;
  /** The path that its messages take; undefined for those that are handled here. */
  readonly path: PathId | undefined;
  readonly counters: LaneCounters = new LaneCounters();
  /** The parked deliveries, oldest first. */
  readonly parkedDeliveries: ParkedList = new ParkedList();
  /** What was parked and may start now, before the queued messages. */
  readonly ready: Fifo<Runnable>;
  /** Messages in the queue. */
  depth = 0;
  /** Messages that left the queue and are parked. */
  parked = 0;
  capacity: number;
  /** The part of the capacity up to which messages are taken: below 1 the lane sheds. */
  admitRatio = 1;
  /** So many messages are taken: `capacity` and `admitRatio` in one number, which is all that a message is compared with; set by whoever watches it. */
  limit: number;
  /** From so many on the lane is high; set by whoever watches it. */
  highMark: number;
  /** Called after room was made; set only while somebody cares, so that a lane without watchers pays one comparison. */
  onRoom: ((lane: Lane) => void) | undefined = undefined;
  readonly #pool: SegmentPool;
  readonly #segments = new SegmentRing();
  /** Made for the first message: a client has many lanes that are never used. */
  #headSegment: Segment | undefined = undefined;
  #tailSegment: Segment | undefined = undefined;
  #headSlot = 0;
  #tailSlot = 0;
  #taken = 0;

  constructor(options: LaneOptions) {
    this.priority = options.priority;
    this.path = options.path;
    this.capacity = options.capacity;
    this.limit = options.capacity;
    this.highMark = options.capacity;
    this.ready = options.ready;
    this.#pool = options.pool;
  }

  /** Messages that count against the capacity. */
  get occupied(): number {
    return this.depth + this.parked;
  }

  /** The position of the next message to be pushed. Positions grow for the lane's whole life; a message keeps its own. */
  get nextPosition(): number {
    return this.#taken + this.depth;
  }

  /** The position of the oldest queued message. */
  get firstPosition(): number {
    return this.#taken;
  }

  /** Appends. Capacity is the caller's business. */
  push(entry: LaneEntry): void {
    let slot = this.#tailSlot;
    if (this.depth === 0 || slot === SEGMENT_SLOTS) slot = this.#begin(entry.sequence);
    (this.#tailSegment as Segment).write(slot, entry);
    this.#tailSlot = slot + 1;
    this.depth += 1;
  }

  /** Moves the oldest message into `into`. False when there is none. */
  take(into: LaneEntry): boolean {
    if (this.depth === 0) return false;
    const slot = this.#headSlot;
    const segment = this.#headSegment as Segment;
    segment.read(slot, into);
    segment.clear(slot);
    this.#headSlot = slot + 1;
    this.#taken += 1;
    this.depth -= 1;
    if (slot + 1 === SEGMENT_SLOTS && this.depth > 0) this.#nextSegment();
    return true;
  }

  /** Copies the `k`-th oldest message into `into`; `k < depth`. */
  peek(k: number, into: LaneEntry): void {
    this.#segmentOf(k).read(this.#slotOf(k), into);
  }

  /** Puts a message in the place of the one at a position that is still queued. */
  replace(position: number, entry: LaneEntry): void {
    const k = position - this.#taken;
    this.#segmentOf(k).write(this.#slotOf(k), entry);
  }

  topicId(k: number): number {
    return this.#segmentOf(k).topicId(this.#slotOf(k));
  }

  arrivedAtMs(k: number): number {
    return this.#segmentOf(k).arrivedAtMs(this.#slotOf(k));
  }

  expiresAtMs(k: number): number {
    return this.#segmentOf(k).expiresAtMs(this.#slotOf(k));
  }

  /** Makes a slot for the first message, or for one that does not fit into the last segment. */
  #begin(sequence: number): number {
    let segment = this.#tailSegment;
    if (segment === undefined || this.depth > 0) {
      segment = this.#pool.take();
      this.#segments.push(segment);
      this.#tailSegment = segment;
    }
    if (this.depth === 0) {
      this.#headSegment = segment;
      this.#headSlot = 0;
    }
    segment.rebase(sequence);
    return 0;
  }

  #nextSegment(): void {
    this.#segments.shift();
    this.#pool.give(this.#headSegment as Segment);
    this.#headSegment = this.#segments.at(0);
    this.#headSlot = 0;
  }

  #segmentOf(k: number): Segment {
    return this.#segments.at((this.#headSlot + k) >> SEGMENT_SHIFT);
  }

  #slotOf(k: number): number {
    return (this.#headSlot + k) & (SEGMENT_SLOTS - 1);
  }
}

export interface LaneOptions {
  readonly priority: Priority;
  readonly path: PathId | undefined;
  /** In messages. */
  readonly capacity: number;
  readonly pool: SegmentPool;
  readonly ready: Fifo<Runnable>;
}
