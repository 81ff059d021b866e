import { Priority } from '@tradewind/core-types';
import { burstyLoad } from '../load/bursty-load.ts';
import { PacedRun, latencyMetrics } from './paced-run.ts';
import { spin } from './spin.ts';
import { quoteTopics } from './topics.ts';
import type { Workload } from './workload.ts';

const SYMBOLS = 200;
const PER_SECOND = 20_000;
const WORK_US = 80;

/** Quotes for a subscriber that cannot keep up: with conflation it sees the newest, without it falls behind. */
export const marketData: Workload = {
  name: 'market-data',
  work: 'Offers 20,000 quotes a second in bursts, of 200 symbols, to a subscriber that works 80 µs on each, 1.6 times what it can do, and wants the newest; age of a quote when it is handled. The last quote of every symbol must arrive.',
  needs: [],
  shows: [
    { metric: 'p50Us', better: 'less' },
    { metric: 'p99Us', better: 'less' },
    { metric: 'deliveredShare', better: 'more' },
  ],
  prepare: (bus, settings) => {
    const topics = quoteTopics(SYMBOLS);
    const shape = burstyLoad({ perSecond: PER_SECOND, durationMs: settings.measureMs });
    const run = new PacedRun(bus, { shape, topics, priority: Priority.NORMAL }, settings.seed);
    for (const pattern of quoteTopics(SYMBOLS)) {
      bus.subscribe({
        pattern,
        conflate: true,
        handler: (probe) => {
          run.arrived(probe);
          spin(WORK_US);
        },
      });
    }
    return Promise.resolve(async () => {
      const report = await run.send();
      await bus.settle();
      const receipts = run.receipts.report(report.sent);
      const lost = topics.filter((_, stream) => run.receipts.latestOf(stream) !== lastOf(stream, report.sent)).length;
      const problems = [
        ...(lost > 0 ? [`lost the last quote of ${lost} of ${SYMBOLS} symbols`] : []),
        ...(receipts.duplicates > 0 ? [`delivered ${receipts.duplicates} quotes again`] : []),
        ...(receipts.outOfOrder > 0 ? [`delivered ${receipts.outOfOrder} quotes after newer ones`] : []),
        ...(receipts.unknown > 0 ? [`delivered ${receipts.unknown} quotes that were never sent`] : []),
      ];
      return {
        messages: report.sent,
        metrics: {
          ...latencyMetrics(run.latency),
          ...run.rates(report),
          deliveredShare: receipts.received / report.sent,
        },
        latency: run.latency,
        // What conflation left out is not missing.
        receipts: { ...receipts, missing: lost },
        problems,
      };
    });
  },
};

/** The last index of a stream, when indexes go round the streams; -1 when it had none. */
function lastOf(stream: number, sent: number): number {
  const rounds = Math.floor((sent - 1 - stream) / SYMBOLS);
  return rounds < 0 ? -1 : rounds * SYMBOLS + stream;
}
