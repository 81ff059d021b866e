import { PRIORITY_NAMES } from '@tradewind/core-types';
import type { EventLogger } from '../../platform/event-logger.ts';
import type { EmitEvent } from '../observing/client-events.ts';
import type { Lane } from '../lanes/lane.ts';
import type { ClientSettings } from '../settings.ts';

/** Somebody who waits for room in a lane. */
export interface RoomWaiter {
  /** There is room now: takes it. */
  enter(): void;
  /** The client closes: there will be no more room. */
  giveUp(error: unknown): void;
}

/**
 * Watches how full lanes are: tells of water marks, and lets waiters in as soon as there is room, in the order in which they came.
 *
 * A lane that is below its high water mark and has no waiters is not watched at all, and pays one comparison per message.
 */
export class Room {
  readonly #settings: ClientSettings;
  readonly #logger: EventLogger;
  readonly #emit: EmitEvent;
  readonly #waiters = new Map<Lane, Set<RoomWaiter>>();
  readonly #high = new Set<Lane>();
  readonly #onRoom = (lane: Lane): void => this.#roomMade(lane);

  constructor(options: { readonly settings: ClientSettings; readonly logger: EventLogger; readonly emit: EmitEvent }) {
    this.#settings = options.settings;
    this.#logger = options.logger;
    this.#emit = options.emit;
  }

  /** The lanes above their high water mark. */
  get highLanes(): Iterable<Lane> {
    return this.#high;
  }

  /** Whether a message may enter now: there is room, and nobody waits for it. */
  isOpen(lane: Lane): boolean {
    return lane.depth + lane.parked < lane.limit && (lane.onRoom === undefined || !this.hasWaiters(lane));
  }

  hasWaiters(lane: Lane): boolean {
    return (this.#waiters.get(lane)?.size ?? 0) > 0;
  }

  /** A message entered and the lane is at its high water mark. */
  entered(lane: Lane): void {
    if (lane.occupied < lane.highMark || this.#high.has(lane)) return;
    this.#high.add(lane);
    lane.onRoom = this.#onRoom;
    const { priority, capacity } = lane;
    const depth = lane.occupied;
    this.#logger.warn(
      { event: 'lane.high-water', priority: PRIORITY_NAMES[priority], depth, capacity },
      `The ${PRIORITY_NAMES[priority]} lane holds ${depth} of ${capacity} messages.`,
    );
    this.#emit('highWater', { priority, depth, capacity });
  }

  wait(lane: Lane, waiter: RoomWaiter): void {
    let waiters = this.#waiters.get(lane);
    if (waiters === undefined) {
      waiters = new Set();
      this.#waiters.set(lane, waiters);
    }
    waiters.add(waiter);
    lane.onRoom = this.#onRoom;
  }

  /** Does not wait any more. */
  leave(lane: Lane, waiter: RoomWaiter): void {
    this.#waiters.get(lane)?.delete(waiter);
  }

  /** Turns all waiters away. */
  close(error: unknown): void {
    for (const waiters of this.#waiters.values()) {
      const all = [...waiters];
      waiters.clear();
      for (const waiter of all) waiter.giveUp(error);
    }
  }

  /** The capacity of a lane, or a ratio of it, has changed. */
  resized(lane: Lane): void {
    lane.limit = Math.ceil(lane.capacity * lane.admitRatio);
    lane.highMark = Math.max(1, Math.ceil(lane.capacity * this.#settings.highWaterRatio));
    this.entered(lane);
    this.#roomMade(lane);
  }

  #roomMade(lane: Lane): void {
    const waiters = this.#waiters.get(lane);
    while (waiters !== undefined && lane.occupied < lane.limit) {
      const [waiter] = waiters;
      if (waiter === undefined) break;
      waiters.delete(waiter);
      waiter.enter();
    }
    if (this.#high.has(lane) && lane.occupied <= lane.highMark / 2) this.#low(lane);
    if ((waiters === undefined || waiters.size === 0) && !this.#high.has(lane)) lane.onRoom = undefined;
  }

  #low(lane: Lane): void {
    this.#high.delete(lane);
    const { priority, capacity } = lane;
    const depth = lane.occupied;
    this.#logger.info(
      { event: 'lane.low-water', priority: PRIORITY_NAMES[priority], depth, capacity },
      `The ${PRIORITY_NAMES[priority]} lane has drained to ${depth} of ${capacity} messages.`,
    );
    this.#emit('lowWater', { priority, depth, capacity });
  }
}
