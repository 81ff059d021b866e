import type { LanesView, Priority } from '@tradewind/core-types';
import type { TrafficWindow } from './traffic-window.ts';

/** The four lanes of a replay: places in a window, first in first out. Each message enters once, so plain arrays with two ends do. */
export class ShadowLanes implements LanesView {
  readonly #window: TrafficWindow;
  readonly #places: readonly [Int32Array, Int32Array, Int32Array, Int32Array];
  readonly #heads = new Int32Array(4);
  readonly #tails = new Int32Array(4);
  /** Messages in all lanes. */
  size = 0;

  constructor(window: TrafficWindow) {
    this.#window = window;
    const column = (): Int32Array => new Int32Array(window.capacity);
    this.#places = [column(), column(), column(), column()];
  }

  clear(): void {
    this.#heads.fill(0);
    this.#tails.fill(0);
    this.size = 0;
  }

  push(lane: Priority, place: number): void {
    const tail = this.#tails[lane] as number;
    this.#places[lane][tail] = place;
    this.#tails[lane] = tail + 1;
    this.size += 1;
  }

  /** The oldest message of a lane that has one. */
  shift(lane: Priority): number {
    const head = this.#heads[lane] as number;
    this.#heads[lane] = head + 1;
    this.size -= 1;
    return this.#places[lane][head] as number;
  }

  depth(lane: Priority): number {
    return (this.#tails[lane] as number) - (this.#heads[lane] as number);
  }

  runnable(lane: Priority): number {
    return (this.#tails[lane] as number) - (this.#heads[lane] as number);
  }

  topicId(lane: Priority, k: number): number {
    return this.#window.topicId[this.#place(lane, k)] as number;
  }

  arrivedAtMs(lane: Priority, k: number): number {
    return this.#window.arrivedAtMs[this.#place(lane, k)] as number;
  }

  deadlineMs(lane: Priority, k: number): number {
    return this.#window.deadlineMs[this.#place(lane, k)] as number;
  }

  #place(lane: Priority, k: number): number {
    return this.#places[lane][(this.#heads[lane] as number) + k] as number;
  }
}
