import { PRIORITIES, type Priority } from '@tradewind/core-types';
import { Fifo } from './fifo.ts';

/** A queue by priority: the most urgent first, and in the order of arrival among equals. */
export class PriorityFifo<T> {
  readonly #fifos: [Fifo<T> | undefined, Fifo<T> | undefined, Fifo<T> | undefined, Fifo<T> | undefined] = [
    undefined,
    undefined,
    undefined,
    undefined,
  ];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(priority: Priority, item: T): void {
    (this.#fifos[priority] ??= new Fifo<T>()).push(item);
    this.#size += 1;
  }

  /** The next one; undefined when there is none. */
  first(): T | undefined {
    if (this.#size === 0) return undefined;
    for (const priority of PRIORITIES) {
      const fifo = this.#fifos[priority];
      if (fifo !== undefined && fifo.size > 0) return fifo.at(0);
    }
    return undefined;
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    for (const priority of PRIORITIES) {
      const fifo = this.#fifos[priority];
      if (fifo === undefined || fifo.size === 0) continue;
      this.#size -= 1;
      return fifo.shift();
    }
    return undefined;
  }

  /** Takes the oldest of one priority. */
  shiftFrom(priority: Priority): T | undefined {
    const item = this.#fifos[priority]?.shift();
    if (item !== undefined) this.#size -= 1;
    return item;
  }

  /** Takes all, in order. */
  takeAll(): T[] {
    const all: T[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) all.push(item);
    return all;
  }
}
