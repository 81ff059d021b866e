import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { text, type Unit } from '../format/quantity.ts';
import { clockTime, dateTime } from '../format/time.ts';
import type { ChartSource } from './line-chart.ts';
import { frames } from '../drawing/frames.ts';
import { tableRows } from './table-rows.ts';

export interface ChartTableProps {
  readonly title: string;
  readonly unit: Unit;
  readonly source: ChartSource;
  /** Whether it is shown to everybody, or to screen readers alone. */
  readonly isSeen: boolean;
}

/**
 * The chart as a table: for screen readers, and for everybody who asks. It is written anew every five seconds, so that a reader is not overtaken.
 */
export function ChartTable({ title, unit, source, isSeen }: ChartTableProps): JSX.Element {
  const [, drawAgain] = useState<object>();
  useEffect(() => {
    // In its turn: it is laid out in a frame of its own.
    const turn = { draw: () => drawAgain({}) };
    const timer = setInterval(() => frames.ask(turn), REFRESH_MS);
    return () => {
      clearInterval(timer);
      frames.forget(turn);
    };
  }, []);
  const [from, to] = source.range();
  const rows = tableRows(source.columns, from, to, MAX_ROWS);
  const time = to - from > 86_400 ? dateTime : clockTime;
  return (
    <div class={isSeen ? 'chart-table' : 'unseen'} {...(isSeen ? SCROLLED : {})} aria-label={`Table of ${title}`}>
      <table>
        <caption class="unseen">
          {title}, from {time(from * 1_000)} to {time(to * 1_000)}; each row has the highest values since the row before
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {source.names.map((name) => (
              <th scope="col" class="number" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ time: at, values }) => (
            <tr key={at}>
              <th scope="row">{time(at * 1_000)}</th>
              {values.map((value, index) => (
                <td class="number" key={source.names[index]}>
                  {text(value, unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const MAX_ROWS = 12;
const REFRESH_MS = 5_000;
/** What scrolls can be reached by keyboard. */
const SCROLLED = { tabIndex: 0, role: 'group' } as const;
