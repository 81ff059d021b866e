import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { seriesToken } from '../drawing/canvas-colours.ts';
import { text, type Unit } from '../format/quantity.ts';
import { clockTime } from '../format/time.ts';
import { ChartTable } from './chart-table.tsx';
import { LineChart, type ChartSource } from './line-chart.ts';

export interface ChartProps {
  readonly title: string;
  readonly unit: Unit;
  /** Undefined: it has not come yet. */
  readonly source: ChartSource | undefined;
  /** Why there is nothing to show. */
  readonly note?: string | undefined;
  readonly isTall?: boolean | undefined;
  /** When the series changed their level. */
  readonly marksMs?: readonly number[] | undefined;
  /** Controls of this chart alone. */
  readonly children?: ComponentChildren;
}

/**
 * A chart with its name, its legend, and the same as a table: for everybody when its button is pressed, and for screen readers as soon as the focus comes
 * to a button of the chart. Before that nobody can read it, and six tables of which each is up to date would take more time than the charts.
 */
export function Chart({ title, unit, source, note, isTall, marksMs, children }: ChartProps): JSX.Element {
  const [isTable, setTable] = useState(false);
  const [isVisited, setVisited] = useState(false);
  return (
    <section class="panel chart" aria-label={title} onFocusIn={() => setVisited(true)}>
      <header>
        <h2>{title}</h2>
        {children}
        <span class="spring" />
        <button
          type="button"
          class="button bare"
          aria-label={`Table of ${title}`}
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          Table
        </button>
      </header>
      {source === undefined ? (
        <div class="chart-box">
          <div class="legend" />
          <div class={areaClass(isTall)} />
          <p class="nothing">{note ?? 'Loading…'}</p>
        </div>
      ) : (
        <>
          <Lines key={source} {...{ unit, source, isTall, isTable, marksMs: marksMs ?? NO_MARKS }} />
          {isTable || isVisited ? <ChartTable {...{ title, unit, source, isSeen: isTable }} /> : null}
        </>
      )}
      {marksMs === undefined || marksMs.length === 0 ? null : (
        <p class="marks">Level changed at {marksMs.map(clockTime).join(', ')} (dashed upright lines).</p>
      )}
    </section>
  );
}

interface LinesProps {
  readonly unit: Unit;
  readonly source: ChartSource;
  readonly isTall: boolean | undefined;
  readonly isTable: boolean;
  readonly marksMs: readonly number[];
}

function Lines({ unit, source, isTall, isTable, marksMs }: LinesProps): JSX.Element {
  const area = useRef<HTMLDivElement>(null);
  const readings = useRef<(ChildNode | null | undefined)[]>([]);
  const chart = useRef<LineChart>(undefined);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(NOTHING_HIDDEN);
  useEffect(() => {
    if (area.current === null) return undefined;
    // Written past the components: a reading follows the pointer, and must not have them drawn again.
    const onReading = ({ values }: { readonly values: readonly (number | null | undefined)[] }): void => {
      for (const [index, node] of readings.current.entries()) {
        const reading = text(values[index], unit);
        // Writing the same again would be laid out again; writing into the element would make its text anew.
        if (node instanceof Text && node.data !== reading) node.data = reading;
      }
    };
    const drawn = new LineChart(area.current, source, { unit, marksMs, onReading });
    chart.current = drawn;
    return () => drawn.destroy();
  }, [source, unit, marksMs]);
  const toggle = (index: number): void => {
    const next = new Set(hidden);
    if (!next.delete(index)) next.add(index);
    chart.current?.show(index, !next.has(index));
    setHidden(next);
  };
  return (
    <div class="chart-box" hidden={isTable}>
      <div class="legend" role="group" aria-label="Series">
        {source.names.map((name, index) => (
          <button
            type="button"
            key={name}
            aria-pressed={!hidden.has(index)}
            onClick={() => toggle(index)}
            onMouseEnter={() => chart.current?.focus(index)}
            onMouseLeave={() => chart.current?.focus(undefined)}
            onFocus={() => chart.current?.focus(index)}
            onBlur={() => chart.current?.focus(undefined)}
          >
            <Swatch index={index} />
            {name}
            <span
              class="reading"
              aria-hidden="true"
              ref={(element) => void (readings.current[index] = element?.firstChild)}
            >
              –
            </span>
          </button>
        ))}
      </div>
      <div class={areaClass(isTall)} ref={area} aria-hidden="true" />
    </div>
  );
}

/** The colour of a series. */
function Swatch({ index }: { readonly index: number }): JSX.Element {
  const stroke = `var(--${seriesToken(index)})`;
  return (
    <svg viewBox="0 0 20 8" aria-hidden="true">
      <line x1="0" y1="4" x2="20" y2="4" stroke={stroke} stroke-width="3" />
    </svg>
  );
}

function areaClass(isTall: boolean | undefined): string {
  return isTall === true ? 'chart-area tall' : 'chart-area';
}

const NO_MARKS: readonly number[] = [];
const NOTHING_HIDDEN: ReadonlySet<number> = new Set();
