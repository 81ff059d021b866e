import type { Frame, HistoryAnswer, HistoryChart } from '../../../src/dashboard/protocol/index.ts';
import { page } from '../state/page.ts';
import { addressOf, ask } from '../state/requests.ts';
import { columnsOfFrame, type Quantile } from './frame-columns.ts';
import type { ChartSource } from './line-chart.ts';
import { SeriesBuffer } from './series-buffer.ts';

/** What a chart of the running bus shows. */
export interface LiveQuestion {
  readonly chart: HistoryChart;
  readonly bus: string;
  readonly quantile: Quantile;
  /** How far back it goes. */
  readonly seconds: number;
}

/**
 * The past of a chart, and then what comes with every frame, in one buffer of at most 10,000 points.
 *
 * Charts that no frame brings (`dead-letters`, `lag`) ask again every five seconds. The names are known with the first answer; when others come up,
 * as with a new lane, the source is over and `onNames` says so.
 */
export class LiveSource implements ChartSource {
  readonly names: readonly string[];
  readonly columns: SeriesBuffer;
  readonly #question: LiveQuestion;

  constructor(question: LiveQuestion, answer: HistoryAnswer) {
    this.#question = question;
    this.names = answer.columns;
    this.columns = new SeriesBuffer(answer.columns.length, MAX_POINTS);
    this.fill(answer);
  }

  /** Takes a newer answer in. */
  fill({ data }: HistoryAnswer): void {
    const [times = [], ...values] = data;
    this.columns.replace({ times: numbers(times, 1 / 1_000), values: values.map((column) => numbers(column, 1)) });
  }

  range(): readonly [number, number] {
    const to = page.state.nowMs / 1_000;
    return [to - this.#question.seconds, to];
  }

  subscribe(listener: () => void): () => void {
    let last: Frame | undefined;
    return page.subscribe(() => {
      const { frame } = page.state;
      if (frame === undefined || frame === last || frame.bus !== this.#question.bus) return;
      last = frame;
      const row = columnsOfFrame(this.#question.chart, frame, this.#question.quantile);
      // The first frame has no rates yet: that is no gap in the bus.
      if (row !== undefined && frame.intervalSeconds !== null) {
        this.columns.push(
          frame.atMs / 1_000,
          this.names.map((name) => row.get(name) ?? undefined),
        );
      }
      listener();
    });
  }
}

/**
 * A column as numbers, times a factor; NaN where there is none. A loop, since `Float64Array.from` with a function takes ten times as long, and the past
 * of six charts is a quarter of a million numbers.
 */
function numbers(column: readonly (number | null)[], factor: number): Float64Array {
  const found = new Float64Array(column.length);
  for (let at = 0; at < column.length; at += 1) found[at] = (column[at] ?? Number.NaN) * factor;
  return found;
}

/** Asks for the past of a chart. */
export function askHistory(
  { chart, bus, quantile, seconds }: LiveQuestion,
  signal: AbortSignal,
): Promise<HistoryAnswer> {
  const to = Math.round(page.state.nowMs);
  const from = to - seconds * 1_000;
  return ask<HistoryAnswer>(addressOf('history', { series: chart, bus, from, to, quantile }), signal);
}

const MAX_POINTS = 10_000;
