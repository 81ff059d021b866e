import type { Random } from '@tradewind/core-types';
import { POSITIVE, checkNumber, invalidOption } from '../checks.ts';
import type { LoadShape } from './load-shape.ts';
import { arrivalsOfCourse, type RatePoint } from './rate-course.ts';

/** A trading day, compressed into the duration. */
export interface TradingDayOptions {
  /** The mean rate over the day. */
  readonly perSecond: number;
  /** How long the day takes in the run. */
  readonly durationMs: number;
  /** How many news come, at random times, 0 to 100. Default 2. */
  readonly news?: number | undefined;
  /** How many times the rate of the moment news bring. Default 8. */
  readonly newsFactor?: number | undefined;
}

/** How busy a moment of the day is, relative to its middle: the U of equity markets, busiest at the open, busy again into the close. */
const COURSE: readonly (readonly [share: number, factor: number])[] = [
  [0, 5],
  [0.02, 4],
  [0.08, 2],
  [0.2, 1.2],
  [0.5, 0.8],
  [0.8, 1.2],
  [0.95, 2.2],
  [0.99, 4.5],
  [1, 6],
];
/** News are at their height at once and have faded after this share of the day. */
const NEWS_LENGTH = 0.02;
const POINTS = 1000;
const NEWS = {
  expected: 'an integer from 0 to 100',
  isFine: (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= 100,
};

/**
 * The course of a trading day: a rush at the open, a quiet middle, a rush into the close, and news that bring a multiple at once and fade.
 * Arrivals are a Poisson process on that course; when news come is drawn from the seed.
 *
 * @throws ValidationError `INVALID_OPTIONS` for numbers out of range.
 */
export function tradingDayLoad(options: TradingDayOptions): LoadShape {
  const perSecond = checkNumber('perSecond', options.perSecond, POSITIVE);
  const durationMs = checkNumber('durationMs', options.durationMs, POSITIVE);
  const news = checkNumber('news', options.news ?? 2, NEWS);
  const newsFactor = checkNumber('newsFactor', options.newsFactor ?? 8, POSITIVE);
  if (newsFactor < 1) throw invalidOption('newsFactor', 'at least 1', newsFactor);
  return {
    name: `trading day ${perSecond}/s`,
    durationMs,
    arrivalsMs: (random) => {
      const factors = courseOf(newsTimes(news, random), newsFactor);
      const mean = factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
      const points: RatePoint[] = factors.map((factor, i) => ({
        atMs: (i / (factors.length - 1)) * durationMs,
        perSecond: (perSecond * factor) / mean,
      }));
      return arrivalsOfCourse(points, 'poisson', random);
    },
  };
}

/** Away from open and close, so that they are news and not part of the rush. */
function newsTimes(count: number, random: Random): readonly number[] {
  return Array.from({ length: count }, () => 0.15 + 0.7 * random.next());
}

function courseOf(news: readonly number[], newsFactor: number): readonly number[] {
  return Array.from({ length: POINTS + 1 }, (_, i) => {
    const share = i / POINTS;
    const lift = news.reduce((sum, at) => {
      const age = (share - at) / NEWS_LENGTH;
      return age < 0 || age > 1 ? sum : sum + (newsFactor - 1) * (1 - age);
    }, 1);
    return factorAt(share) * lift;
  });
}

function factorAt(share: number): number {
  const after = COURSE.findIndex(([at]) => at >= share);
  const [toShare, toFactor] = COURSE[after] ?? [1, 1];
  const [fromShare, fromFactor] = COURSE[after - 1] ?? [toShare, toFactor];
  const along = toShare === fromShare ? 1 : (share - fromShare) / (toShare - fromShare);
  return fromFactor + along * (toFactor - fromFactor);
}
