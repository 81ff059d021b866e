import { seededRandom } from '@tradewind/core';
import { runDuel } from './duel.ts';
import { runRound } from './interleave.ts';
import { CPU_LIMITS, judge, judgePairs, LATENCY_LIMITS, type Judgement, type RoundPair } from './judge.ts';
import { pinnableCpus } from './pinning.ts';

/** One figure that two sides are compared by. */
export interface ComparedFigure {
  /** As the reader knows it. */
  readonly contender: string;
  /** References of contenders, as a child process loads them. */
  readonly base: string;
  readonly head: string;
  readonly workload: string;
  readonly metric: 'cpuNsPerMessage' | 'p99Us';
  readonly rounds: number;
}

/** One figure of two builds, compared. */
export interface BuildVerdict extends Judgement {
  readonly contender: string;
  readonly workload: string;
  /** `cpuNsPerMessage`, the CPU time of a message; or `p99Us`, its latency. */
  readonly metric: string;
  /** Every round: base and head. */
  readonly pairs: readonly RoundPair[];
}

/** How thoroughly figures are measured. */
export interface MeasureOptions {
  /** Slices of 3 ms of CPU time that each side does in a round. */
  readonly slices: number;
  /** Messages that warm each process of a duel up. */
  readonly warmUpMessages: number;
  /** About how long a run of a latency workload takes. */
  readonly measureMs: number;
  /** Begins no further round after this time, once there were {@link LEAST_ROUNDS}. */
  readonly budgetMs: number;
  readonly seed: number;
  /** The level is divided by so many figures, so that the comparison as a whole has it. Default: as many as there are. */
  readonly levelDividedBy?: number | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** A verdict on fewer rounds is none: the signed-rank test can hardly get below a level of 0.01 / 4. */
export const LEAST_ROUNDS = 10;

/**
 * Measures figures round by round and judges each. Duels of several figures run at the same time, each on a processor of its own where
 * children can be pinned, and change places every round; latency is measured alone.
 *
 * @throws BenchmarkError `RUN_FAILED`.
 */
export async function measureFigures(
  figures: readonly ComparedFigure[],
  options: MeasureOptions,
): Promise<readonly BuildVerdict[]> {
  const random = seededRandom(options.seed);
  const cpus = pinnableCpus();
  const pairs = new Map<ComparedFigure, RoundPair[]>(figures.map((figure) => [figure, []]));
  const longest = Math.max(...figures.map(({ rounds }) => rounds));
  const startMs = performance.now();
  for (let round = 0; round < longest; round += 1) {
    if (round >= LEAST_ROUNDS && performance.now() - startMs > options.budgetMs) break;
    const due = figures.filter(({ rounds }) => round < rounds);
    const seed = options.seed + round;
    const duels = due.filter(({ metric }) => metric === 'cpuNsPerMessage');
    for (const together of chunks(duels, Math.max(1, cpus.length))) {
      tell(options, round, together);
      const outcomes = together.map((figure, index) => {
        const cpu = cpus[(round + index) % Math.max(1, cpus.length)];
        return runDuel({ ...figure, slices: options.slices, warmUpMessages: options.warmUpMessages, seed, cpu });
      });
      for (const [index, pair] of (await allSettled(outcomes)).entries()) {
        pairs.get(together[index] as ComparedFigure)?.push(pair);
      }
    }
    for (const figure of due.filter(({ metric }) => metric === 'p99Us')) {
      tell(options, round, [figure]);
      pairs.get(figure)?.push(await runRound({ ...figure, measureMs: options.measureMs }, { random, seed }));
    }
  }
  const divisor = options.levelDividedBy ?? figures.length;
  return figures.map((figure) => verdictOf(figure, pairs.get(figure) ?? [], divisor));
}

/** The values, or the first failure, but not before all have ended: no process of a failed round is left behind in the next one. */
async function allSettled<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function tell({ onProgress }: MeasureOptions, round: number, figures: readonly ComparedFigure[]): void {
  const [{ rounds, workload } = { rounds: 0, workload: '' }] = figures;
  const names = figures.map(({ contender }) => contender).join(' and ');
  onProgress?.(`round ${round + 1} of ${rounds}: ${workload}, ${names}`);
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

function verdictOf(
  { contender, workload, metric }: ComparedFigure,
  pairs: readonly RoundPair[],
  divisor: number,
): BuildVerdict {
  const isLatency = metric === 'p99Us';
  const limits = isLatency ? LATENCY_LIMITS : CPU_LIMITS;
  const corrected = { ...limits, maxP: limits.maxP / divisor };
  const sides = [pairs.map(([base]) => base), pairs.map(([, head]) => head)] as const;
  const judgement = isLatency ? judge(...sides, corrected) : judgePairs(pairs, corrected);
  return { ...judgement, contender, workload, metric, pairs };
}
