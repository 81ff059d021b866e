import type { HistogramLines } from '../exposition/histogram-lines.ts';
import type { FamilyView } from '../scraping/family.ts';
import type { Series } from '../scraping/series.ts';
import { labelText } from '../scraping/shared-labels.ts';
import type { ScrapedValue } from './series-store.ts';

/** The value of a scrape while it is written; the same object each time. */
interface Cell extends ScrapedValue {
  value: number;
}

/**
 * What a scrape has read, as a store takes it in: a histogram as cumulative buckets, sum and count.
 *
 * Names and labels of a series are made once and kept as long as the series is; a scrape only writes numbers. One for each level.
 */
export class ScrapedValues {
  readonly #histograms: HistogramLines;
  readonly #cells = new WeakMap<Series, readonly Cell[]>();

  constructor(histograms: HistogramLines) {
    this.#histograms = histograms;
  }

  /**
   * Those that are wanted whole come first, so that a store that is full leaves out others.
   *
   * @param hidden Families that are not shown: of them comes only what is wanted whole.
   */
  *of(
    families: readonly FamilyView[],
    whole: (name: string) => boolean = nothing,
    hidden: readonly FamilyView[] = [],
  ): Generator<ScrapedValue> {
    const others: FamilyView[] = [];
    for (const family of families) {
      if (namesOf(family).some(whole)) yield* this.#valuesOf(wholeOf(family));
      else others.push(family);
    }
    for (const family of hidden) if (namesOf(family).some(whole)) yield* this.#valuesOf(wholeOf(family));
    for (const { series } of others) yield* this.#valuesOf(series);
  }

  *#valuesOf(series: Iterable<Series>): Generator<ScrapedValue> {
    for (const one of series) {
      if (one.histogram === undefined) yield one;
      else yield* this.#histogram(one, one.histogram);
    }
  }

  *#histogram(series: Series, histogram: NonNullable<Series['histogram']>): Generator<ScrapedValue> {
    const buckets = this.#histograms.buckets(histogram);
    let cells = this.#cells.get(series);
    if (cells === undefined || cells.length !== buckets.length + 2) {
      cells = [
        ...buckets.map(({ le }) => cell(`${series.name}_bucket`, { ...series.labels, le })),
        cell(`${series.name}_sum`, series.labels),
        cell(`${series.name}_count`, series.labels),
      ];
      this.#cells.set(series, cells);
    }
    for (const [index, { count }] of buckets.entries()) (cells[index] as Cell).value = count;
    (cells.at(-2) as Cell).value = histogram.sum;
    (cells.at(-1) as Cell).value = histogram.count;
    yield* cells;
  }
}

/** As a store knows it. */
function namesOf({ name, kind }: FamilyView): readonly string[] {
  return kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}

/** Every series instead of some and `other`, unless they are so many that reading them would take long. */
function wholeOf({ series, size, everySeries }: FamilyView): Iterable<Series> {
  return size > MAX_WHOLE ? series : everySeries;
}

function nothing(): boolean {
  return false;
}

const MAX_WHOLE = 2_000;

function cell(name: string, labels: Cell['labels']): Cell {
  return { name, labels, labelText: labelText(labels), value: 0 };
}
