import type { Delivery } from './delivery.ts';

/**
 * What waits for the consumers of one group in one lane, in the order of arrival: a doubly linked list through the deliveries.
 *
 * Workload: new ones at the end, most taken from the front; some taken from the middle, because those before them belong to keys that
 * are busy elsewhere; a redelivered one is put back to its old place, which is near the front.
 */
export class Backlog {
  #first: Delivery | undefined;
  #last: Delivery | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): Delivery | undefined {
    return this.#first;
  }

  /** Puts a delivery to its place by arrival: at once for the newest, otherwise in as many steps as older ones wait. */
  add(delivery: Delivery): void {
    let before = this.#last;
    if (before !== undefined && before.message.offset > delivery.message.offset) {
      before = this.#first;
      while (before !== undefined && before.message.offset < delivery.message.offset) before = before.next;
      before = before?.previous;
    }
    this.#insertAfter(before, delivery);
  }

  remove(delivery: Delivery): void {
    const { previous, next } = delivery;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    delivery.previous = undefined;
    delivery.next = undefined;
    this.#size -= 1;
  }

  #insertAfter(previous: Delivery | undefined, delivery: Delivery): void {
    const next = previous === undefined ? this.#first : previous.next;
    delivery.previous = previous;
    delivery.next = next;
    if (previous === undefined) this.#first = delivery;
    else previous.next = delivery;
    if (next === undefined) this.#last = delivery;
    else next.previous = delivery;
    this.#size += 1;
  }
}
