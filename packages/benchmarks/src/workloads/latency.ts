import { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import { burstyLoad } from '../load/bursty-load.ts';
import type { LoadShape } from '../load/load-shape.ts';
import { constantLoad } from '../load/steady-shapes.ts';
import { PacedRun, latencyMetrics } from './paced-run.ts';
import { quoteTopics } from './topics.ts';
import type { Measurement, Workload, WorkloadSettings } from './workload.ts';

const TOPICS = 100;
const PER_SECOND = 10_000;
const PEAK_PER_SECOND = 50_000;
/** The plan of the warm-up, shorter than the measured one: a long run needs no longer one. */
const WARM_UP_SHARE = 0.3;
const LONGEST_WARM_UP_MS = 3000;

/** Latency at a steady rate. */
export const latency: Workload = {
  name: 'latency',
  work: 'Offers 10,000 messages a second, evenly, on 100 topics with a subscriber each; latency from the intended time of sending to the handler.',
  needs: [],
  shows: [
    { metric: 'p50Us', better: 'less' },
    { metric: 'p99Us', better: 'less' },
    { metric: 'p9999Us', better: 'less' },
  ],
  prepare: (bus, settings) =>
    preparePaced(bus, settings, (durationMs) => constantLoad({ perSecond: PER_SECOND, durationMs })),
};

/** Latency at the rate of a peak. */
export const peakLatency: Workload = {
  name: 'latency-peak',
  work: 'Offers 50,000 messages a second, evenly, on 100 topics with a subscriber each; latency from the intended time of sending to the handler.',
  needs: [],
  shows: latency.shows,
  prepare: (bus, settings) =>
    preparePaced(bus, settings, (durationMs) => constantLoad({ perSecond: PEAK_PER_SECOND, durationMs })),
};

/** Latency when messages come as markets bring them. */
export const burstyLatency: Workload = {
  name: 'latency-bursty',
  work: 'Offers 10,000 messages a second on average in Hawkes bursts on 100 topics with a subscriber each; latency from the intended time of sending to the handler.',
  needs: [],
  shows: latency.shows,
  prepare: (bus, settings) =>
    preparePaced(bus, settings, (durationMs) => burstyLoad({ perSecond: PER_SECOND, durationMs })),
};

async function preparePaced(
  bus: BusUnderTest,
  settings: WorkloadSettings,
  shapeOf: (durationMs: number) => LoadShape,
): Promise<() => Promise<Measurement>> {
  let current: PacedRun | undefined;
  for (const pattern of quoteTopics(TOPICS)) {
    bus.subscribe({ pattern, handler: (probe) => current?.arrived(probe) });
  }
  const load = (durationMs: number): { shape: LoadShape; topics: readonly string[]; priority: Priority } => ({
    shape: shapeOf(durationMs),
    topics: quoteTopics(TOPICS),
    priority: Priority.NORMAL,
  });
  const rehearsal = new PacedRun(
    bus,
    load(Math.min(LONGEST_WARM_UP_MS, settings.measureMs * WARM_UP_SHARE)),
    settings.seed,
  );
  current = rehearsal;
  const { sent: rehearsed } = await rehearsal.send();
  await bus.settle();
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
