import type { Health, MetricLabels } from '@tradewind/core-types';

/** One value of a scrape. Buckets of a histogram are values of `name_bucket` with the label `le`, beside `name_sum` and `name_count`. */
export interface ScrapedValue {
  readonly name: string;
  readonly labels: MetricLabels;
  /** The labels as `{a="1",b="2"}`, or nothing: with the name it says which series this is. */
  readonly labelText: string;
  readonly value: number;
}

/** Everything that one scrape has read. */
export interface Scrape {
  /** Milliseconds since the epoch; later than that of the scrape before. */
  readonly timeMs: number;
  readonly values: Iterable<ScrapedValue>;
}

/** What a label must be: a value, another value than this, one of several, none of several. A label that is missing is the empty text. */
export type LabelMatch =
  | string
  | { readonly not: string }
  | { readonly oneOf: readonly string[] }
  | { readonly noneOf: readonly string[] };

/** What the labels of a series must be; labels that are not named may be anything. */
export type LabelsMatch = Readonly<Record<string, LabelMatch>>;

/** A stretch of one series: `values[i]` was there at `timesMs[i]`. `NaN` where a scrape did not have the series. */
export interface SeriesSlice {
  readonly labels: MetricLabels;
  /** Ascending. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** What was read of the past: rules and charts are made from it. */
export interface SeriesStore {
  /** How many values were not kept so far because there were too many series. Not there: it keeps all. */
  readonly leftOut?: number | undefined;
  /** Not `up` while it takes nothing, as from a clock that was set back. Not there: it takes everything, always. */
  health?(): Health;
  /**
   * Adds a scrape. A series that it does not have has ended at its time.
   *
   * A scrape that is not later than the last one is not taken, and `health` says so until there is a later one: time does not go back.
   */
  append(scrape: Scrape): void;
  /**
   * All series of a name whose labels match, from after `fromMs` to `toMs`, that have a value there.
   *
   * The arrays are views: read them at once, the next `append` may overwrite them. Older stretches may be coarser, never invented.
   */
  select(name: string, match: LabelsMatch, fromMs: number, toMs: number): readonly SeriesSlice[];
}

/** Whether labels are as wanted. */
export function labelsMatch(labels: MetricLabels, match: LabelsMatch): boolean {
  for (const name in match) {
    if (!valueMatches(labels[name] ?? '', match[name] as LabelMatch)) return false;
  }
  return true;
}

function valueMatches(value: string, match: LabelMatch): boolean {
  if (typeof match === 'string') return value === match;
  if ('not' in match) return value !== match.not;
  return 'oneOf' in match ? match.oneOf.includes(value) : !match.noneOf.includes(value);
}
