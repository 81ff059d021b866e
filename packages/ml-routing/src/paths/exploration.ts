/**
 * What it is worth to try a path that seems worse, in milliseconds; above 0: try it.
 *
 * If the truth is below what the best path takes, the next messages gain: that is the knowledge gradient (P. Frazier, W. Powell and S. Dayanik
 * 2008), with as many messages as such knowledge is good for. What is paid for it is that this one message takes longer. So a path that is surely
 * worse is left alone, however long; and one that might have become better is tried as soon as that is likely enough.
 *
 * @param excessMs - How much worse it seems than the best, not negative. @param deviationMs - Of its own level, grown with staleness.
 */
export function valueOfTrying(excessMs: number, deviationMs: number): number {
  if (!(deviationMs > 0) || excessMs > HOPELESS * deviationMs) return -excessMs;
  return MESSAGES_HELPED * deviationMs * normalLoss(excessMs / deviationMs) - excessMs;
}

/** Whether the value of trying is below 0 whatever the deviation is, as long as its square is at most this: so it is for most paths, and cheap to tell. */
export function isNeverWorthTrying(excessMs: number, greatestVariance: number): boolean {
  return excessMs * excessMs > HOPELESS * HOPELESS * greatestVariance;
}

/** E[max(0, N - z)] of a standard normal N, for z >= 0; the tail by Abramowitz and Stegun 26.2.17. */
function normalLoss(z: number): number {
  const density = Math.exp(-0.5 * z * z) * 0.398_942_280_4;
  const t = 1 / (1 + 0.231_641_9 * z);
  const tail =
    density *
    t *
    (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return density - z * tail;
}

const MESSAGES_HELPED = 50;
/** In deviations: beyond it even that many messages gain less than is paid (50 E[max(0, N - 1.5)] is 1.47), and the value need not be computed. */
const HOPELESS = 1.5;
