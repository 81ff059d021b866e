import { fingerprint, type Fingerprint } from '../measuring/fingerprint.ts';
import { median } from '../measuring/statistics.ts';
import { runDuel, type DuelTask } from './duel.ts';
import { resampleVerdicts, type ResampleResult, type RoundPair } from './resample.ts';

/** How regression detection is put to the test. */
export interface SelfTestOptions {
  /** Whose CPU time is compared. Default `BufferedMessageBusClient`. */
  readonly contender?: string | undefined;
  /** Rounds of each kind. Default 60. */
  readonly rounds?: number | undefined;
  /** Slices of 10 ms of CPU time that each side does in a round. Default 20. */
  readonly slices?: number | undefined;
  /** The planted slowdown. Default 0.05. */
  readonly slowdown?: number | undefined;
  readonly seed?: number | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** The rounds that were run, and what 1,000 comparisons of 60 rounds drawn from each kind found. Plain data, to be stored. */
export interface SelfTestResult {
  readonly fingerprint: Fingerprint;
  readonly contender: string;
  readonly workload: string;
  readonly slices: number;
  /** Both sides the same build. */
  readonly sameBuild: readonly RoundPair[];
  /** Head with a loop planted before each message, which is to cost the slowdown. */
  readonly planted: readonly RoundPair[];
  readonly plantedSteps: number;
  /** The median ratio of the planted rounds: what the loop really cost on this machine. */
  readonly plantedRatio: number;
  readonly falseAlarms: ResampleResult;
  /** The rounds with the planted loop. */
  readonly foundPlanted: ResampleResult;
  /** The rounds of the same build, one side multiplied by 1 + slowdown. */
  readonly foundMultiplied: ResampleResult;
}

const WORKLOAD = 'throughput';
const METRIC = 'sliceCpuNsPerMessage';
/** So many rounds tell how long a message takes, and so how long the planted loop must be. */
const SCOUTING_ROUNDS = 3;

/**
 * Runs rounds of the same build against itself and against itself with a planted slowdown, and draws 1,000 comparisons from each.
 *
 * @throws BenchmarkError `RUN_FAILED`.
 */
export async function selfTest(options: SelfTestOptions = {}): Promise<SelfTestResult> {
  const { contender = 'BufferedMessageBusClient', rounds = 60, slices = 20, slowdown = 0.05, seed = 1 } = options;
  const task: DuelTask = { base: contender, head: contender, workload: WORKLOAD, metric: METRIC, slices, seed };
  const sameBuild: RoundPair[] = [];
  const planted: RoundPair[] = [];
  let plantedSteps = 0;
  for (let round = 0; round < rounds; round += 1) {
    options.onProgress?.(
      `round ${round + 1} of ${rounds}: ${contender} against itself, and against itself slowed down`,
    );
    sameBuild.push(await runDuel({ ...task, seed: seed + round }));
    if (round + 1 === SCOUTING_ROUNDS || rounds < SCOUTING_ROUNDS) {
      plantedSteps = Math.max(1, Math.round((median(sameBuild.flat()) * slowdown) / nsPerStep()));
    }
    if (plantedSteps === 0) continue;
    const slower = { ...task, head: `slowed:${plantedSteps}:${contender}` };
    planted.push(await runDuel({ ...slower, seed: seed + round }));
  }
  const ratio = median(planted.map(([base, head]) => head / base));
  return {
    fingerprint: fingerprint(['@tradewind/core']),
    contender,
    workload: WORKLOAD,
    slices,
    sameBuild,
    planted,
    plantedSteps,
    plantedRatio: ratio,
    falseAlarms: resampleVerdicts({ pairs: sameBuild, isSameBuild: true, seed }),
    foundPlanted: resampleVerdicts({ pairs: planted, seed }),
    foundMultiplied: resampleVerdicts({ pairs: sameBuild, isSameBuild: true, plantedRatio: 1 + slowdown, seed }),
  };
}

/** What a step of the planted loop costs here: the same loop as in `slowed`, many times. */
function nsPerStep(): number {
  const costs = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    let state = 1;
    for (let i = 0; i < STEPS; i += 1) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const { user, system } = process.cpuUsage(start);
    return state === 0.5 ? Number.NaN : ((user + system) * NS_PER_US) / STEPS;
  });
  return Math.min(...costs);
}

const STEPS = 10_000_000;
const NS_PER_US = 1000;
