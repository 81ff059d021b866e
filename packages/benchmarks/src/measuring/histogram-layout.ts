/**
 * The log-linear layout of a histogram: each power of two is cut into `2^precisionBits` buckets of equal width, and values below
 * `2^(precisionBits + 1)` have a bucket each. The end of a bucket is at most `2^-precisionBits` of its values too high.
 *
 * Source: G. Tene, HdrHistogram, https://hdrhistogram.org.
 */

/** Values above are counted in the last bucket: 2^47 nanoseconds are 39 hours. */
export const HIGHEST_VALUE: number = 2 ** 47 - 1;

const HIGHEST_EXPONENT = 46;
const WORD_BITS = 32;
const WORD = 2 ** WORD_BITS;

/** How many buckets a histogram of this precision has. */
export function bucketCount(precisionBits: number): number {
  return (HIGHEST_EXPONENT - precisionBits + 2) * 2 ** precisionBits;
}

/** The bucket of an integer from 0 to {@link HIGHEST_VALUE}. */
export function bucketOf(value: number, precisionBits: number): number {
  // Math.clz32 sees 32 bits only; larger values are looked at through their upper word.
  const exponent =
    value < WORD ? WORD_BITS - 1 - Math.clz32(value) : 2 * WORD_BITS - 1 - Math.clz32(Math.floor(value / WORD));
  const shift = exponent - precisionBits;
  if (shift <= 0) return value;
  return shift * 2 ** precisionBits + Math.floor(value / 2 ** shift);
}

/** The greatest value that falls into a bucket. */
export function endOfBucket(bucket: number, precisionBits: number): number {
  const steps = 2 ** precisionBits;
  const shift = Math.max(0, Math.floor(bucket / steps) - 1);
  return (bucket - shift * steps + 1) * 2 ** shift - 1;
}
