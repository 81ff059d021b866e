import { Priority } from '@tradewind/core-types';
import { fastqPromise, fastqPromisedHandler } from '../contenders/client-fastq.ts';
import { pQueue } from '../contenders/client-p-queue.ts';
import { WORKERS, type JobQueue } from '../contenders/client-queue.ts';
import { prioritizedTradewind } from '../contenders/client-tradewind.ts';
import { makeJobs, type Job } from '../fixtures/client-jobs.ts';
import { Later, nextTurn } from '../fixtures/client-later.ts';
import { Latencies } from '../fixtures/client-latencies.ts';
import { Ledger } from '../fixtures/client-ledger.ts';
import { sendAtPace } from '../fixtures/client-pacing.ts';
import { collectYoung } from '../../../../tooling/bench/measure.ts';
import { median } from '../../../../tooling/bench/statistics.ts';
import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';

const LOW_MESSAGES = 50_000;
const CRITICAL_MESSAGES = 100;
/** Every 50 microseconds: all of them come while LOW ones still wait. */
const CRITICAL_PER_SECOND = 20_000;
const BURSTS = 9;
const WARM_UPS = 2;

/** Bursts of LOW messages, with CRITICAL ones coming in while they are worked on. */
function burst(
  make: (handle: (job: Job) => Promise<void>) => Pick<JobQueue, 'push'>,
  oneAtATimePerKey = false,
): Contender {
  return async (scale) => {
    const ledger = new Ledger();
    const later = new Later();
    const intendedAtMs = new Map<Job, number>();
    let latencies = new Latencies();
    let lowLeft = 0;
    let lowEndedAtMs = 0;
    const queue = make(async (job) => {
      ledger.start(job);
      if (job.priority === Priority.CRITICAL) latencies.record(performance.now() - (intendedAtMs.get(job) ?? 0));
      await later.promise();
      ledger.end(job);
      if (job.priority !== Priority.LOW) return;
      lowLeft -= 1;
      if (lowLeft === 0) lowEndedAtMs = performance.now();
    });
    const low = makeJobs(scale.count(LOW_MESSAGES), Priority.LOW);
    const critical = makeJobs(scale.count(CRITICAL_MESSAGES), Priority.CRITICAL);
    let pushed = 0;
    const push = (job: Job): void => {
      pushed += 1;
      job.sequence = pushed;
      queue.push(job);
    };
    const run = async (): Promise<number> => {
      collectYoung();
      await nextTurn();
      lowLeft = low.length;
      const startMs = performance.now();
      for (const job of low) push(job);
      let sentInTime = 0;
      await sendAtPace({
        perSecond: CRITICAL_PER_SECOND,
        messages: critical.length,
        send: (timeMs, index) => {
          const job = critical[index] as Job;
          intendedAtMs.set(job, timeMs);
          if (lowLeft > 0) sentInTime += 1;
          push(job);
        },
      });
      await ledger.untilEnded(pushed);
      if (sentInTime < critical.length)
        throw new Error('Expected LOW messages to wait as long as CRITICAL ones come in; they were too few.');
      return lowEndedAtMs - startMs;
    };
    for (let i = 0; i < WARM_UPS; i += 1) await run();
    latencies = new Latencies();
    const lowMs: number[] = [];
    for (let i = 0; i < BURSTS; i += 1) lowMs.push(await run());
    ledger.verify(pushed, { workers: WORKERS, oneAtATimePerKey });
    const { p50Us = Number.NaN, p99Us = Number.NaN } = latencies.metrics();
    return { criticalP50Us: p50Us, criticalP99Us: p99Us, lowMs: median(lowMs) };
  };
}

const OURS = { of: 'tradewind', against: ['fastq'] };

export const workloads: readonly Workload[] = [
  {
    name: 'client-critical',
    title: 'CRITICAL during a burst of LOW',
    work:
      'Queues 50,000 LOW messages in one go for an asynchronous handler that ends in the next turn of the event loop, 50 at once, and then sends ' +
      'a CRITICAL one every 50 microseconds, 100 in all, while LOW ones wait. Latency of the CRITICAL ones from their intended time, and the time from the ' +
      'first push to the last LOW one handled, the median of nine bursts. fastq works first come, first served; p-queue has priorities.',
    contenders: {
      tradewind: burst((handle) => prioritizedTradewind(handle), true),
      fastq: burst((handle) => fastqPromisedHandler(handle)),
      'fastq.promise': burst((handle) => fastqPromise(handle)),
      'p-queue': burst((handle) => pQueue(handle)),
    },
    targets: [
      { ...OURS, metric: 'criticalP99Us', atMost: 0.1, unit: 'µs' },
      { ...OURS, metric: 'criticalP50Us', atMost: 0.1, unit: 'µs' },
      { ...OURS, metric: 'lowMs', atMost: 1.5, unit: 'ms' },
    ],
  },
];
