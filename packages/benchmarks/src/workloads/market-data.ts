import { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import { burstyLoad } from '../load/bursty-load.ts';
import { latencyMetrics } from './latency-metrics.ts';
import { sendingProblems } from './load-rates.ts';
import { PacedRun, REHEARSAL_MS, type PacedLoad } from './paced-run.ts';
import { settles, UNSETTLED } from './settling.ts';
import { LOAD_SHOWN } from './shown-loads.ts';
import { spin } from './spin.ts';
import { quoteTopics } from './topics.ts';
import type { Workload } from './workload.ts';

const SYMBOLS = 200;
const PER_SECOND = 20_000;
const WORK_US = 80;

/** Quotes for a subscriber that cannot keep up: with conflation it sees the newest, without it falls behind. */
export const marketData: Workload = {
  name: 'market-data',
  work: 'Offers 20,000 quotes a second in bursts, of 200 symbols, to a subscriber that works 80 µs on each, 1.6 times what it can do, and wants the newest; age of a quote when it is handled. Every quote must arrive or, with conflation, be superseded and counted; the last one of every symbol must arrive.',
  needs: [],
  shows: [
    { metric: 'p50Us', better: 'less' },
    { metric: 'p99Us', better: 'less' },
    { metric: 'deliveredShare', better: 'more' },
    ...LOAD_SHOWN,
  ],
  prepare: async (bus, settings) => {
    const topics = quoteTopics(SYMBOLS);
    const load = (durationMs: number): PacedLoad => ({
      shape: burstyLoad({ perSecond: PER_SECOND, durationMs }),
      topics,
      priority: Priority.NORMAL,
    });
    const rehearsal = PacedRun.forRehearsal(bus, load(REHEARSAL_MS), settings);
    let current = rehearsal;
    for (const pattern of quoteTopics(SYMBOLS)) {
      bus.subscribe({
        pattern,
        conflate: true,
        handler: (probe) => {
          current.arrived(probe);
          if (current !== rehearsal) spin(WORK_US);
        },
      });
    }
    await rehearsal.rehearse(settings);
    return async () => {
      const run = new PacedRun(bus, load(settings.measureMs), settings);
      current = run;
      const supersededBefore = bus.extras?.superseded?.() ?? 0;
      const report = await run.send();
      const isSettled = await settles(bus, () => run.receipts.received);
      // A bus that does not conflate has nothing to leave out; one that does says how much it was.
      const superseded = (bus.extras?.superseded?.() ?? 0) - supersededBefore;
      const receipts = run.receipts.report(report.sent);
      const lost = topics.filter((_, stream) => run.receipts.latestOf(stream) !== lastOf(stream, report.sent)).length;
      const problems = [
        ...run.refusals.problems(report.sent),
        ...accountProblems(report.sent - run.refusals.count, receipts.received, superseded),
        ...(lost > 0 ? [`lost the last quote of ${lost} of ${SYMBOLS} symbols`] : []),
        ...(receipts.duplicates > 0 ? [`delivered ${receipts.duplicates} quotes again`] : []),
        ...(receipts.outOfOrder > 0 ? [`delivered ${receipts.outOfOrder} quotes after newer ones`] : []),
        ...(receipts.unknown > 0 ? [`delivered ${receipts.unknown} quotes that were never sent`] : []),
        ...(isSettled ? [] : [UNSETTLED]),
        ...claimProblems(bus, arrivals(rehearsal) + arrivals(run)),
        ...sendingProblems(report),
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
        receipts: {
          ...receipts,
          missing: Math.max(lost, report.sent - run.refusals.count - receipts.received - superseded),
        },
        problems,
      };
    };
  },
};

function accountProblems(sent: number, received: number, superseded: number): readonly string[] {
  const missing = sent - received - superseded;
  if (missing > 0) return [`lost ${missing} of ${sent} quotes`];
  return missing < 0 ? [`claims ${superseded} superseded quotes where ${sent - received} did not arrive`] : [];
}

/** What conflation leaves out is not delivered and not claimed: the ledgers say how many deliveries there were, the warm-up included. */
function claimProblems(bus: BusUnderTest, made: number): readonly string[] {
  const claimed = bus.extras?.claimedDeliveries?.() ?? made;
  return claimed === made ? [] : [`claims ${claimed} deliveries where it made ${made}`];
}

function arrivals({ receipts }: PacedRun): number {
  const { received, duplicates, unknown } = receipts.report(receipts.room);
  return received + duplicates + unknown;
}

/** The last index of a stream, when indexes go round the streams; -1 when it had none. */
function lastOf(stream: number, sent: number): number {
  const rounds = Math.floor((sent - 1 - stream) / SYMBOLS);
  return rounds < 0 ? -1 : rounds * SYMBOLS + stream;
}
