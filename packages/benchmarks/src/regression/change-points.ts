import { median } from '../measuring/statistics.ts';
import { mannWhitney } from './mann-whitney.ts';

/** Where a series changed its level. */
export interface ChangePoint {
  /** The first figure of the new level. */
  readonly index: number;
  /** The median of the segment from here on over that of the one before. */
  readonly ratio: number;
  /** Chance of so clear a split if the segment had none, corrected for the number of places looked at. */
  readonly p: number;
}

/** How clear a change must be. */
export interface ChangePointOptions {
  /** Default 0.01, corrected for all places that are looked at. */
  readonly maxP?: number | undefined;
  /** Figures on each side of a change at least. Default 5. */
  readonly minSegment?: number | undefined;
}

/**
 * Where a trend changed for good: binary segmentation (A. Scott and M. Knott, 1974), each split judged by the Mann-Whitney U test with a
 * Bonferroni correction. A single outlier is no change.
 */
export function findChangePoints(values: readonly number[], options: ChangePointOptions = {}): readonly ChangePoint[] {
  const { maxP = 0.01, minSegment = 5 } = options;
  const splits = splitsOf({ values, from: 0, to: values.length, maxP, minSegment }).toSorted(
    (a, b) => a.index - b.index,
  );
  return splits.map(({ index, p }, i) => {
    const before = values.slice(splits[i - 1]?.index ?? 0, index);
    const after = values.slice(index, splits[i + 1]?.index ?? values.length);
    return { index, p, ratio: median(after) / median(before) };
  });
}

interface Segment {
  readonly values: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly maxP: number;
  readonly minSegment: number;
}

function splitsOf(segment: Segment): readonly { readonly index: number; readonly p: number }[] {
  const { values, from, to, maxP, minSegment } = segment;
  const places = to - from - 2 * minSegment + 1;
  if (places < 1) return [];
  let best = { index: -1, p: 1 };
  for (let index = from + minSegment; index <= to - minSegment; index += 1) {
    const [left, right] = [values.slice(from, index), values.slice(index, to)];
    const p = 2 * Math.min(mannWhitney(left, right).p, mannWhitney(right, left).p) * places;
    if (p < best.p) best = { index, p };
  }
  if (!(best.p < maxP)) return [];
  return [best, ...splitsOf({ ...segment, to: best.index }), ...splitsOf({ ...segment, from: best.index })];
}
