import { fastqPromise, fastqPromisedHandler } from '../contenders/client-fastq.ts';
import { pQueue } from '../contenders/client-p-queue.ts';
import { WORKERS, type JobHandler, type JobQueue } from '../contenders/client-queue.ts';
import { fullTradewind } from '../contenders/client-tradewind.ts';
import { makeJobs, type Job } from '../fixtures/client-jobs.ts';
import { nextTurn } from '../fixtures/client-later.ts';
import { Ledger } from '../fixtures/client-ledger.ts';
import { StallProbe } from '../fixtures/client-stalls.ts';
import { collectYoung } from '../../../../tooling/bench/measure.ts';
import type { Contender, Metrics, Workload } from '../../../../tooling/bench/workload.ts';

const BACKLOGS = [1000, 10_000, 50_000, 200_000] as const;
const LARGEST = 200_000;
/** Each backlog is drained so often. The shortest of the longest stalls is the one that no other process on the machine has made longer. */
const DRAINS = 7;
const WARM_UPS = 3;

interface Arena {
  readonly queue: JobQueue;
  readonly ledger: Ledger;
  readonly oneAtATimePerKey: boolean;
}

/** For each backlog, the longest time that the event loop was held up while it drained. */
function stalls(make: () => Arena, backlogs: readonly number[] = BACKLOGS): Contender {
  return async (scale) => {
    const jobs = makeJobs(LARGEST);
    const { queue, ledger, oneAtATimePerKey } = make();
    const probe = new StallProbe();
    let pushed = 0;
    const drain = async (backlog: number): Promise<number> => {
      queue.hold();
      for (let i = 0; i < backlog; i += 1) {
        const job = jobs[i] as Job;
        pushed += 1;
        job.sequence = pushed;
        queue.push(job);
      }
      collectYoung();
      await nextTurn();
      probe.start();
      queue.release();
      await ledger.untilEnded(pushed);
      return probe.stop();
    };
    for (let i = 0; i < WARM_UPS; i += 1) await drain(scale.count(WARM_UP_BACKLOG));
    const metrics: Record<string, number> = {};
    for (const backlog of backlogs) {
      let shortestMs = Infinity;
      for (let i = 0; i < DRAINS; i += 1) shortestMs = Math.min(shortestMs, await drain(scale.count(backlog)));
      metrics[`stallMs${backlog / 1000}k`] = shortestMs;
    }
    ledger.verify(pushed, { workers: WORKERS, oneAtATimePerKey });
    return { ...metrics, ...growth(metrics) };
  };
}

/** Between backlogs that last for more than one slice. */
function growth({ stallMs10k, stallMs200k }: Readonly<Record<string, number>>): Metrics {
  return stallMs10k === undefined || stallMs200k === undefined ? {} : { growth: stallMs200k / stallMs10k };
}

const ANSWER = Promise.resolve();

/** Asynchronous, but done before anybody waits: an answer from a cache. */
function cached(ledger: Ledger): (job: Job) => Promise<void> {
  return async (job) => {
    ledger.start(job);
    await ANSWER;
    ledger.end(job);
  };
}

function synchronous(ledger: Ledger): JobHandler {
  return (job) => {
    ledger.start(job);
    ledger.end(job);
  };
}

function arena(make: (ledger: Ledger) => JobQueue, oneAtATimePerKey = false): () => Arena {
  return () => {
    const ledger = new Ledger();
    return { ledger, queue: make(ledger), oneAtATimePerKey };
  };
}

const ROOM = { capacity: LARGEST };
const LANES = { lanes: { CRITICAL: ROOM, HIGH: ROOM, NORMAL: ROOM, LOW: ROOM } };
const WARM_UP_BACKLOG = 20_000;

export const workloads: readonly Workload[] = [
  {
    name: 'client-stall',
    title: 'Longest stall of the event loop while a backlog drains',
    work:
      'Lets backlogs of 1,000, 10,000, 50,000 and 200,000 gather, then 50 workers drain them with an asynchronous handler that waits for nothing ' +
      '(an answer from a cache); ours also with a synchronous one. The longest time between two callbacks of setImmediate, the best of seven drains ' +
      'of each backlog; growth is the stall with 200,000 divided by the one with 10,000. Ours with priorities, keys, expiry, a plugin and counters on.',
    contenders: {
      tradewind: stalls(arena((ledger) => fullTradewind(cached(ledger), LANES), true)),
      'tradewind, synchronous handler': stalls(arena((ledger) => fullTradewind(synchronous(ledger), LANES), true)),
      fastq: stalls(arena((ledger) => fastqPromisedHandler(cached(ledger)))),
      'fastq.promise': stalls(arena((ledger) => fastqPromise(cached(ledger)))),
      'p-queue': stalls(
        arena((ledger) => pQueue(cached(ledger))),
        [1000, 10_000],
      ),
    },
    targets: [
      { of: 'tradewind', against: ['fastq'], metric: 'stallMs50k', atMost: 0.25, unit: 'ms' },
      { of: 'tradewind, synchronous handler', against: ['fastq'], metric: 'stallMs50k', atMost: 0.25, unit: 'ms' },
      { of: 'tradewind', metric: 'growth', atMost: 1.25, unit: 'x' },
      { of: 'tradewind, synchronous handler', metric: 'growth', atMost: 1.25, unit: 'x' },
    ],
  },
];
