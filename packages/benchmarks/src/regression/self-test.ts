import { COUNT, checkNumber, POSITIVE } from '../checks.ts';
import { fingerprint, type Fingerprint } from '../measuring/fingerprint.ts';
import { median } from '../measuring/statistics.ts';
import { THOROUGHNESS } from './compare-builds.ts';
import { CPU_LIMITS, type RoundPair } from './judge.ts';
import { measureFigures, type BuildVerdict, type ComparedFigure } from './measure-figures.ts';
import { measureOutPlant, type Plant } from './planting.ts';
import { resampleVerdicts, type ResampleResult } from './resample.ts';

/** How regression detection is put to the test. */
export interface SelfTestOptions {
  /** Whose CPU time is compared. Default: the two buses of `@tradewind/core`, as a comparison of builds does. */
  readonly contenders?: readonly string[] | undefined;
  /** Real comparisons of each kind. Default 20. */
  readonly runs?: number | undefined;
  /** Rounds of a comparison. Default 12, as in `compareBuilds`. */
  readonly rounds?: number | undefined;
  /** Slices of 3 ms of CPU time that each side does in a round. Default 128, as in `compareBuilds`. */
  readonly slices?: number | undefined;
  /** The planted slowdown. Default 0.05. */
  readonly slowdown?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
  readonly onProgress?: ((done: number, total: number, text: string) => void) | undefined;
  /** Told after each comparison what is known so far: a test of half an hour is not lost when it is interrupted. */
  readonly onResult?: ((result: SelfTestResult) => void) | undefined;
}

/** One real comparison. */
export interface SelfTestRun {
  /** `same`: both sides are one build. `slowed`: head is that build with a loop planted among its messages. */
  readonly kind: 'same' | 'slowed';
  readonly takenAt: string;
  readonly tookMs: number;
  readonly verdicts: readonly BuildVerdict[];
}

/** What was found for one contender. */
export interface SelfTestRates {
  readonly contender: string;
  /** Real comparisons of each kind, and in how many of them head was called slower. */
  readonly same: { readonly runs: number; readonly slower: number };
  readonly slowed: { readonly runs: number; readonly slower: number };
  /** The planted loop as it was measured out beforehand; results that were stored before that was told have none. */
  readonly plant?: Plant | undefined;
  /** The median ratio of all rounds with the loop: what it cost in the comparisons. */
  readonly slowedRatio: number;
  /** 1,000 comparisons drawn from all rounds of the same build. */
  readonly falseAlarms: ResampleResult;
  /** From the same rounds, one side multiplied by 1 + slowdown. */
  readonly foundMultiplied: ResampleResult;
  /** From all rounds with the loop. */
  readonly foundSlowed: ResampleResult;
}

/** Every comparison with every round, and the rates. Plain data, to be stored. */
export interface SelfTestResult {
  readonly fingerprint: Fingerprint;
  readonly rounds: number;
  readonly slices: number;
  readonly slowdown: number;
  readonly longestRunMs: number;
  readonly rates: readonly SelfTestRates[];
  readonly runs: readonly SelfTestRun[];
}

const WORKLOAD = 'throughput';
/** A comparison of two builds has four figures, CPU time and latency of two buses, and divides its level by them. */
const FIGURES_OF_A_COMPARISON = 4;
const SEEDS_APART = 1000;

/**
 * Runs real comparisons, in turn of a build with itself and with itself slowed down, and draws 1,000 comparisons of each kind from all of their
 * rounds. Both sides have the planted loop's frame around them, so that only the loop is between them.
 *
 * @throws ValidationError `INVALID_OPTIONS`; BenchmarkError `RUN_FAILED`, `UNKNOWN_CONTENDER`.
 */
