import { seededRandom } from '@tradewind/core';
import { shuffled } from '../running/run-comparison.ts';
import { scaleOf, type Experiment, type Metrics, type Run } from './experiment.ts';

/** What one contender did in one round: its figures, or why there are none. */
export type Attempt =
  | { readonly round: number; readonly tookMs: number; readonly metrics: Metrics }
  | { readonly round: number; readonly tookMs: number; readonly failure: string };

/** The attempts of an experiment by contender, in the order of the rounds. */
export type Attempts = Readonly<Record<string, readonly Attempt[]>>;

/** How experiments are repeated. */
export interface RoundsOptions {
  /** An experiment with `fewerRounds` has as many as that. */
  readonly rounds: number;
  /** Begins no further experiment of any round after this time. Default: no bound. */
  readonly budgetMs?: number | undefined;
  readonly isQuick: boolean;
  /** Draws the order of the contenders. */
  readonly seed: number;
  /** Told before each run. */
  readonly onRun: (progress: { readonly done: number; readonly total: number; readonly text: string }) => void;
  /** Told after each round what there is so far, so that a long run that is ended early leaves something behind. */
  readonly onRound?: ((attempts: ReadonlyMap<string, Attempts>) => void) | undefined;
}

/** How often an experiment runs when its set runs so often. */
export function roundsOf({ fewerRounds }: Experiment, rounds: number): number {
  return Math.min(rounds, fewerRounds?.rounds ?? rounds);
}

/**
 * Runs everything: round by round, experiment by experiment, all contenders of an experiment in direct succession and in an order that is drawn anew
 * each time. With a budget an experiment may have fewer rounds than asked for, down to none at all: its contenders have empty lists then. A run that fails leaves a failure and does not end the rest: a peer that is not installed, or one that loses a message, is a result too.
 */
export async function runRounds(
  experiments: readonly Experiment[],
  { rounds, budgetMs = Number.POSITIVE_INFINITY, isQuick, seed, onRun, onRound }: RoundsOptions,
): Promise<ReadonlyMap<string, Attempts>> {
  const random = seededRandom(seed);
  const attempts = new Map<string, Record<string, Attempt[]>>(
    experiments.map(({ name, contenders }) => [
      name,
      Object.fromEntries(Object.keys(contenders).map((contender) => [contender, []])),
    ]),
  );
  const total = experiments.reduce(
    (sum, experiment) => sum + roundsOf(experiment, rounds) * Object.keys(experiment.contenders).length,
    0,
  );
  const untilMs = performance.now() + budgetMs;
  let done = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, contenders } of experiments.filter((experiment) => round < roundsOf(experiment, rounds))) {
      if (performance.now() > untilMs) return attempts;
      for (const [contender, run] of shuffled(Object.entries(contenders), random)) {
        onRun({ done, total, text: `${name}: ${contender}` });
        // One at a time is the point.
        attempts.get(name)?.[contender]?.push(await attempt(run, round, isQuick));
        done += 1;
      }
    }
    onRound?.(attempts);
  }
  return attempts;
}

async function attempt(run: Run, round: number, isQuick: boolean): Promise<Attempt> {
  const startMs = performance.now();
  const tookMs = (): number => performance.now() - startMs;
  return run(scaleOf(isQuick)).then(
    (metrics) => ({ round, tookMs: tookMs(), metrics }),
    (error: unknown) => ({
      round,
      tookMs: tookMs(),
      failure: error instanceof Error ? error.message : String(error),
    }),
  );
}
