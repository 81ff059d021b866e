import { checkNumber, COUNT, POSITIVE } from '../checks.ts';
import { fingerprint, type Fingerprint } from '../measuring/fingerprint.ts';
import { LEAST_ROUNDS, measureFigures, ROUNDS, type BuildVerdict, type ComparedFigure } from './measure-figures.ts';
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
  /** Rounds of CPU time, each two fresh processes of each bus; at least 10. Default 12. */
  readonly rounds?: number | undefined;
  /** Rounds of latency, at least 10; 0 leaves it out. Default 10. */
  readonly latencyRounds?: number | undefined;
  /** Begins no further round after this time, once there were 10. Default 110 s. */
  readonly budgetMs?: number | undefined;
  /** Slices of 3 ms of CPU time that each side does in a round, taken in twos. Default 128. */
  readonly slices?: number | undefined;
  /** Messages that warm each process up. Default 200,000: enough for the buses of `@tradewind/core` to be at their lasting cost. */
  readonly warmUpMessages?: number | undefined;
  /** About how long a run of the latency workload takes. Default 200 ms. */
  readonly measureMs?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
  /** Told what is done next. */
  readonly onProgress?: ((text: string) => void) | undefined;
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

/** The default: the buses of the builds, which Node runs from their sources, so that nothing stale can be measured. */
const CORE_ENTRY = 'packages/core/src/index.ts';
const CORE_BUSES = ['MessageBus', 'BufferedMessageBusClient'];

/** How thoroughly a comparison measures where nothing else is said: for two buses 76 s of CPU time were measured for 10 rounds, latency included. */
export const THOROUGHNESS = {
  rounds: 12,
  slices: 128,
  warmUpMessages: 200_000,
  budgetMs: 110_000,
  latencyMeasureMs: 200,
} as const;

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
  checkNumber('rounds', options.rounds ?? THOROUGHNESS.rounds, ROUNDS);
  if (options.latencyRounds !== 0) checkNumber('latencyRounds', options.latencyRounds ?? LEAST_ROUNDS, ROUNDS);
  const budgetMs = checkNumber('budgetMs', options.budgetMs ?? THOROUGHNESS.budgetMs, POSITIVE);
  const warmUpMessages = checkNumber('warmUpMessages', options.warmUpMessages ?? THOROUGHNESS.warmUpMessages, COUNT);
  const slices = checkNumber('slices', options.slices ?? THOROUGHNESS.slices, COUNT);
  tell(`making ${options.base} ready`);
  const base = await prepareSubject(options.base, options);
  tell(`making ${options.head} ready`);
  const head = await prepareSubject(options.head, options);
  const startMs = performance.now();
  const verdicts = await measureFigures(figuresOf(base, head, options), {
    slices,
    warmUpMessages,
    measureMs: options.measureMs ?? THOROUGHNESS.latencyMeasureMs,
    budgetMs,
    seed: options.seed ?? 1,
    onProgress: tell,
  });
  return {
    base: { name: base.name, commit: base.commit },
    head: { name: head.name, commit: head.commit },
    verdicts,
    isRegression: verdicts.some(({ verdict }) => verdict === 'slower'),
    tookMs: performance.now() - startMs,
    fingerprint: fingerprint(),
  };
}

function figuresOf(base: Subject, head: Subject, options: BuildComparisonOptions): readonly ComparedFigure[] {
  const {
    contenderModule,
    workload = 'throughput',
    rounds = THOROUGHNESS.rounds,
    latencyRounds = LEAST_ROUNDS,
  } = options;
  const sides =
    contenderModule === undefined
      ? CORE_BUSES.map((bus) => ({
          contender: bus,
          base: `core:${bus}:${moduleOf(base, CORE_ENTRY)}`,
          head: `core:${bus}:${moduleOf(head, CORE_ENTRY)}`,
        }))
      : [{ contender: contenderModule, base: moduleOf(base, contenderModule), head: moduleOf(head, contenderModule) }];
  return sides.flatMap((side): readonly ComparedFigure[] => [
    { ...side, workload, metric: 'cpuNsPerMessage', rounds },
    ...(latencyRounds === 0 ? [] : [{ ...side, workload: 'latency', metric: 'p99Us' as const, rounds: latencyRounds }]),
  ]);
}
