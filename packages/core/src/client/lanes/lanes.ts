import { PRIORITIES, type LanesView, type PathId, type Priority } from '@tradewind/core-types';
import { Fifo } from '../delivering/fifo.ts';
import { Lane } from './lane.ts';
import type { Runnable } from './runnable.ts';
import type { SegmentPool } from './segment-ring.ts';

/**
 * The four lanes of one direction: what was published and is to be handled here or sent over a path, or what came in from transports.
 *
 * It is also the view that a scheduler gets: the ready deliveries of a lane come first, then its queued messages.
 */
export class Lanes implements LanesView {
  readonly critical: Lane;
  readonly high: Lane;
  readonly normal: Lane;
  readonly low: Lane;
  readonly all: readonly [Lane, Lane, Lane, Lane];
  /** Bit `1 << priority` for each lane whose queued messages may start now; the others wait for the flush interval. */
  openMask = 15;

  /**
   * @param capacities By priority, in messages.
   * @param path The path that the messages take; undefined for those that are handled here.
   */
  constructor(capacities: readonly number[], pool: SegmentPool, path?: PathId) {
    const all = PRIORITIES.map(
      (priority) =>
        new Lane({ priority, path, capacity: capacities[priority] as number, pool, ready: new Fifo<Runnable>() }),
    );
    [this.critical, this.high, this.normal, this.low] = all as [Lane, Lane, Lane, Lane];
    this.all = all as [Lane, Lane, Lane, Lane];
  }

  lane(priority: Priority): Lane {
    return this.all[priority];
  }

  /** Bit `1 << priority` for each lane in which something may start. */
  runnableMask(): number {
    const queued =
      (this.critical.depth > 0 ? 1 : 0) |
      (this.high.depth > 0 ? 2 : 0) |
      (this.normal.depth > 0 ? 4 : 0) |
      (this.low.depth > 0 ? 8 : 0);
    const ready =
      (this.critical.ready.size > 0 ? 1 : 0) |
      (this.high.ready.size > 0 ? 2 : 0) |
      (this.normal.ready.size > 0 ? 4 : 0) |
      (this.low.ready.size > 0 ? 8 : 0);
    return (queued & this.openMask) | ready;
  }

  /** When the oldest message that may start came; `Infinity` when there is none. */
  oldestArrivedAtMs(): number {
    let oldest = Infinity;
    for (const priority of PRIORITIES) {
      if (this.runnable(priority) > 0) oldest = Math.min(oldest, this.arrivedAtMs(priority, 0));
    }
    return oldest;
  }

  /** Messages in all lanes, the parked ones included. */
  get occupied(): number {
    return this.critical.occupied + this.high.occupied + this.normal.occupied + this.low.occupied;
  }

  depth(lane: Priority): number {
    return this.all[lane].occupied;
  }

  runnable(lane: Priority): number {
    const { ready, depth } = this.all[lane];
    return (this.openMask & (1 << lane)) === 0 ? ready.size : ready.size + depth;
  }

  topicId(lane: Priority, k: number): number {
    const { ready } = this.all[lane];
    return k < ready.size ? (ready.at(k)?.head()?.topicId ?? 0) : this.all[lane].topicId(k - ready.size);
  }

  arrivedAtMs(lane: Priority, k: number): number {
    const { ready } = this.all[lane];
    if (k >= ready.size) return this.all[lane].arrivedAtMs(k - ready.size);
    const head = ready.at(k)?.head();
    return head?.ticket?.arrivedAtMs ?? head?.meta.publishedAtMs ?? 0;
  }

  deadlineMs(lane: Priority, k: number): number {
    const { ready } = this.all[lane];
    return k < ready.size
      ? (ready.at(k)?.head()?.meta.expiresAtMs ?? Infinity)
      : this.all[lane].expiresAtMs(k - ready.size);
  }
}
