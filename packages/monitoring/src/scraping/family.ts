import { nthLargest } from './nth-largest.ts';
import { Fold, MAX_OTHERS } from './fold.ts';
import type { MetricKind, Series } from './series.ts';

/** A family as its readers see it: all series of one name. */
export interface FamilyView {
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  /** Those of the last scrape; where there were too many the greatest of them, and `other` for the rest. Of a state that is all of them. */
  readonly series: readonly Series[];
  /** How many there are in the last scrape, those in `other` counted singly. */
  readonly size: number;
  /** All of the last scrape, without a bound: for who asks for the detail, and for rules. */
  readonly everySeries: Iterable<Series>;
}

/** What a family is besides its name and kind. */
export interface FamilyOptions {
  /** Whether every series matters by itself. */
  readonly isState: boolean;
  /** Whether it is on the page; others are read for rules alone. */
  readonly isShown: boolean;
}

/**
 * All series of one name, bounded.
 *
 * Up to the bound every series stands on its own. Beyond it the greatest do, and the rest is added up in one whose widest label says `other`.
 *
 * A state stays whole: whether a component is well is a value of its own, the one that is ill has the least, and a sum of them says nothing. Its
 * bound is 10,000, whatever that of the others is.
 */
export class Family implements FamilyView {
  readonly name: string;
  readonly kind: MetricKind;
  readonly isShown: boolean;
  /** An array, because a set of 100,000 that grows is built anew in one go; each series is added once. */
  #all: Series[] = [];
  readonly #isState: boolean;
  readonly #fold: Fold;
  #shown: Series[] = [];
  #changed = false;
  #foldedCount = 0;
  help = '';

  constructor(name: string, kind: MetricKind, { isState, isShown }: FamilyOptions) {
    this.name = name;
    this.kind = kind;
    this.isShown = isShown;
    this.#isState = isState;
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
    return this.#all.length;
  }

  /** How many series are in `other`. */
  get folded(): number {
    return this.#foldedCount;
  }

  /** How many series would be shown under a bound, at most. */
  sizeWithin(boundOfAll: number): number {
    const bound = this.#boundWithin(boundOfAll);
    return this.#all.length <= bound ? this.#all.length + this.#fold.size : bound + MAX_OTHERS;
  }

  add(series: Series): void {
    this.#all.push(series);
    this.#changed = true;
  }

  /** To be called when all sources were read: drops what none of them wrote any more. Yields now and then, for who must not hold the event loop. */
  *prune(scrape: number): Generator<void> {
    let gone = 0;
    for (let at = 0; at < this.#all.length; at += 1) {
      if ((this.#all[at] as Series).seenIn !== scrape) gone += 1;
      if (at % YIELD_EVERY === 0) yield;
    }
    if (gone === 0) return;
    const kept: Series[] = [];
    for (let at = 0; at < this.#all.length; at += 1) {
      const series = this.#all[at] as Series;
      if (series.seenIn === scrape) kept.push(series);
      if (at % YIELD_EVERY === 0) yield;
    }
    this.#all = kept;
    this.#changed = true;
  }

  /** Chooses what is shown. Yields now and then; what was shown before stays until it is done. */
  *show(boundOfAll: number): Generator<void> {
    const bound = this.#boundWithin(boundOfAll);
    if (this.#all.length > bound) yield* this.#showGreatest(bound);
    else if (this.#changed || this.#foldedCount > 0) yield* this.#showAll();
    let noted = 0;
    for (const series of this.#all) {
      if (series.folded === undefined) series.shownValue = series.value;
      noted += 1;
      if (noted % YIELD_EVERY === 0) yield;
    }
    this.#changed = false;
  }

  #boundWithin(boundOfAll: number): number {
    return this.#isState ? Math.max(boundOfAll, MAX_STATES) : boundOfAll;
  }

  *#showAll(): Generator<void> {
    const shown: Series[] = [];
    for (const series of this.#all) {
      series.folded = undefined;
      shown.push(series);
      if (shown.length % YIELD_EVERY === 0) yield;
    }
    this.#fold.clear();
    this.#foldedCount = 0;
    shown.push(...this.#fold.series);
    this.#shown = shown;
  }

  *#showGreatest(bound: number): Generator<void> {
    const all = this.#all;
    const ranks = new Float64Array(all.length);
    for (let at = 0; at < all.length; at += 1) {
      ranks[at] = rank(all[at] as Series);
      if (at % YIELD_EVERY === 0) yield;
    }
    const least = nthLargest(ranks.slice(), bound - 1);
    yield;
    // Of those that are equal to the least the first ones have a place.
    let level = bound;
    for (let at = 0; at < ranks.length; at += 1) if ((ranks[at] as number) > least) level -= 1;
    this.#fold.restart();
    if (this.#changed) this.#fold.widen(all);
    const shown: Series[] = [];
    for (let at = 0; at < all.length; at += 1) {
      const series = all[at] as Series;
      const isLevel = ranks[at] === least;
      if ((ranks[at] as number) > least || (isLevel && level > 0)) {
        if (isLevel) level -= 1;
        series.folded = undefined;
        shown.push(series);
      } else {
        this.#fold.add(series);
      }
      if (at % YIELD_EVERY === 0) yield;
    }
    this.#fold.commit();
    this.#foldedCount = all.length - shown.length;
    shown.push(...this.#fold.series);
    this.#shown = shown;
  }
}

/** More components than a process has by far. */
const MAX_STATES = 10_000;

/** A series takes a microsecond at most. */
const YIELD_EVERY = 500;

/** One that stands on its own keeps its place against those that are not half as large again: places do not flutter. */
function rank(series: Series): number {
  const size = series.histogram?.count ?? Math.abs(series.value);
  if (Number.isNaN(size)) return 0;
  return series.folded === undefined ? size * STICKINESS : size;
}

const STICKINESS = 1.5;
