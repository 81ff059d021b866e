import type { PriorityName } from '@tradewind/core-types';
import type { ActsAnswer } from './acts.ts';
import type { AlertsAnswer } from './alerts.ts';
import type { HealthAnswer } from './health.ts';
import type { OptimizerAnswer } from './optimizer.ts';

/** Of the interval since the frame before; never since the start. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
}

/** Messages of one priority in the interval, all directions together. Null: there were none. */
export interface PriorityLatency {
  readonly priority: PriorityName;
  /** From publishing to the start of the first attempt. */
  readonly waitSeconds: Percentiles | null;
  readonly handlerSeconds: Percentiles | null;
  /** What is promised of the 99th percentile of the wait. */
  readonly targetSeconds: number;
}

/** One lane as it is. */
export interface LaneFrame {
  readonly priority: PriorityName;
  /** `local` on a bus without paths; otherwise `in`, or `out` with a path. */
  readonly direction: string;
  readonly path: string | null;
  readonly queuedMessages: number;
  readonly parkedMessages: number;
  readonly capacityMessages: number;
  readonly acceptedPerSecond: number | null;
  readonly refusedPerSecond: number | null;
  readonly droppedPerSecond: number | null;
  readonly expiredPerSecond: number | null;
}

/** The handlers that run and those that could. */
export interface WorkersFrame {
  readonly current: number;
  readonly max: number;
  readonly busy: number;
  readonly openDeliveries: number;
  readonly retryingDeliveries: number;
  readonly publishWaiters: number;
}

/** What happens on a bus in a second, of the interval since the frame before; null before two frames, and for what this bus does not count. */
export interface Throughput {
  readonly publishedPerSecond: number | null;
  readonly deliveredPerSecond: number | null;
  readonly failedPerSecond: number | null;
  readonly droppedPerSecond: number | null;
  readonly refusedPerSecond: number | null;
  readonly expiredPerSecond: number | null;
  readonly deadLetteredPerSecond: number | null;
}

/** The process that the bus runs in. */
export interface ProcessFrame {
  /** 1 is one whole core. */
  readonly cpuCores: number | null;
  readonly eventLoopUtilizationRatio: number | null;
  /** Part of the interval in which the garbage collector stopped everything. */
  readonly gcRatio: number | null;
  readonly heapUsedBytes: number | null;
  readonly heapLimitBytes: number | null;
  readonly residentBytes: number | null;
}

/** One bus, once a second. */
export interface Frame {
  readonly bus: string;
  readonly atMs: number;
  /** How long the interval is that rates and percentiles are of; null in the first frame. */
  readonly intervalSeconds: number | null;
  readonly status: 'up' | 'degraded' | 'down';
  readonly throughput: Throughput;
  /** By urgency; empty where nothing of the kind is measured. */
  readonly latencies: readonly PriorityLatency[];
  readonly lanes: readonly LaneFrame[];
  readonly workers: WorkersFrame | null;
  readonly process: ProcessFrame | null;
  readonly subscriptions: number | null;
  readonly deadLetters: number | null;
  readonly firingAlerts: number;
  /** Everybody who looks at this dashboard now. */
  readonly viewers: number;
}

/**
 * The first event of `GET /api/stream?bus=`; without `bus` it is of the first one. After it come `frame` ({@link Frame}) each second, and `acts`,
 * `alerts`, `health`, `optimizer` with a new answer when something in them changed. A comment comes every 15 s where nothing else does.
 */
export interface StreamSnapshot {
  readonly frame: Frame;
  readonly alerts: AlertsAnswer | null;
  readonly health: HealthAnswer;
  readonly optimizer: OptimizerAnswer | null;
  readonly acts: ActsAnswer;
}
