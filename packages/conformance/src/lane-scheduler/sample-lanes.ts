import { PRIORITIES, isPriority, type LanesView, type Priority } from '@tradewind/core-types';

/** One runnable message as a scheduler sees it. */
export interface SampleMessage {
  readonly topicId: number;
  readonly arrivedAtMs: number;
  /** `Infinity`: never. */
  readonly deadlineMs: number;
}

/** Lanes that say when they are asked for something that is not there. */
export class SampleLanes implements LanesView {
  readonly #runnable: readonly (readonly SampleMessage[])[];
  readonly #parked: readonly number[];

  /** `parked`: by lane, how many messages there are that may not start now. */
  constructor(runnable: readonly (readonly SampleMessage[])[], parked: readonly number[] = [0, 0, 0, 0]) {
    this.#runnable = runnable;
    this.#parked = parked;
  }

  /** The lanes that may be picked. */
  get choices(): readonly Priority[] {
    return PRIORITIES.filter((lane) => this.runnable(lane) > 0);
  }

  depth(lane: Priority): number {
    return this.#lane(lane).length + (this.#parked[lane] ?? 0);
  }

  runnable(lane: Priority): number {
    return this.#lane(lane).length;
  }

  topicId(lane: Priority, k: number): number {
    return this.#message(lane, k).topicId;
  }

  arrivedAtMs(lane: Priority, k: number): number {
    return this.#message(lane, k).arrivedAtMs;
  }

  deadlineMs(lane: Priority, k: number): number {
    return this.#message(lane, k).deadlineMs;
  }

  #lane(lane: Priority): readonly SampleMessage[] {
    if (!isPriority(lane)) throw new RangeError(`expected a lane 0 to 3, was asked for ${String(lane)}`);
    return this.#runnable[lane] ?? [];
  }

  #message(lane: Priority, k: number): SampleMessage {
    const message = this.#lane(lane)[k];
    if (message === undefined)
      throw new RangeError(`expected k from 0 to ${this.runnable(lane) - 1} of lane ${lane}, was asked for ${k}`);
    return message;
  }
}
