import type { ClientSubscription } from '../subscribing/client-subscription.ts';
import type { Delivery } from './delivery.ts';
import type { Lane } from '../lanes/lane.ts';
import { PriorityFifo } from './priority-fifo.ts';
import type { Runnable } from '../lanes/runnable.ts';

/**
 * One ordering key of one subscription: what of it runs, waits for a retry or is parked.
 *
 * At most one delivery of the key runs at a time. The others are parked by priority, and within a priority in the order of publishing;
 * the most urgent goes first. The queue stands in the `ready` list of the lane of each delivery that could go next: a CRITICAL one
 * need not wait until LOW is served, and what turns out to be started already is skipped.
 */
export class KeyQueue implements Runnable {
  readonly subscription: ClientSubscription;
  /** Something of it runs, waits for a retry or is parked. */
  active = false;
  /** Its subscription has let go of it. */
  retired = false;
  /** A delivery of it runs, or waits for its retry. */
  busy = false;
  /** Waits for the time of its retry. */
  retrying: Delivery | undefined = undefined;
  /** The retry whose time has come: goes before the parked ones. */
  due: Delivery | undefined = undefined;
  /** Bit `1 << priority` for each lane in whose ready list it stands. */
  readyIn = 0;
  /** Bit `1 << priority` for each of the subscription's lists in which it waits for a place. */
  waitingIn = 0;
  #parked: PriorityFifo<Delivery> | undefined = undefined;

  constructor(subscription: ClientSubscription) {
    this.subscription = subscription;
  }

  /** How many are parked. */
  get size(): number {
    return this.#parked === undefined ? 0 : this.#parked.size;
  }

  park(delivery: Delivery): void {
    this.#parked ??= new PriorityFifo();
    this.#parked.push(delivery.lane.priority, delivery);
  }

  /** The delivery that goes next; undefined while one runs, or when nothing is parked. */
  head(): Delivery | undefined {
    if (this.due !== undefined) return this.due;
    return this.busy ? undefined : this.#parked?.first();
  }

  /** The most urgent of the parked, the oldest among equals. */
  firstParked(): Delivery | undefined {
    return this.#parked?.first();
  }

  /** Removes what is due, or else the first of the parked. */
  take(): Delivery | undefined {
    const { due } = this;
    if (due === undefined) return this.#parked?.shift();
    this.due = undefined;
    return due;
  }

  /** Removes the oldest of a lane. */
  takeOldest(lane: Lane): Delivery | undefined {
    return this.#parked?.shiftFrom(lane.priority);
  }

  /** Removes all that does not run, most urgent first. */
  takeAll(): Delivery[] {
    const due = this.take();
    return due === undefined ? [] : [due, ...(this.#parked?.takeAll() ?? [])];
  }

  run(nowMs: number, lane: Lane): void {
    this.readyIn &= ~(1 << lane.priority);
    this.subscription.runner.runQueue(this, nowMs);
  }
}
