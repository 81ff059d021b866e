import { nthLargest } from './nth-largest.ts';
import { Fold, MAX_OTHERS } from './fold.ts';
import type { MetricKind, Series } from './series.ts';

/** A family as its readers see it: all series of one name. */
export interface FamilyView {
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  /** Those of the last scrape; where there were too many the greatest of them, and `other` for the rest. */
  readonly series: readonly Series[];
  /** All of the last scrape, without a bound: for who asks for the detail. */
  readonly everySeries: Iterable<Series>;
}

/**
 * All series of one name, bounded.
 *
 * Up to the bound every series stands on its own. Beyond it the greatest do, and the rest is added up in one whose widest label says `other`.
 */
export class Family implements FamilyView {
  readonly name: string;
  readonly kind: MetricKind;
  readonly #all = new Set<Series>();
  readonly #fold: Fold;
  #shown: Series[] = [];
  #changed = false;
  #foldedCount = 0;
  help = '';

  constructor(name: string, kind: MetricKind) {
    this.name = name;
    this.kind = kind;
    this.#fold = new Fold(name, kind);
  }

  get series(): readonly Series[] {
    return this.#shown;
  }

  get everySeries(): Iterable<Series> {
    return this.#all;
  }

  /** How many series there are, those in `other` counted singly. */
  get size(): number {
    return this.#all.size;
  }

  /** How many series are in `other`. */
  get folded(): number {
    return this.#foldedCount;
  }

  /** How many series would be shown under a bound, at most. */
  sizeWithin(bound: number): number {
    return this.#all.size <= bound ? this.#all.size + this.#fold.size : bound + MAX_OTHERS;
  }

  add(series: Series): void {
    this.#all.add(series);
    this.#changed = true;
  }

  /** To be called when all sources were read: drops what none of them wrote any more. */
  prune(scrape: number): void {
    for (const series of this.#all) {
      if (series.seenIn === scrape) continue;
      this.#all.delete(series);
      this.#changed = true;
    }
  }

  /** Chooses what is shown. */
  show(bound: number): void {
    if (this.#all.size > bound) this.#showGreatest(bound);
    else if (this.#changed || this.#foldedCount > 0) this.#showAll();
    for (const series of this.#all) if (series.folded === undefined) series.shownValue = series.value;
    this.#changed = false;
  }

  #showAll(): void {
    for (const series of this.#all) series.folded = undefined;
    this.#fold.clear();
    this.#foldedCount = 0;
    this.#shown = [...this.#all, ...this.#fold.series];
  }

  #showGreatest(bound: number): void {
    const ranks = Float64Array.from(this.#all, rank);
    const least = nthLargest(ranks, bound - 1);
    this.#fold.restart();
    if (this.#changed) this.#fold.widen(this.#all);
    const shown: Series[] = [];
    const level: Series[] = [];
    for (const series of this.#all) {
      const of = rank(series);
      if (of > least) shown.push(series);
      else if (of === least) level.push(series);
      else this.#fold.add(series);
    }
    // Of those that are equal the first ones.
    const places = bound - shown.length;
    for (const [index, series] of level.entries()) {
      if (index < places) shown.push(series);
      else this.#fold.add(series);
    }
    for (const series of shown) series.folded = undefined;
    this.#foldedCount = this.#all.size - shown.length;
    this.#shown = [...shown, ...this.#fold.series];
  }
}

/** One that stands on its own keeps its place against those that are not half as large again: places do not flutter. */
function rank(series: Series): number {
  const size = series.histogram?.count ?? Math.abs(series.value);
  if (Number.isNaN(size)) return 0;
  return series.folded === undefined ? size * STICKINESS : size;
}

const STICKINESS = 1.5;
