import type { Columns } from './decimate.ts';

/** One line of the table behind a chart. */
export interface TableRow {
  /** The end of the stretch, in seconds since the epoch. */
  readonly time: number;
  /** The highest of the stretch, so that a peak is not lost; NaN where there was nothing. */
  readonly values: readonly number[];
}

/** A few rows for what is seen of a chart, the newest first; stretches of equal length, those without points are left out. */
export function tableRows({ times, values }: Columns, from: number, to: number, maxRows: number): readonly TableRow[] {
  const step = (to - from) / maxRows;
  const rows: { time: number; values: number[]; stretch: number }[] = [];
  for (let index = 0; index < times.length; index += 1) {
    const time = times[index] as number;
    if (time < from || time > to) continue;
    const stretch = Math.min(maxRows - 1, Math.floor((time - from) / step));
    let row = rows.at(-1);
    if (row === undefined || row.stretch !== stretch) {
      row = { time, values: values.map(() => Number.NaN), stretch };
      rows.push(row);
    }
    row.time = time;
    for (let at = 0; at < values.length; at += 1) {
      const value = (values[at] as ArrayLike<number>)[index] as number;
      const most = row.values[at] as number;
      if (Number.isNaN(most) || value > most) row.values[at] = value;
    }
  }
  return rows.toReversed();
}
