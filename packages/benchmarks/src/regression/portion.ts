import type { Portions } from '../workloads/workload.ts';

const NS_PER_US = 1000;
const SCOUTING_MESSAGES = 20_000;
const SCOUTINGS = 5;

/** Sends a portion of so many messages; nanoseconds of CPU time a message. */
export async function costOfPortion(portions: Portions, messages: number): Promise<number> {
  // User and system time together: Linux knows their sum to the nanosecond, and each of them only by what a clock tick met.
  const before = process.cpuUsage();
  const sent = await portions.send(messages);
  // The garbage of a portion is collected in its own time: otherwise one pays for another, and all portions differ by a collection or two.
  globalThis.gc?.({ type: 'minor' });
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * NS_PER_US) / sent;
}

/**
 * What a message costs in a portion, so that the size of the slices can be chosen. The first portion also pays for the garbage of the
 * warm-up, ten times its own cost, so that the least of several is told.
 */
export async function scoutCost(portions: Portions): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < SCOUTINGS; i += 1) least = Math.min(least, await costOfPortion(portions, SCOUTING_MESSAGES));
  return least;
}
