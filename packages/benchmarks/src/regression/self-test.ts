import { COUNT, checkNumber, POSITIVE } from '../checks.ts';
import { fingerprint, type Fingerprint } from '../measuring/fingerprint.ts';
import { median } from '../measuring/statistics.ts';
import { THOROUGHNESS } from './compare-builds.ts';
import { runDuel } from './duel.ts';
import { CPU_LIMITS } from './judge.ts';
import { measureFigures, type BuildVerdict, type ComparedFigure } from './measure-figures.ts';
import { resampleVerdicts, type ResampleResult, type RoundPair } from './resample.ts';

/** How regression detection is put to the test. */
export interface SelfTestOptions {
  /** Whose CPU time is compared. Default: the two buses of `@tradewind/core`, as a comparison of builds does. */
  readonly contenders?: readonly string[] | undefined;
  /** Real comparisons of each kind. Default 20. */
  readonly runs?: number | undefined;
  /** Rounds of a comparison. Default 12, as in `compareBuilds`. */
  readonly rounds?: number | undefined;
  /** Slices of 3 ms of CPU time that each side does in a round. Default 160, as in `compareBuilds`. */
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
  /** The median ratio of all rounds with the loop: what it really cost. */
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
/** So many duels tell how long the planted loop must be. */
const SCOUTING_DUELS = 3;
/** Nanoseconds that a step takes at a guess: the loop of the duels costs about as much as a message, so that its cost stands out. */
const GUESSED_NS_PER_STEP = 1;
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
  const steps = new Map<string, number>();
  for (const contender of contenders) steps.set(contender, await stepsFor(contender, { slowdown, slices, seed }));
  const runs: SelfTestRun[] = [];
  const result = (): SelfTestResult => ({
    fingerprint: fingerprint(['@tradewind/core']),
    rounds,
    slices,
    slowdown,
    longestRunMs: Math.max(...runs.map(({ tookMs }) => tookMs)),
    rates: contenders.map((contender) => ratesOf(contender, runs, { rounds, slowdown, seed })),
    runs,
  });
  for (let run = 0; run < total; run += 1) {
    const kind = run % 2 === 0 ? 'same' : 'slowed';
    const figures = contenders.map((contender): ComparedFigure => {
      const loop = kind === 'same' ? 0 : (steps.get(contender) ?? 0);
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

/** How many steps a message cost the slowdown: measured in duels, since a step costs another thing on every machine. */
async function stepsFor(
  contender: string,
  { slowdown, slices, seed }: { readonly slowdown: number; readonly slices: number; readonly seed: number },
): Promise<number> {
  const base = `slowed:0:${contender}`;
  const common = { base, workload: WORKLOAD, slices, warmUpMessages: THOROUGHNESS.warmUpMessages };
  const [costNs] = await runDuel({ ...common, head: base, seed });
  const guess = Math.round(costNs / GUESSED_NS_PER_STEP);
  const shares: number[] = [];
  for (let duel = 0; duel < SCOUTING_DUELS; duel += 1) {
    const [baseCost, headCost] = await runDuel({ ...common, head: `slowed:${guess}:${contender}`, seed: seed + duel });
    shares.push((headCost / baseCost - 1) / guess);
  }
  return Number(Math.max(0, slowdown / median(shares)).toFixed(2));
}

function ratesOf(
  contender: string,
  runs: readonly SelfTestRun[],
  { rounds, slowdown, seed }: { readonly rounds: number; readonly slowdown: number; readonly seed: number },
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
