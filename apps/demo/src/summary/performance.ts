import { waitQuantileMs, type BusReading } from '../bus-reading.ts';
import type { SpreadMonitorCounts } from '../subscribers/spread-monitor.ts';

/** One lane's figures over the whole run. */
interface LanePerformance {
  readonly lane: string;
  readonly messages: number;
  readonly superseded: number;
  /** From publish to the start of the handler; null when there was none. */
  readonly waitP50Ms: number | null;
  readonly waitP99Ms: number | null;
}

/** How fast it went: different in every run. */
export interface PerformanceSummary {
  readonly elapsedMs: number;
  /** Market seconds per real second that were asked for; null: as fast as it goes. */
  readonly speed: number | null;
  readonly published: number;
  readonly publishedPerSecond: number;
  /** Handler calls. */
  readonly delivered: number;
  readonly deliveredPerSecond: number;
  readonly lanes: readonly LanePerformance[];
  readonly peakWorkers: number;
  /** The longest that the market was behind the clock. */
  readonly maxLagMs: number;
  /** How often a full lane had to be waited for. */
  readonly waitsForRoom: number;
  readonly spreadMonitor: SpreadMonitorCounts;
  readonly node: string;
}

/** What was measured. */
export interface PerformanceFacts {
  readonly elapsedMs: number;
  readonly speed: number;
  readonly published: number;
  readonly delivered: number;
  readonly bus: BusReading;
  readonly peakWorkers: number;
  readonly maxLagMs: number;
  readonly waitsForRoom: number;
  readonly spreadMonitor: SpreadMonitorCounts;
}

export function performanceSummary(facts: PerformanceFacts): PerformanceSummary {
  const { elapsedMs, speed, published, delivered } = facts;
  const perSecond = (count: number): number => (elapsedMs > 0 ? Math.round((count * 1000) / elapsedMs) : 0);
  return {
    elapsedMs: Math.round(elapsedMs),
    speed: Number.isFinite(speed) ? speed : null,
    published,
    publishedPerSecond: perSecond(published),
    delivered,
    deliveredPerSecond: perSecond(delivered),
    lanes: facts.bus.lanes.map(({ name, accepted, superseded, waits }) => ({
      lane: name,
      messages: accepted,
      superseded,
      waitP50Ms: waitQuantileMs(waits, 0.5) ?? null,
      waitP99Ms: waitQuantileMs(waits, 0.99) ?? null,
    })),
    peakWorkers: facts.peakWorkers,
    maxLagMs: Math.round(facts.maxLagMs),
    waitsForRoom: facts.waitsForRoom,
    spreadMonitor: facts.spreadMonitor,
    node: process.version,
  };
}
