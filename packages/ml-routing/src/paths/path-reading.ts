import type { MetricsSink, PathId } from '@tradewind/core-types';
import { PATH_CAUSE } from './path-log.ts';
import type { PathPredictor } from './path-predictor.ts';

/** What a message would take on a path, in milliseconds. */
export interface PathPrediction {
  readonly meanMs: number;
  /** The part of it that waits behind other messages. */
  readonly queueMs: number;
  /** Exceeded in 50, 10, 5 and 1 of 100 cases. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** What was learned of a path. */
export interface PathReading {
  readonly path: PathId;
  /** Messages under way. */
  readonly underWay: number;
  /** Messages whose prediction could be judged: all but the first twenty at rest. */
  readonly judged: number;
  /** The part of these that took longer than their predicted 99 %; 0 while there are none. */
  readonly beyondP99: number;
  /** Mean latency and mean absolute error of the prediction, of about the last 1,000, in milliseconds. */
  readonly latencyMs: number;
  readonly errorMs: number;
  /** What the path needs for a message of size 0 and for a unit of size, in milliseconds: its throughput, seen from outside. */
  readonly serviceMs: number;
  readonly servicePerUnitMs: number;
}

export function readPath(path: PathId, row: number, predictor: PathPredictor): PathReading {
  const judged = predictor.judged[row] as number;
  return {
    path,
    underWay: predictor.flight.count[row] as number,
    judged,
    beyondP99: judged === 0 ? 0 : (predictor.exceeded[row] as number) / judged,
    latencyMs: predictor.latencyMs[row] as number,
    errorMs: predictor.errorMs[row] as number,
    serviceMs: predictor.backlog.fixedMs[row] as number,
    servicePerUnitMs: predictor.backlog.perUnitMs[row] as number,
  };
}

/** What the metrics are made of. */
export interface PathFigures {
  readonly readings: readonly PathReading[];
  readonly byCause: Float64Array;
  readonly forgotten: number;
  readonly enabled: boolean;
}

export function collectPaths(into: MetricsSink, { readings, byCause, forgotten, enabled }: PathFigures): void {
  into.describe('tradewind_predicted_paths_choices_total', 'Choices of a path by what decided them.');
  for (const [cause, at] of Object.entries(PATH_CAUSE))
    into.counter('tradewind_predicted_paths_choices_total', byCause[at] ?? 0, { cause });
  into.describe('tradewind_predicted_paths_latency_seconds', 'Mean latency of a path lately.');
  into.describe('tradewind_predicted_paths_error_seconds', 'Mean absolute error of the predicted latency lately.');
  into.describe('tradewind_predicted_paths_judged_total', 'Messages whose predicted latency could be judged.');
  into.describe('tradewind_predicted_paths_beyond_p99_total', 'Messages above their predicted 99 %: about one of 100.');
  into.describe('tradewind_predicted_paths_under_way', 'Messages under way on a path.');
  for (const reading of readings) {
    const { path } = reading;
    into.gauge('tradewind_predicted_paths_latency_seconds', reading.latencyMs / 1_000, { path });
    into.gauge('tradewind_predicted_paths_error_seconds', reading.errorMs / 1_000, { path });
    into.counter('tradewind_predicted_paths_judged_total', reading.judged, { path });
    into.counter('tradewind_predicted_paths_beyond_p99_total', Math.round(reading.beyondP99 * reading.judged), {
      path,
    });
    into.gauge('tradewind_predicted_paths_under_way', reading.underWay, { path });
  }
  into.describe('tradewind_predicted_paths_forgotten_total', 'Messages that were never settled and were given up.');
  into.counter('tradewind_predicted_paths_forgotten_total', forgotten);
  into.describe('tradewind_predicted_paths_enabled', 'Whether paths are chosen by their predicted latency.');
  into.gauge('tradewind_predicted_paths_enabled', enabled ? 1 : 0);
}
