import type { Delivery } from '../delivering/delivery.ts';
import type { Lane } from './lane.ts';

/** Something that was parked and may start now: the next delivery of an ordering key, a batch that is complete. */
export interface Runnable {
  /**
   * Starts it, if that still makes sense: it may have been started through another lane, or its subscription may be gone. A worker is free.
   *
   * @param lane The one in whose ready list it stood.
   */
  run(nowMs: number, lane: Lane): void;
  /** The delivery that would start; undefined when it makes no sense any more. */
  head(): Delivery | undefined;
}
