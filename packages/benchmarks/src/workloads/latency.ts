import { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import type { LoadShape } from '../load/load-shape.ts';
import { constantLoad } from '../load/steady-shapes.ts';
import { latencyMetrics } from './latency-metrics.ts';
import { PacedRun, REHEARSAL_MS, type PacedLoad } from './paced-run.ts';
import { LOAD_SHOWN } from './shown-loads.ts';
import { quoteTopics } from './topics.ts';
import type { Measurement, Workload, WorkloadSettings } from './workload.ts';

const TOPICS = 100;
const PER_SECOND = 10_000;
const PEAK_PER_SECOND = 50_000;

/** A load whose latency is measured. */
export interface LatencyUnder {
  readonly name: string;
  /** What is offered, as the beginning of a sentence: `Offers 10,000 messages a second, evenly,`. */
  readonly offers: string;
  readonly lacks?: (() => string | undefined) | undefined;
  /** Called before the warm-up: what it reads takes no time of the run. */
  readonly shapes: () => ShapeOf | Promise<ShapeOf>;
}

/** The load of this duration. */
type ShapeOf = (durationMs: number) => LoadShape;

/** The workload of a load: 100 topics with a subscriber each. */
export function latencyUnder({ name, offers, lacks, shapes }: LatencyUnder): Workload {
  return {
    name,
    work: `${offers} on ${TOPICS} topics with a subscriber each; latency from the intended time of sending to the handler.`,
    needs: [],
    lacks,
    shows: [
      { metric: 'p50Us', better: 'less' },
      { metric: 'p99Us', better: 'less' },
      { metric: 'p999Us', better: 'less' },
      { metric: 'p9999Us', better: 'less' },
      ...LOAD_SHOWN,
    ],
    prepare: async (bus, settings) => preparePaced(bus, settings, await shapes()),
  };
}

/** Latency at a steady rate. */
export const latency: Workload = latencyUnder({
  name: 'latency',
  offers: 'Offers 10,000 messages a second, evenly,',
  shapes: () => (durationMs) => constantLoad({ perSecond: PER_SECOND, durationMs }),
});

/** Latency at the rate of a peak. */
export const peakLatency: Workload = latencyUnder({
  name: 'latency-peak',
  offers: 'Offers 50,000 messages a second, evenly,',
  shapes: () => (durationMs) => constantLoad({ perSecond: PEAK_PER_SECOND, durationMs }),
});

async function preparePaced(
  bus: BusUnderTest,
  settings: WorkloadSettings,
  shapeOf: ShapeOf,
): Promise<() => Promise<Measurement>> {
  let current: PacedRun | undefined;
  for (const pattern of quoteTopics(TOPICS)) {
    bus.subscribe({ pattern, handler: (probe) => current?.arrived(probe) });
  }
  const load = (durationMs: number): PacedLoad => ({
    shape: shapeOf(durationMs),
    topics: quoteTopics(TOPICS),
    priority: Priority.NORMAL,
  });
  const rehearsal = PacedRun.forRehearsal(bus, load(REHEARSAL_MS), settings.seed);
  current = rehearsal;
  const rehearsed = await rehearsal.rehearse(settings);
  return async () => {
    const run = new PacedRun(bus, load(settings.measureMs), settings.seed);
    current = run;
    const report = await run.send();
    const account = await run.account(report, report.sent + rehearsed);
    return {
      messages: report.sent,
      metrics: { ...latencyMetrics(run.latency), ...run.rates(report) },
      latency: run.latency,
      ...account,
    };
  };
}
