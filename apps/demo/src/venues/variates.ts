import type { Random } from '@tradewind/core-types';

/** A random variate of the exponential distribution with mean 1, by inversion. */
export function exponential(random: Random): number {
  return -Math.log(1 - random.next());
}

/** A random variate of the standard normal distribution (Box and Muller, 1958; one of the pair is thrown away to stay stateless). */
export function gaussian(random: Random): number {
  const radius = Math.sqrt(2 * exponential(random));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** A whole number from 0 to `count - 1`, each as likely. */
export function uniformIndex(random: Random, count: number): number {
  return Math.min(count - 1, Math.floor(random.next() * count));
}

/** A positive size around `median` whose logarithm is normal: many small, few large. At least 1, whole. */
export function logNormalSize(random: Random, median: number, spread: number): number {
  return Math.max(1, Math.round(median * Math.exp(spread * gaussian(random))));
}