export async function selfTest(options: SelfTestOptions = {}): Promise<SelfTestResult> {
  const {
    contenders = ['MessageBus', 'BufferedMessageBusClient'],
    rounds = THOROUGHNESS.rounds,
    slices = THOROUGHNESS.slices,
    seed = 1,
  } = options;
  const slowdown = checkNumber('slowdown', options.slowdown ?? 0.05, POSITIVE);
  const total = 2 * checkNumber('runs', options.runs ?? 20, COUNT);
  const tell = options.onProgress ?? ((): void => undefined);
  tell(0, total, 'measuring what the planted loop costs');
  const plants = new Map<string, Plant>();
  for (const contender of contenders) {
    // Other seeds than those of the comparisons: a plant that is measured out on them would be found too easily.
    const seedOfPlant = seed + total * SEEDS_APART;
    const { warmUpMessages } = THOROUGHNESS;
    const task = { contender, workload: WORKLOAD, slices, warmUpMessages, seed: seedOfPlant };
    plants.set(contender, await measureOutPlant(task, slowdown));
  }
  const runs: SelfTestRun[] = [];
  const result = (): SelfTestResult => ({
    fingerprint: fingerprint(['@tradewind/core']),
    rounds,
    slices,
    slowdown,
    longestRunMs: Math.max(...runs.map(({ tookMs }) => tookMs)),
    rates: contenders.map((contender) =>
      ratesOf(contender, runs, { rounds, slowdown, seed, plant: plants.get(contender) }),
    ),
    runs,
  });
  for (let run = 0; run < total; run += 1) {
    const kind = run % 2 === 0 ? 'same' : 'slowed';
    const figures = contenders.map((contender): ComparedFigure => {
      const loop = kind === 'same' ? 0 : (plants.get(contender)?.steps ?? 0);
      const sides = { base: `slowed:0:${contender}`, head: `slowed:${loop}:${contender}` };
      return { contender, ...sides, workload: WORKLOAD, metric: 'cpuNsPerMessage', rounds };
    });
    const startMs = performance.now();
    const verdicts = await measureFigures(figures, {
      slices,
      warmUpMessages: THOROUGHNESS.warmUpMessages,
      measureMs: THOROUGHNESS.latencyMeasureMs,
      budgetMs: THOROUGHNESS.budgetMs,
      levelDividedBy: FIGURES_OF_A_COMPARISON,
      seed: seed + run * SEEDS_APART,
      onProgress: (text) => tell(run, total, `${kind}, ${text}`),
    });
    const tookMs = performance.now() - startMs;
    runs.push({ kind, takenAt: new Date().toISOString(), tookMs, verdicts });
    options.onResult?.(result());
  }
  return result();
}

function ratesOf(
  contender: string,
  runs: readonly SelfTestRun[],
  {
    rounds,
    slowdown,
    seed,
    plant,
  }: {
    readonly rounds: number;
    readonly slowdown: number;
    readonly seed: number;
    readonly plant: Plant | undefined;
  },
): SelfTestRates {
  const of = (kind: SelfTestRun['kind']): readonly BuildVerdict[] =>
    runs
      .filter((run) => run.kind === kind)
      .flatMap(({ verdicts }) => verdicts.filter((verdict) => verdict.contender === contender));
  const [same, slowed] = [of('same'), of('slowed')];
  const pairs = same.flatMap((verdict) => verdict.pairs);
  const slowedPairs = slowed.flatMap((verdict) => verdict.pairs);
  return {
    contender,
    ...(plant === undefined ? {} : { plant }),
    same: count(same),
    slowed: count(slowed),
    slowedRatio: median(slowedPairs.map(([base, head]) => head / base)),
    ...drawn({ pairs, slowedPairs, rounds, slowdown, seed }),
  };
}

function count(verdicts: readonly BuildVerdict[]): { readonly runs: number; readonly slower: number } {
  return { runs: verdicts.length, slower: verdicts.filter(({ verdict }) => verdict === 'slower').length };
}

/** What 1,000 comparisons find that are drawn from stored rounds, with the level of a comparison of two builds. */
export function drawn(from: {
  readonly pairs: readonly RoundPair[];
  readonly slowedPairs: readonly RoundPair[];
  readonly rounds: number;
  readonly slowdown: number;
  readonly seed: number;
}): Pick<SelfTestRates, 'falseAlarms' | 'foundMultiplied' | 'foundSlowed'> {
  const limits = { ...CPU_LIMITS, maxP: CPU_LIMITS.maxP / FIGURES_OF_A_COMPARISON };
  const { pairs, slowedPairs, rounds, slowdown, seed } = from;
  return {
    falseAlarms: resampleVerdicts({ pairs, rounds, limits, isSameBuild: true, seed }),
    foundMultiplied: resampleVerdicts({ pairs, rounds, limits, isSameBuild: true, plantedRatio: 1 + slowdown, seed }),
    foundSlowed: resampleVerdicts({ pairs: slowedPairs, rounds, limits, seed }),
  };
}
