import type { Frame, HistoryChart, LaneFrame, Percentiles } from '../../../src/dashboard/protocol/index.ts';

/** Which percentile a chart of latencies shows, as a ratio. */
export type Quantile = 0.5 | 0.95 | 0.99 | 0.999;

export const QUANTILES: readonly { readonly quantile: Quantile; readonly name: string }[] = [
  { quantile: 0.5, name: 'p50' },
  { quantile: 0.95, name: 'p95' },
  { quantile: 0.99, name: 'p99' },
  { quantile: 0.999, name: 'p99.9' },
];

/** Values by the names that the columns of a history have. */
export type FrameColumns = ReadonlyMap<string, number | null | undefined>;

/** What a frame adds to a chart; undefined where a frame does not tell. */
export function columnsOfFrame(chart: HistoryChart, frame: Frame, quantile: Quantile): FrameColumns | undefined {
  switch (chart) {
    case 'throughput': {
      const { throughput } = frame;
      return new Map([
        ['published', throughput.publishedPerSecond],
        ['delivered', throughput.deliveredPerSecond],
        ['failed', throughput.failedPerSecond],
        ['dropped', throughput.droppedPerSecond],
        ['refused', throughput.refusedPerSecond],
      ]);
    }
    case 'wait':
      return new Map(frame.latencies.map(({ priority, waitSeconds }) => [priority, percentile(waitSeconds, quantile)]));
    case 'handler':
      return new Map(
        frame.latencies.map(({ priority, handlerSeconds }) => [priority, percentile(handlerSeconds, quantile)]),
      );
    case 'queued':
      return queuedByLane(frame.lanes);
    case 'workers':
      return new Map([
        ['busy', frame.workers?.busy],
        ['current', frame.workers?.current],
        ['max', frame.workers?.max],
      ]);
    case 'loop':
      return new Map([
        ['utilization', frame.process?.eventLoopUtilizationRatio],
        ['gc', frame.process?.gcRatio],
      ]);
    case 'heap':
      return new Map([
        ['used', frame.process?.heapUsedBytes],
        ['limit', frame.process?.heapLimitBytes],
        ['resident', frame.process?.residentBytes],
      ]);
    case 'dead-letters':
    case 'lag':
      return undefined;
  }
}

/** One percentile of some; null where there was no message. */
function percentile(percentiles: Percentiles | null, quantile: Quantile): number | null {
  if (percentiles === null) return null;
  switch (quantile) {
    case 0.5:
      return percentiles.p50;
    case 0.95:
      return percentiles.p95;
    case 0.99:
      return percentiles.p99;
    case 0.999:
      return percentiles.p999;
  }
}

/** What a lane is called: `CRITICAL`, with a path `HIGH redis`. */
export function laneName({ priority, path }: Pick<LaneFrame, 'priority' | 'path'>): string {
  return path === null ? priority : `${priority} ${path}`;
}

/** Lanes of one name, as those of both directions, are added up. */
function queuedByLane(lanes: readonly LaneFrame[]): FrameColumns {
  const queued = new Map<string, number>();
  for (const lane of lanes) {
    const name = laneName(lane);
    queued.set(name, (queued.get(name) ?? 0) + lane.queuedMessages);
  }
  return queued;
}
