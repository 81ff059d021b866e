import type { Samples } from './statistics.ts';
import { scaleOf, type Metrics, type Workload } from './workload.ts';

export interface RoundsOptions {
  readonly rounds: number;
  readonly isQuick: boolean;
  /** Told before each run. */
  readonly onRun: (text: string) => void;
}

/**
 * Runs everything: round by round, workload by workload, all contenders of a workload in direct succession. The order of the contenders
 * rotates from round to round, so that none always follows the same one.
 */
export async function runRounds(
  workloads: readonly Workload[],
  { rounds, isQuick, onRun }: RoundsOptions,
): Promise<ReadonlyMap<string, Samples>> {
  const samples = new Map<string, Record<string, Metrics[]>>(workloads.map(({ name }) => [name, {}]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, contenders } of workloads) {
      for (const contender of rotated(Object.keys(contenders), round)) {
        onRun(`round ${round + 1} of ${rounds}: ${name}, ${contender}`);
        // One at a time is the point.
        const metrics = await contenders[contender]?.(scaleOf(isQuick));
        if (metrics !== undefined)
          (samples.get(name) ?? {})[contender] = [...(samples.get(name)?.[contender] ?? []), metrics];
      }
    }
  }
  return samples;
}

function rotated(items: readonly string[], by: number): readonly string[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
