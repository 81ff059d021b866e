import { seededRandom } from '@tradewind/core';
import { CPU_LIMITS, judgePairs, type JudgeLimits, type RoundPair } from './judge.ts';

/** How comparisons are drawn from stored rounds. */
export interface ResampleOptions {
  /** From none, no comparison is drawn. */
  readonly pairs: readonly RoundPair[];
  /** Rounds of a comparison. Default 12, as in `compareBuilds`. */
  readonly rounds?: number | undefined;
  /** Default 1,000. */
  readonly comparisons?: number | undefined;
  /** Swaps the sides of each round at random: both ran the same build, and what is found is a false alarm. Default false. */
  readonly isSameBuild?: boolean | undefined;
  /** Multiplies the figures of head, to plant a slowdown into rounds of the same build. Default 1. */
  readonly plantedRatio?: number | undefined;
  /** Default {@link CPU_LIMITS}. */
  readonly limits?: JudgeLimits | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
}

/** How many of the drawn comparisons called head slower. */
export interface ResampleResult {
  readonly comparisons: number;
  readonly slower: number;
  readonly faster: number;
}

/**
 * Draws comparisons from stored rounds with replacement (a bootstrap), round by round, so that what disturbed both sides of a round stays in
 * it, and counts the verdicts: the rate of false alarms, or of found slowdowns, without hours of machine time.
 */
export function resampleVerdicts(options: ResampleOptions): ResampleResult {
  const {
    pairs,
    rounds = 12,
    comparisons = 1000,
    isSameBuild = false,
    plantedRatio = 1,
    limits = CPU_LIMITS,
  } = options;
  if (pairs.length === 0) return { comparisons: 0, slower: 0, faster: 0 };
  const random = seededRandom(options.seed ?? 1);
  const count = { slower: 0, faster: 0, same: 0 };
  for (let i = 0; i < comparisons; i += 1) {
    const drawn: RoundPair[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [first, second] = pairs[Math.floor(random.next() * pairs.length)] as RoundPair;
      const isSwapped = isSameBuild && random.next() < 0.5;
      drawn.push(isSwapped ? [second, first * plantedRatio] : [first, second * plantedRatio]);
    }
    count[judgePairs(drawn, limits).verdict] += 1;
  }
  return { comparisons, slower: count.slower, faster: count.faster };
}
