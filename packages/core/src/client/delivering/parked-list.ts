import type { Delivery } from './delivery.ts';

/** The parked deliveries of a lane, oldest first: a full lane that drops its oldest finds it here. A list through the deliveries themselves. */
export class ParkedList {
  #oldest: Delivery | undefined = undefined;
  #newest: Delivery | undefined = undefined;

  get oldest(): Delivery | undefined {
    return this.#oldest;
  }

  add(delivery: Delivery): void {
    delivery.earlier = this.#newest;
    delivery.later = undefined;
    if (this.#newest === undefined) this.#oldest = delivery;
    else this.#newest.later = delivery;
    this.#newest = delivery;
  }

  /** The delivery is in the list. */
  remove(delivery: Delivery): void {
    const { earlier, later } = delivery;
    if (earlier === undefined) this.#oldest = later;
    else earlier.later = later;
    if (later === undefined) this.#newest = earlier;
    else later.earlier = earlier;
    delivery.earlier = undefined;
    delivery.later = undefined;
  }
}
