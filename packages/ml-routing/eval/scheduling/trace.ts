import type { Priority } from '@tradewind/core-types';

/** A kind of messages in a simulation, with what only the simulator knows of it. */
export interface SimulatedTopic {
  readonly topic: string;
  /** What its publisher says. */
  readonly declared: Priority;
  /** What its publisher should say. */
  readonly rightful: Priority;
  readonly perMs: number;
  readonly perMsSquared: number;
  readonly missed: number;
  /** From arrival to deadline, in milliseconds; `Infinity`: none. */
  readonly allowanceMs: number;
  /** Expected service time at a moment of the run, in milliseconds. */
  readonly meanMs: (atMs: number) => number;
}

/** Everything that happens from outside: the same for every scheduler. Columns by message, in order of arrival. */
export interface Trace {
  readonly topics: readonly SimulatedTopic[];
  readonly workers: number;
  /** Whether expected service times stay what they are. */
  readonly steady: boolean;
  readonly topic: Uint8Array;
  readonly arrivedAtMs: Float64Array;
  readonly deadlineMs: Float64Array;
  readonly servedMs: Float64Array;
}

/** What waiting has cost a message in the end. */
export function costOf(topic: SimulatedTopic, waitedMs: number, missed: boolean): number {
  return (topic.perMs + topic.perMsSquared * waitedMs) * waitedMs + (missed ? topic.missed : 0);
}
