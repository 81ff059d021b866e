import { seededRandom } from '@tradewind/core';
import { shuffled } from '../running/run-comparison.ts';
import { scaleOf, type Experiment, type Metrics } from './experiment.ts';

/** What one contender did in one round: its figures, or why there are none. */
export type Attempt =
  | { readonly round: number; readonly metrics: Metrics }
  | { readonly round: number; readonly failure: string };

/** The attempts of an experiment by contender, in the order of the rounds. */
export type Attempts = Readonly<Record<string, readonly Attempt[]>>;

/** How experiments are repeated. */
export interface RoundsOptions {
  readonly rounds: number;
  readonly isQuick: boolean;
  /** Draws the order of the contenders. */
  readonly seed: number;
  /** Told before each run. */
  readonly onRun: (progress: { readonly done: number; readonly total: number; readonly text: string }) => void;
}

/**
 * Runs everything: round by round, experiment by experiment, all contenders of an experiment in direct succession and in an order that is drawn anew
 * each time. A run that fails leaves a failure and does not end the rest: a peer that is not installed, or one that loses a message, is a result too.
 */
export async function runRounds(
  experiments: readonly Experiment[],
  { rounds, isQuick, seed, onRun }: RoundsOptions,
): Promise<ReadonlyMap<string, Attempts>> {
  const random = seededRandom(seed);
  const attempts = new Map<string, Record<string, Attempt[]>>(
    experiments.map(({ name, contenders }) => [
      name,
      Object.fromEntries(Object.keys(contenders).map((contender) => [contender, []])),
    ]),
  );
  const total = rounds * experiments.reduce((sum, { contenders }) => sum + Object.keys(contenders).length, 0);
  let done = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, contenders } of experiments) {
      for (const [contender, run] of shuffled(Object.entries(contenders), random)) {
        onRun({ done, total, text: `${name}: ${contender}` });
        // One at a time is the point.
        const attempt = await run(scaleOf(isQuick)).then(
          (metrics): Attempt => ({ round, metrics }),
          (error: unknown): Attempt => ({ round, failure: error instanceof Error ? error.message : String(error) }),
        );
        attempts.get(name)?.[contender]?.push(attempt);
        done += 1;
      }
    }
  }
  return attempts;
}
