/**
 * Which buckets of a finer histogram make those of a coarser one.
 *
 * @param upperBounds - Ascending; the last is `Infinity`.
 * @param wanted - Ascending bounds to keep; of each the nearest at or below is taken. Undefined: all.
 * @returns The indices of the bounds to show, ascending, the last included.
 */
export function shownBounds(upperBounds: ArrayLike<number>, wanted: readonly number[] | undefined): readonly number[] {
  const last = upperBounds.length - 1;
  if (wanted === undefined) return Array.from({ length: upperBounds.length }, (_, index) => index);
  const indices: number[] = [];
  let at = -1;
  for (const bound of wanted) {
    while (at + 1 < last && (upperBounds[at + 1] as number) <= bound * (1 + ROUNDING)) at += 1;
    if (at >= 0 && indices.at(-1) !== at) indices.push(at);
  }
  indices.push(last);
  return indices;
}

/** 0.001024 written as 1.024e-3 is another double than 1024 / 1e6. */
const ROUNDING = 1e-9;
