import type { Random } from '@tradewind/core-types';
import { invalidOption } from '../checks.ts';
import { MAX_ARRIVALS } from './load-shape.ts';

/** The rate from this time until the next point's, along a straight line. */
export interface RatePoint {
  readonly atMs: number;
  readonly perSecond: number;
}

/** How arrivals lie on a course of rates: as evenly as the rate allows, or as independent customers come (a Poisson process). */
export type Spacing = 'even' | 'poisson';

/**
 * The arrivals of a rate that changes along straight lines between points. The k-th message is due when the integral of the rate
 * reaches k (even), or the k-th event of a unit Poisson process (time rescaling; D. Daley and D. Vere-Jones, "An Introduction to the
 * Theory of Point Processes", 7.4). Exact for ramps: nothing is thinned.
 *
 * @throws ValidationError `INVALID_OPTIONS` for more than 50 million messages.
 */
export function arrivalsOfCourse(points: readonly RatePoint[], spacing: Spacing, random: Random): Float64Array {
  const total = totalOf(points);
  if (total > MAX_ARRIVALS) throw invalidOption('perSecond', `at most ${MAX_ARRIVALS} messages in all`, total);
  const arrivals: number[] = [];
  let due = spacing === 'even' ? 0 : exponential(random);
  let before = 0;
  for (let i = 0; i + 1 < points.length; i += 1) {
    const from = points[i] as RatePoint;
    const to = points[i + 1] as RatePoint;
    const area = areaOf(from, to);
    while (due < before + area - ROUNDING) {
      arrivals.push(from.atMs + timeWithin(from, to, due - before));
      due += spacing === 'even' ? 1 : exponential(random);
    }
    before += area;
  }
  return Float64Array.from(arrivals);
}

/** How many messages a course has on average. */
function totalOf(points: readonly RatePoint[]): number {
  let total = 0;
  for (let i = 0; i + 1 < points.length; i += 1) total += areaOf(points[i] as RatePoint, points[i + 1] as RatePoint);
  return total;
}

function areaOf(from: RatePoint, to: RatePoint): number {
  return ((from.perSecond + to.perSecond) / 2) * ((to.atMs - from.atMs) / MS_PER_S);
}

/** After how many milliseconds from its beginning a segment has had `amount` messages: the root of a quadratic, stable for flat ones. */
function timeWithin(from: RatePoint, to: RatePoint, amount: number): number {
  const lengthMs = to.atMs - from.atMs;
  const rate = from.perSecond / MS_PER_S;
  const slope = (to.perSecond - from.perSecond) / MS_PER_S / lengthMs;
  const root = Math.sqrt(Math.max(0, rate * rate + 2 * slope * amount));
  const denominator = rate + root;
  return denominator === 0 ? 0 : Math.min(lengthMs, (2 * amount) / denominator);
}

/** A waiting time of mean 1. */
export function exponential(random: Random): number {
  return -Math.log(1 - random.next());
}

/** Below this the last message of an even plan would fall on its end, by rounding alone. */
const ROUNDING = 1e-9;
const MS_PER_S = 1000;
