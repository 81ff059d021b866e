/** A number that was estimated, and between which bounds it should lie. */
export interface Estimate {
  readonly value: number;
  /** Bounds of the interval of the confidence that was asked for; infinite where there are too few data to say. */
  readonly low: number;
  readonly high: number;
  /** Of the value. */
  readonly standardError: number;
}

/**
 * The mean of terms and its interval.
 *
 * Terms of traffic depend on their neighbours: a burst is a burst for many messages. So the standard error is that of the means of
 * {@link BATCHES} batches of neighbours (batch means: G. S. Fishman, 1978) where that is larger than the one of independent terms, and the quantile is Student's. Where few
 * terms carry most of the weight, as with rare actions, the distribution is lopsided and the bounds are shifted by Johnson's correction (N. J. Johnson, 1978).
 *
 * @param confidence - Above 0 and below 1: 0.95.
 */
export function meanWithInterval(terms: Float64Array, confidence: number): Estimate {
  const count = terms.length;
  const value = mean(terms, 0, count);
  const batches = Math.min(BATCHES, Math.floor(count / LEAST_BATCH));
  if (batches < LEAST_BATCHES) return { value, low: -Infinity, high: Infinity, standardError: Infinity };
  let squares = 0;
  let cubes = 0;
  for (let at = 0; at < count; at += 1) {
    const deviation = (terms[at] as number) - value;
    squares += deviation * deviation;
    cubes += deviation * deviation * deviation;
  }
  const variance = squares / (count - 1);
  let batchSquares = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    const from = Math.floor((batch * count) / batches);
    const to = Math.floor(((batch + 1) * count) / batches);
    batchSquares += (mean(terms, from, to) - value) ** 2;
  }
  const ofBatches = Math.sqrt(batchSquares / (batches - 1) / batches);
  const standardError = Math.max(Math.sqrt(variance / count), ofBatches);
  const half = studentQuantile((1 + confidence) / 2, batches - 1) * standardError;
  // Half a standard error at most: beyond, there are too few terms for a third moment to mean anything.
  const shift = variance > 0 ? cubes / count / (6 * variance * count) : 0;
  const centre = value + Math.min(standardError / 2, Math.max(-standardError / 2, shift));
  return { value, low: Math.min(value, centre - half), high: Math.max(value, centre + half), standardError };
}

function mean(terms: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += terms[at] as number;
  return sum / (to - from);
}

/**
 * The quantile of Student's t distribution, from that of the normal one by the expansion of Cornish and Fisher (E. A. Cornish and R. A. Fisher, 1937;
 * Abramowitz and Stegun, 26.7.5): to three decimals from 8 degrees of freedom on.
 */
export function studentQuantile(probability: number, freedom: number): number {
  const z = normalQuantile(probability);
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7];
  return (
    z +
    (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3)
  );
}

/** The quantile of the standard normal distribution: Abramowitz and Stegun, 26.2.23, to 4.5e-4. */
function normalQuantile(probability: number): number {
  const tail = Math.min(probability, 1 - probability);
  const t = Math.sqrt(-2 * Math.log(tail));
  const z =
    t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
  return probability < 0.5 ? -z : z;
}

const BATCHES = 32;
const LEAST_BATCHES = 8;
/** Terms in a batch, at least. */
const LEAST_BATCH = 4;
