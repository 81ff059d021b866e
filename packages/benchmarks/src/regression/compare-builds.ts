import { seededRandom } from '@tradewind/core';
import { checkNumber, POSITIVE } from '../checks.ts';
import { fingerprint, type Fingerprint } from '../measuring/fingerprint.ts';
import { runDuel } from './duel.ts';
import { runRound, type InterleavedTask } from './interleave.ts';
import { CPU_LIMITS, judge, judgePairs, LATENCY_LIMITS, type Judgement } from './judge.ts';
import type { RoundPair } from './resample.ts';
import { moduleOf, prepareSubject, type Subject, type SubjectOptions } from './subject.ts';

/** Which builds are compared, and how thoroughly. */
export interface BuildComparisonOptions extends SubjectOptions {
  /** A git reference or a folder. */
  readonly base: string;
  readonly head: string;
  /** A module in both builds that exports `contender`, relative to their folders. Default: the two buses of `@tradewind/core`. */
  readonly contenderModule?: string | undefined;
  /** What CPU time is compared in: `throughput`, `pattern-matching` or a `fan-out-N`. Default `throughput`. */
  readonly workload?: string | undefined;
  /** Rounds of CPU time, at least 10. Default 60. */
  readonly rounds?: number | undefined;
  /** Rounds of latency, at least 10; 0 leaves it out. Default 10. */
  readonly latencyRounds?: number | undefined;
  /** Begins no further round after this time, once there were 10. Default 110 s. */
  readonly budgetMs?: number | undefined;
  /** Slices of 10 ms of CPU time that each side does in a round. Default 20. */
  readonly slices?: number | undefined;
  /** About how long a run of the latency workload takes. Default 200 ms. */
  readonly measureMs?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
  /** Told what is done next. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** One figure of two builds. */
export interface BuildVerdict extends Judgement {
  readonly contender: string;
  readonly workload: string;
  readonly metric: string;
  readonly pairs: readonly RoundPair[];
}

/** What came of comparing two builds. Plain data. */
export interface BuildComparison {
  readonly base: Omit<Subject, 'folder'>;
  readonly head: Omit<Subject, 'folder'>;
  readonly verdicts: readonly BuildVerdict[];
  /** Whether any figure became slower. */
  readonly isRegression: boolean;
  readonly tookMs: number;
  readonly fingerprint: Fingerprint;
}

interface Figure {
  readonly contender: string;
  readonly task: InterleavedTask;
  readonly rounds: number;
  readonly pairs: RoundPair[];
}

const LEAST_ROUNDS = 10;
const LATENCY_METRIC = 'p99Us';
const ROUNDS = {
  expected: 'an integer of at least 10',
  isFine: (n: number): boolean => Number.isInteger(n) && n >= LEAST_ROUNDS,
};
/** The default: the buses of the builds, which Node runs from their sources, so that nothing stale can be measured. */
const CORE_ENTRY = 'packages/core/src/index.ts';
const CORE_BUSES = ['MessageBus', 'BufferedMessageBusClient'];

/**
 * Makes both builds ready and runs them side by side, each round in two fresh processes that take turns slice by slice. CPU time is compared
 * within the rounds, by the signed-rank test and the median ratio; the level is divided by the number of figures, so that the comparison as a
 * whole has it. Latency is gated apart: runs in random order, the Mann-Whitney U test, and wider limits.
 *
 * The harness and the workloads are those of this installation, on both sides.
 *
 * @throws ValidationError `INVALID_OPTIONS`; BenchmarkError `SUBJECT_NOT_BUILT`, `RUN_FAILED`.
 */
export async function compareBuilds(options: BuildComparisonOptions): Promise<BuildComparison> {
  const tell = options.onProgress ?? ((): void => undefined);
  checkNumber('rounds', options.rounds ?? 60, ROUNDS);
  if (options.latencyRounds !== 0) checkNumber('latencyRounds', options.latencyRounds ?? LEAST_ROUNDS, ROUNDS);
  const budgetMs = checkNumber('budgetMs', options.budgetMs ?? 110_000, POSITIVE);
  tell(`making ${options.base} ready`);
  const base = await prepareSubject(options.base, options);
  tell(`making ${options.head} ready`);
  const head = await prepareSubject(options.head, options);
  const figures = figuresOf(base, head, options);
  const random = seededRandom(options.seed ?? 1);
  const startMs = performance.now();
  const longest = Math.max(...figures.map(({ rounds }) => rounds));
  for (let round = 0; round < longest; round += 1) {
    if (round >= LEAST_ROUNDS && performance.now() - startMs > budgetMs) break;
    for (const { contender, task, rounds, pairs } of figures) {
      if (round >= rounds) continue;
      tell(`round ${round + 1} of ${rounds}: ${task.workload}, ${contender}`);
      const seed = (options.seed ?? 1) + round;
      const pair =
        task.metric === LATENCY_METRIC
          ? await runRound(task, { random, seed })
          : await runDuel({ ...task, slices: options.slices ?? 20, seed });
      pairs.push(pair);
    }
  }
  const verdicts = figures.map((figure) => verdictOf(figure, figures.length));
  return {
    base: { name: base.name, commit: base.commit },
    head: { name: head.name, commit: head.commit },
    verdicts,
    isRegression: verdicts.some(({ verdict }) => verdict === 'slower'),
    tookMs: performance.now() - startMs,
    fingerprint: fingerprint(),
  };
}

function figuresOf(base: Subject, head: Subject, options: BuildComparisonOptions): readonly Figure[] {
  const {
    contenderModule,
    workload = 'throughput',
    rounds = 60,
    latencyRounds = LEAST_ROUNDS,
    measureMs = 200,
  } = options;
  const sides =
    contenderModule === undefined
      ? CORE_BUSES.map((bus) => ({
          contender: bus,
          base: `core:${bus}:${moduleOf(base, CORE_ENTRY)}`,
          head: `core:${bus}:${moduleOf(head, CORE_ENTRY)}`,
        }))
      : [{ contender: contenderModule, base: moduleOf(base, contenderModule), head: moduleOf(head, contenderModule) }];
  return sides.flatMap(({ contender, ...side }) => [
    { contender, task: { ...side, workload, metric: 'sliceCpuNsPerMessage', measureMs }, rounds, pairs: [] },
    ...(latencyRounds === 0
      ? []
      : [
          {
            contender,
            task: { ...side, workload: 'latency', metric: LATENCY_METRIC, measureMs },
            rounds: latencyRounds,
            pairs: [],
          },
        ]),
  ]);
}

function verdictOf({ contender, task, pairs }: Figure, figures: number): BuildVerdict {
  const isLatency = task.metric === LATENCY_METRIC;
  const limits = isLatency ? LATENCY_LIMITS : CPU_LIMITS;
  const corrected = { ...limits, maxP: limits.maxP / figures };
  const sides = [pairs.map(([base]) => base), pairs.map(([, head]) => head)] as const;
  const judgement = isLatency ? judge(...sides, corrected) : judgePairs(pairs, corrected);
  return { ...judgement, contender, workload: task.workload, metric: task.metric, pairs };
}
