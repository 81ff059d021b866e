import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { HistoryChart } from '../../../src/dashboard/protocol/index.ts';
import type { Unit } from '../format/quantity.ts';
import { page } from '../state/page.ts';
import { failureText } from '../state/requests.ts';
import { useStore } from '../state/store.ts';
import { Chart } from './chart.tsx';
import { columnsOfFrame, type Quantile } from './frame-columns.ts';
import { LiveSource, askHistory } from './live-source.ts';

export interface LiveChartProps {
  readonly chart: HistoryChart;
  readonly title: string;
  readonly unit: Unit;
  readonly seconds: number;
  readonly quantile?: Quantile | undefined;
  readonly isTall?: boolean | undefined;
  readonly children?: ComponentChildren;
}

/** A chart of the bus that is looked at: its past, and what comes. */
export function LiveChart({
  chart,
  title,
  unit,
  seconds,
  quantile = 0.99,
  isTall,
  children,
}: LiveChartProps): JSX.Element {
  const bus = useStore(page, (state) => state.bus);
  const names = useStore(page, ({ frame }) =>
    frame === undefined ? '' : namesOf(columnsOfFrame(chart, frame, quantile)),
  );
  const isHeard = useStore(page, ({ frame }) => frame !== undefined);
  const [source, setSource] = useState<LiveSource>();
  const [note, setNote] = useState<string>();
  useEffect(() => {
    const controller = new AbortController();
    const question = { chart, bus, quantile, seconds };
    let current: LiveSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async (): Promise<void> => {
      try {
        const answer = await askHistory(question, controller.signal);
        if (current !== undefined && current.names.join() === answer.columns.join()) current.fill(answer);
        else current = new LiveSource(question, answer);
        setSource(current.names.length === 0 ? undefined : current);
        setNote(current.names.length === 0 ? 'Nothing of this kind is reported.' : undefined);
      } catch (error) {
        if (!controller.signal.aborted) setNote(failureText(error));
      } finally {
        const everyMs = names === '' ? POLL_MS : REFILL_MS;
        if (!controller.signal.aborted) timer = setTimeout(() => void once(), everyMs);
      }
    };
    setSource(undefined);
    // The first frame tells which columns there are; before it the past would be asked for twice.
    if (isHeard) void once();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [chart, bus, quantile, seconds, names, isHeard]);
  return <Chart {...{ title, unit, source, note, isTall, children }} />;
}

/** Changes when a frame has columns of other names, as of a new lane: then the past is asked for again. */
function namesOf(columns: ReadonlyMap<string, unknown> | undefined): string {
  return columns === undefined ? '' : [...columns.keys()].join();
}

/** Of charts that frames do not bring. */
const POLL_MS = 5_000;
/** Of the others: what was missed while the page slept is filled in. */
const REFILL_MS = 60_000;
