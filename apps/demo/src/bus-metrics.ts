import {
  PRIORITY_NAMES,
  type HistogramView,
  type MetricLabels,
  type MetricsSink,
  type MetricsSource,
} from '@tradewind/core-types';
import type { BusReader, BusReading, LaneReading, WaitCounts } from './bus-reading.ts';

/** Reads what a client publishes of itself as metrics: the view and the accounts know nothing that an operator could not know. */
export function busReader(source: MetricsSource): BusReader {
  return {
    read: () => {
      const values = new CollectedValues();
      source.collect(values);
      return reading(values);
    },
  };
}

/** The values of one scrape, summed over labels other than the lane. */
class CollectedValues implements MetricsSink {
  readonly #values = new Map<string, number>();
  readonly #waits = new Map<string, HistogramView>();

  describe(): void {
    // Whoever looks at these values knows what they mean.
  }

  counter(name: string, value: number, labels?: MetricLabels): void {
    this.#add(name, value, labels);
  }

  gauge(name: string, value: number, labels?: MetricLabels): void {
    this.#add(name, value, labels);
  }

  histogram(name: string, view: HistogramView, labels?: MetricLabels): void {
    if (name === 'tradewind_message_wait_seconds') this.#waits.set(labels?.['lane'] ?? '', view);
  }

  of(name: string, lane = ''): number {
    return this.#values.get(`${name} ${lane}`) ?? 0;
  }

  waits(lane: string): WaitCounts {
    const view = this.#waits.get(lane);
    if (view === undefined) return { upperBoundsMs: [], counts: [] };
    return {
      upperBoundsMs: Array.from(view.upperBounds, (seconds) => seconds * MS_PER_SECOND),
      counts: Array.from(view.counts),
    };
  }

  #add(name: string, value: number, labels: MetricLabels | undefined): void {
    const key = `${name} ${labels?.['lane'] ?? ''}`;
    this.#values.set(key, (this.#values.get(key) ?? 0) + value);
  }
}

function reading(values: CollectedValues): BusReading {
  return {
    workers: values.of('tradewind_workers'),
    busyWorkers: values.of('tradewind_workers_busy'),
    lanes: PRIORITY_NAMES.map((name): LaneReading => ({
      name,
      depth: values.of('tradewind_lane_queued', name) + values.of('tradewind_lane_parked', name),
      capacity: values.of('tradewind_lane_capacity', name),
      accepted: values.of('tradewind_messages_accepted_total', name),
      superseded:
        values.of('tradewind_messages_superseded_total', name) +
        values.of('tradewind_deliveries_superseded_total', name),
      dropped: DROPS.reduce((sum, metric) => sum + values.of(metric, name), 0),
      deadLettered:
        values.of('tradewind_messages_dead_lettered_total', name) +
        values.of('tradewind_deliveries_dead_lettered_total', name),
      failed: values.of('tradewind_deliveries_failed_attempts_total', name),
      waits: values.waits(name),
    })),
  };
}

/** Every way in which a message or delivery ends without a handler and without a newer one in its place. */
const DROPS = [
  'tradewind_messages_dropped_total',
  'tradewind_messages_expired_total',
  'tradewind_messages_unrouted_total',
  'tradewind_deliveries_dropped_total',
  'tradewind_deliveries_expired_total',
] as const;
const MS_PER_SECOND = 1000;
