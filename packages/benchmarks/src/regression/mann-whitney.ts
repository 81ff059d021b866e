import { upperTail } from './normal.ts';

/** What a test of two samples found. */
export interface RankTest {
  /** Pairs in which the figure of the second sample is the greater one; ties count half. */
  readonly u: number;
  /** The probability of a `u` as great, if both samples came from one distribution: small when the second one is greater. */
  readonly p: number;
}

/**
 * The Mann-Whitney U test, one-sided: whether the figures of `second` tend to be greater than those of `first`. It asks for no distribution,
 * and one wild outlier weighs no more than any other figure. Normal approximation with corrections for ties and continuity: good from eight
 * figures a side on.
 *
 * Source: H. Mann and D. Whitney, "On a test of whether one of two random variables is stochastically larger than the other", Annals of
 * Mathematical Statistics 18 (1947).
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankTest {
  const [m, n] = [first.length, second.length];
  const all = [
    ...first.map((value) => ({ value, isSecond: false })),
    ...second.map((value) => ({ value, isSecond: true })),
  ].toSorted((a, b) => a.value - b.value);
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < all.length;) {
    let end = start + 1;
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1;
    const length = end - start;
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i += 1) if (all[i]?.isSecond === true) rankSum += rank;
    ties += length ** 3 - length;
    start = end;
  }
  const u = rankSum - (n * (n + 1)) / 2;
  const total = m + n;
  const variance = ((m * n) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (!(variance > 0)) return { u, p: 0.5 };
  return { u, p: upperTail((u - (m * n) / 2 - CONTINUITY) / Math.sqrt(variance)) };
}

const CONTINUITY = 0.5;
