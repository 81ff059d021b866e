/**
 * How many insertions, deletions, replacements and swaps of neighbours turn one word into another; more than `most` counts as `most + 1`.
 *
 * Optimal string alignment (Damerau 1964; the restricted form, in which no part is edited twice). Words are short: rows of numbers on the stack
 * of the caller are not worth it, and a query asks for it a few times.
 */
export function editDistance(from: string, to: string, most: number): number {
  if (Math.abs(from.length - to.length) > most) return most + 1;
  let twoAgo: number[] = [];
  let before = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= to.length; j += 1) {
      const same = from.charCodeAt(i - 1) === to.charCodeAt(j - 1);
      let cost = Math.min(
        (before[j - 1] as number) + (same ? 0 : 1),
        (before[j] as number) + 1,
        (row[j - 1] as number) + 1,
      );
      const swapped =
        i > 1 &&
        j > 1 &&
        from.charCodeAt(i - 1) === to.charCodeAt(j - 2) &&
        from.charCodeAt(i - 2) === to.charCodeAt(j - 1);
      if (swapped) cost = Math.min(cost, (twoAgo[j - 2] as number) + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    twoAgo = before;
    before = row;
  }
  return Math.min(before[to.length] as number, most + 1);
}
