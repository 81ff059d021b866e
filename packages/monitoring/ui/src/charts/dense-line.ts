/** Where points stand on a canvas. Both give whole pixels. */
export interface Placement {
  readonly columnOf: (time: number) => number;
  readonly heightOf: (value: number) => number;
}

/** A rectangle on whole pixels; `low` and `high` belong to it. */
export interface DenseBar {
  readonly column: number;
  readonly columns: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A line through points that stand denser than pixels, as upright bars: for each column of pixels one from the lowest point to the highest, joined to
 * the column before. It covers the pixels that the line would cover, since within a column every line is upright. Columns of equal bars are one bar.
 *
 * Browsers smooth the edges of slanted lines, one piece after the other, which takes several times as long as bars on whole pixels.
 *
 * @param values - Null where there is none: a gap.
 * @param draw - Called for each bar, from left to right.
 */
export function denseLine(
  times: ArrayLike<number>,
  values: ArrayLike<number | null | undefined>,
  { columnOf, heightOf }: Placement,
  draw: (bar: DenseBar) => void,
): void {
  const runs = new Runs(draw);
  let column = Number.NaN;
  let low = 0;
  let high = 0;
  let last = 0;
  for (let at = 0; at < times.length; at += 1) {
    const value = values[at];
    if (value === null || value === undefined) {
      if (!Number.isNaN(column)) runs.add(column, low, high);
      column = Number.NaN;
      continue;
    }
    const next = columnOf(times[at] as number);
    const height = heightOf(value);
    if (next === column) {
      low = Math.min(low, height);
      high = Math.max(high, height);
    } else {
      let joined = Number.isNaN(column) ? height : last;
      if (!Number.isNaN(column)) runs.add(column, low, high);
      // Points that stand further apart, as after a pause: a line in steps.
      for (let between = column + 1; between < next; between += 1) {
        const level = Math.round(last + ((height - last) * (between - column)) / (next - column));
        runs.add(between, Math.min(joined, level), Math.max(joined, level));
        joined = level;
      }
      column = next;
      low = Math.min(joined, height);
      high = Math.max(joined, height);
    }
    last = height;
  }
  if (!Number.isNaN(column)) runs.add(column, low, high);
  runs.end();
}

/** Puts equal neighbours together: lines that are nearly flat, of which there are many, become a few bars. */
class Runs {
  readonly #draw: (bar: DenseBar) => void;
  #run: { column: number; columns: number; low: number; high: number } | undefined;

  constructor(draw: (bar: DenseBar) => void) {
    this.#draw = draw;
  }

  add(column: number, low: number, high: number): void {
    const run = this.#run;
    if (run !== undefined && run.low === low && run.high === high && run.column + run.columns === column) {
      run.columns += 1;
      return;
    }
    this.end();
    this.#run = { column, columns: 1, low, high };
  }

  end(): void {
    if (this.#run !== undefined) this.#draw(this.#run);
    this.#run = undefined;
  }
}
