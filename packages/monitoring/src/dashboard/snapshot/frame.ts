import { PRIORITY_NAMES, type PriorityName } from '@tradewind/core-types';
import { LATENCY_TARGETS } from '../../rules/table/latency.ts';
import type { Reading } from '../collecting/collector.ts';
import type {
  Frame,
  LaneFrame,
  Percentiles,
  PriorityLatency,
  ProcessFrame,
  Throughput,
  WorkersFrame,
} from '../protocol/index.ts';
import { Figures } from './figures-of.ts';

/** What a frame tells that is not of the bus alone. */
export interface FrameContext {
  readonly viewers: number;
  readonly firingAlerts: number;
}

/** One bus as it is, and as it was in the interval since the frame before. */
export function frameOf(reading: Reading, { viewers, firingAlerts }: FrameContext): Frame {
  const figures = new Figures(reading);
  return {
    bus: reading.monitoring.name,
    atMs: reading.atMs,
    intervalSeconds: figures.intervalSeconds,
    status: reading.monitoring.health().status,
    throughput: throughputOf(figures),
    latencies: latenciesOf(figures),
    lanes: lanesOf(figures),
    workers: workersOf(figures),
    process: processOf(figures),
    subscriptions: figures.value('tradewind_subscriptions') ?? figures.value('tradewind_bus_subscriptions'),
    deadLetters: total(figures.value('tradewind_dead_letters'), figures.value('tradewind_transport_dead_letters')),
    firingAlerts,
    viewers,
  };
}

/** A client counts what it publishes as local, or as out on its paths; what it receives is no publishing of its own. */
function throughputOf(figures: Figures): Throughput {
  const accepted = 'tradewind_messages_accepted_total';
  const local = figures.rate(accepted, { direction: 'local' });
  const out = figures.rate(accepted, { direction: 'out' });
  const synchronous = figures.rate('tradewind_bus_published_total');
  const sum = (...names: readonly string[]): number | null => total(...names.map((name) => figures.rate(name)));
  return {
    publishedPerSecond: total(local, out, synchronous),
    deliveredPerSecond: sum('tradewind_deliveries_handled_total', 'tradewind_bus_delivered_total'),
    failedPerSecond: sum('tradewind_deliveries_failed_attempts_total', 'tradewind_bus_handler_errors_total'),
    droppedPerSecond: sum('tradewind_messages_dropped_total', 'tradewind_deliveries_dropped_total'),
    refusedPerSecond: sum('tradewind_messages_refused_total'),
    expiredPerSecond: sum('tradewind_messages_expired_total', 'tradewind_deliveries_expired_total'),
    deadLetteredPerSecond: sum('tradewind_messages_dead_lettered_total', 'tradewind_deliveries_dead_lettered_total'),
  };
}

function latenciesOf(figures: Figures): readonly PriorityLatency[] {
  if (figures.labels(WAIT).length === 0) return [];
  return PRIORITY_NAMES.map((priority) => ({
    priority,
    waitSeconds: percentilesOf(figures, WAIT, priority),
    handlerSeconds: percentilesOf(figures, 'tradewind_handler_seconds', priority),
    targetSeconds: LATENCY_TARGETS[priority],
  }));
}

function percentilesOf(figures: Figures, name: string, lane: PriorityName): Percentiles | null {
  const p50 = figures.quantile(name, 0.5, { lane });
  if (p50 === null) return null;
  // Where there is one of them there are all.
  const at = (part: number): number => figures.quantile(name, part, { lane }) ?? p50;
  return { p50, p95: at(0.95), p99: at(0.99), p999: at(0.999) };
}

function lanesOf(figures: Figures): readonly LaneFrame[] {
  return figures.labels('tradewind_lane_capacity').map((labels) => {
    const { lane = '', direction = 'local', path } = labels;
    // Rates of drops have a reason too; all of them count.
    const rate = (name: string): number | null => figures.rate(name, labels);
    return {
      priority: lane as PriorityName,
      direction,
      path: path ?? null,
      queuedMessages: figures.value('tradewind_lane_queued', labels) ?? 0,
      parkedMessages: figures.value('tradewind_lane_parked', labels) ?? 0,
      capacityMessages: figures.value('tradewind_lane_capacity', labels) ?? 0,
      acceptedPerSecond: rate('tradewind_messages_accepted_total'),
      refusedPerSecond: rate('tradewind_messages_refused_total'),
      droppedPerSecond: rate('tradewind_messages_dropped_total'),
      expiredPerSecond: rate('tradewind_messages_expired_total'),
    };
  });
}

function workersOf(figures: Figures): WorkersFrame | null {
  const current = figures.value('tradewind_workers');
  if (current === null) return null;
  return {
    current,
    max: figures.value('tradewind_workers_max') ?? current,
    busy: figures.value('tradewind_workers_busy') ?? 0,
    openDeliveries: figures.value('tradewind_deliveries_open') ?? 0,
    retryingDeliveries: figures.value('tradewind_deliveries_retrying') ?? 0,
    publishWaiters: figures.value('tradewind_publish_waiters') ?? 0,
  };
}

function processOf(figures: Figures): ProcessFrame | null {
  const heapUsedBytes = figures.value('tradewind_process_heap_used_bytes');
  if (heapUsedBytes === null) return null;
  return {
    cpuCores: figures.rate('tradewind_process_cpu_seconds_total'),
    eventLoopUtilizationRatio: figures.rate('tradewind_process_event_loop_busy_seconds_total'),
    gcRatio: figures.rate('tradewind_process_gc_seconds_total'),
    heapUsedBytes,
    heapLimitBytes: figures.value('tradewind_process_heap_limit_bytes'),
    residentBytes: figures.value('tradewind_process_resident_bytes'),
  };
}

/** The sum of what is told; null where nothing is. */
function total(...values: readonly (number | null)[]): number | null {
  let sum: number | null = null;
  for (const value of values) if (value !== null) sum = (sum ?? 0) + value;
  return sum;
}

const WAIT = 'tradewind_message_wait_seconds';
