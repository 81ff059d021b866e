import { upperTail } from './normal.ts';

/**
 * Wilcoxon's signed-rank test, one-sided: the probability that differences lie so far above zero, if they were symmetric around it. Zeros are
 * left out, equal sizes share their rank. Exact for up to 50 differences: of ten that all agree the normal approximation says 0.003 where 0.001
 * is true. Beyond, the approximation, with corrections for ties and continuity.
 *
 * Source: F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1 (1945).
 */
export function signedRank(differences: readonly number[]): number {
  const sorted = differences.filter((difference) => difference !== 0).toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const n = sorted.length;
  if (n === 0) return 0.5;
  // Twice the ranks: those of equal sizes share the mean of theirs, which may lie between two integers.
  const ranks = new Int32Array(n);
  let positive = 0;
  let ties = 0;
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && Math.abs(sorted[end] ?? 0) === Math.abs(sorted[start] ?? 0)) end += 1;
    ranks.fill(start + 1 + end, start, end);
    for (let i = start; i < end; i += 1) if ((sorted[i] ?? 0) > 0) positive += start + 1 + end;
    ties += (end - start) ** 3 - (end - start);
    start = end;
  }
  if (n <= MAX_EXACT) return exactTail(ranks, positive);
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  return upperTail((positive / 2 - (n * (n + 1)) / 4 - CONTINUITY) / Math.sqrt(variance));
}

/** Of all ways to give signs to the ranks, the share whose positive ones add up to `sum` or more. */
function exactTail(ranks: Int32Array, sum: number): number {
  const most = ranks.reduce((total, rank) => total + rank, 0);
  // shares[s]: the share of ways with the sum s, rank by rank: a rank is in the sum, or it is not.
  const shares = new Float64Array(most + 1);
  shares[0] = 1;
  for (const rank of ranks) {
    for (let s = most; s >= 0; s -= 1) {
      shares[s] = ((shares[s] as number) + (s >= rank ? (shares[s - rank] as number) : 0)) / 2;
    }
  }
  return shares.subarray(sum).reduce((total, share) => total + share, 0);
}

const MAX_EXACT = 50;
const CONTINUITY = 0.5;
