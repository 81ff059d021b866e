import type { LabelsMatch, SeriesSlice, SeriesStore } from '../history/series-store.ts';
import { median, medianDeviation } from './median.ts';

/** What is compared with its own past. */
export interface BaselineQuery {
  readonly name: string;
  /** All series that match are added up. Default: all of the name. */
  readonly match?: LabelsMatch | undefined;
  /** Of a counter the growth per second is compared, of a gauge the value. */
  readonly kind: 'counter' | 'gauge';
  /** The middle of the stretch that is compared, in milliseconds since the epoch. */
  readonly atMs: number;
  /** How long that stretch is. Default two hours, in which an hourly history has two values. */
  readonly widthMs?: number | undefined;
  /** How many weeks back it looks, 1 to 52. Default 4. */
  readonly weeks?: number | undefined;
  /** How many of these weeks must have something to say. Default 3. */
  readonly minSamples?: number | undefined;
}

/** What is usual at this hour of this weekday. */
export interface Baseline {
  readonly median: number;
  /** The median absolute deviation, scaled to a standard deviation; at least a twentieth of the median, since four weeks may happen to agree. */
  readonly deviation: number;
  /** How many weeks it is made of. */
  readonly samples: number;
}

/**
 * What is usual at the same hour of the same weekday, by the median of the weeks before: one odd week moves nothing.
 *
 * @returns Undefined while there are too few weeks: with nothing to compare nothing is unusual.
 */
export function baselineOf(store: Pick<SeriesStore, 'select'>, query: BaselineQuery): Baseline | undefined {
  const { weeks = 4, minSamples = 3, atMs } = query;
  const samples: number[] = [];
  for (let week = 1; week <= weeks; week += 1) {
    const sample = sampleAt(store, query, atMs - week * WEEK_MS);
    if (sample !== undefined) samples.push(sample);
  }
  if (samples.length < minSamples) return undefined;
  const middle = median(samples);
  const deviation = Math.max(medianDeviation(samples, middle), Math.abs(middle) * LEAST_DEVIATION);
  return { median: middle, deviation, samples: samples.length };
}

/** How many deviations a value is away from what is usual; negative below. 0 where nothing varies and nothing differs. */
export function deviationsFrom({ median: middle, deviation }: Baseline, value: number): number {
  if (value === middle) return 0;
  return deviation === 0 ? Math.sign(value - middle) * Infinity : (value - middle) / deviation;
}

function sampleAt(store: Pick<SeriesStore, 'select'>, query: BaselineQuery, atMs: number): number | undefined {
  const halfMs = (query.widthMs ?? 2 * HOUR_MS) / 2;
  let total: number | undefined;
  for (const slice of store.select(query.name, query.match ?? {}, atMs - halfMs, atMs + halfMs)) {
    const one = query.kind === 'gauge' ? meanOf(slice) : rateOf(slice);
    if (one !== undefined) total = (total ?? 0) + one;
  }
  return total;
}

function meanOf({ values }: SeriesSlice): number | undefined {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? undefined : sum / count;
}

/** Growth per second from the first value to the last; one that falls was reset and counts from zero. */
function rateOf({ timesMs, values }: SeriesSlice): number | undefined {
  let before: number | undefined;
  let fromMs: number | undefined;
  let toMs = 0;
  let growth = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    if (Number.isNaN(value)) continue;
    if (before !== undefined) growth += value >= before ? value - before : value;
    before = value;
    fromMs ??= timesMs[at];
    toMs = timesMs[at] as number;
  }
  return fromMs === undefined || toMs <= fromMs ? undefined : growth / ((toMs - fromMs) / MS_PER_SECOND);
}

const LEAST_DEVIATION = 0.05;
const MS_PER_SECOND = 1_000;
const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
