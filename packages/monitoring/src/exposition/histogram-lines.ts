import { shownBounds } from '../levels/coarsen.ts';
import type { FamilyView } from '../scraping/family.ts';
import type { KeptHistogram } from '../scraping/series.ts';

/** One bucket as Prometheus wants it: how many observations are at most `le`. */
export interface CumulativeBucket {
  readonly le: string;
  readonly count: number;
}

/** Turns counts by bucket into cumulative ones of the bounds that a level shows. One for each level. */
export class HistogramLines {
  readonly #wanted: readonly number[] | undefined;
  /** By the identity of the bounds: a few layouts at most serve all histograms. */
  readonly #shown = new WeakMap<object, readonly { readonly index: number; readonly le: string }[]>();

  constructor(wanted: readonly number[] | undefined) {
    this.#wanted = wanted;
  }

  buckets({ upperBounds, counts }: KeptHistogram): readonly CumulativeBucket[] {
    const lines: CumulativeBucket[] = [];
    let from = 0;
    let count = 0;
    for (const { index, le } of this.#layout(upperBounds)) {
      for (; from <= index; from += 1) count += counts[from] as number;
      lines.push({ le, count });
    }
    return lines;
  }

  /** How many lines a series of this family takes in a text. */
  linesOf({ kind, everySeries }: FamilyView): number {
    if (kind !== 'histogram') return 1;
    for (const { histogram } of everySeries) {
      if (histogram !== undefined) return this.#layout(histogram.upperBounds).length + SUM_AND_COUNT;
    }
    return SUM_AND_COUNT;
  }

  #layout(upperBounds: ArrayLike<number>): readonly { readonly index: number; readonly le: string }[] {
    let layout = this.#shown.get(upperBounds);
    if (layout === undefined) {
      layout = shownBounds(upperBounds, this.#wanted).map((index) => ({
        index,
        le: bound(upperBounds[index] as number),
      }));
      this.#shown.set(upperBounds, layout);
    }
    return layout;
  }
}

function bound(value: number): string {
  return value === Infinity ? '+Inf' : String(value);
}

const SUM_AND_COUNT = 2;
