/** A line: its value at the time that was asked for, and its slope per second. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** The straight line of least squares through samples; at least two. Times are taken from `atMs` on, so that large numbers do not eat the small ones. */
export function regression(timesMs: ArrayLike<number>, values: ArrayLike<number>, atMs: number): Line {
  const count = values.length;
  const base = values[0] as number;
  let sumX = 0;
  let sumY = 0;
  let sumXY = 0;
  let sumXX = 0;
  for (let i = 0; i < count; i += 1) {
    const x = ((timesMs[i] as number) - atMs) / 1_000;
    // Relative to the first value: of a level line nothing is left but zeros.
    const y = (values[i] as number) - base;
    sumX += x;
    sumY += y;
    sumXY += x * y;
    sumXX += x * x;
  }
  const slope = (sumXY - (sumX * sumY) / count) / (sumXX - (sumX * sumX) / count);
  return { slope, intercept: base + sumY / count - (slope * sumX) / count };
}
