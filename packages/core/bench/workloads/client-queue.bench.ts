import type { Job } from '../fixtures/client-jobs.ts';
import { makeJobs } from '../fixtures/client-jobs.ts';
import { Later } from '../fixtures/client-later.ts';
import { Ledger } from '../fixtures/client-ledger.ts';
import {
  fastqCallbacks,
  fastqDeferred,
  fastqInsidePush,
  fastqPromise,
  fastqPromisedHandler,
} from '../contenders/client-fastq.ts';
import { pQueue } from '../contenders/client-p-queue.ts';
import { WORKERS } from '../contenders/client-queue.ts';
import { rxjsDeferred, rxjsMergeMap } from '../contenders/client-rxjs.ts';
import { plainTradewind, fullTradewind } from '../contenders/client-tradewind.ts';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';

/** Jobs that are pushed in one go; then all of them are waited for. Twenty times as many as there are workers, so that they queue. */
const BURST = 1000;

/** How a contender is set up, and what it wants around a burst. */
interface Arena {
  push(job: Job): void;
  before?(): void;
  after?(): void;
  /** Checks what else it says to have done for each job. */
  verify?(pushed: number): void;
}

interface Asked {
  readonly jobs: number;
  readonly oneAtATimePerKey?: boolean;
}

/** Pushes bursts of jobs into what `make` makes, until all have been handled. */
function bursts({ jobs, oneAtATimePerKey = false }: Asked, make: (ledger: Ledger) => Arena): Contender {
  return async (scale) => {
    const pool = makeJobs(BURST);
    const ledger = new Ledger();
    const arena = make(ledger);
    let pushed = 0;
    const metrics = await measureCpu(scale.count(jobs), async (count) => {
      for (let done = 0; done < count; done += BURST) {
        arena.before?.();
        for (const job of pool) {
          pushed += 1;
          job.sequence = pushed;
          arena.push(job);
        }
        arena.after?.();
        await ledger.untilEnded(pushed);
      }
    });
    ledger.verify(pushed, { workers: WORKERS, oneAtATimePerKey });
    arena.verify?.(pushed);
    return metrics;
  };
}

/** The synchronous handler of everybody. */
function atOnce(ledger: Ledger): (job: Job) => void {
  return (job) => {
    ledger.start(job);
    ledger.end(job);
  };
}

/** The asynchronous handler of everybody: it ends in the next turn of the event loop. */
function inNextTurn(ledger: Ledger): (job: Job) => Promise<void> {
  const later = new Later();
  return async (job) => {
    ledger.start(job);
    await later.promise();
    ledger.end(job);
  };
}

/** What it is without promises. */
function inNextTurnByCallback(ledger: Ledger): (job: Job, done: () => void) => void {
  const later = new Later();
  return (job, done) => {
    ledger.start(job);
    later.call(() => {
      ledger.end(job);
      done();
    });
  };
}

/** Holds fastq back during a burst: the one way to queue with it for a synchronous handler that costs nothing per job. */
function fastqHeld(ledger: Ledger): Arena {
  const queue = fastqInsidePush(atOnce(ledger));
  const release = (): void => queue.release();
  return { push: (job) => queue.push(job), before: () => queue.hold(), after: () => queueMicrotask(release) };
}

const synchronous: Workload['contenders'] = {
  tradewind: bursts({ jobs: 1_000_000, oneAtATimePerKey: true }, (ledger) => fullTradewind(atOnce(ledger))),
  'tradewind, plain': bursts({ jobs: 1_000_000, oneAtATimePerKey: true }, (ledger) => plainTradewind(atOnce(ledger))),
  'fastq, held': bursts({ jobs: 1_000_000 }, fastqHeld),
  'fastq, deferred': bursts({ jobs: 1_000_000 }, (ledger) => fastqDeferred(atOnce(ledger))),
  'fastq, inside push': bursts({ jobs: 1_000_000 }, (ledger) => fastqInsidePush(atOnce(ledger))),
  'fastq.promise': bursts({ jobs: 500_000 }, (ledger) => {
    const handle = atOnce(ledger);
    return fastqPromise(async (job) => handle(job));
  }),
  'p-queue': bursts({ jobs: 50_000 }, (ledger) => pQueue(atOnce(ledger))),
  rxjs: bursts({ jobs: 50_000 }, (ledger) => rxjsDeferred(atOnce(ledger))),
};

const asynchronous: Workload['contenders'] = {
  tradewind: bursts({ jobs: 500_000, oneAtATimePerKey: true }, (ledger) => fullTradewind(inNextTurn(ledger))),
  'tradewind, plain': bursts({ jobs: 500_000, oneAtATimePerKey: true }, (ledger) => plainTradewind(inNextTurn(ledger))),
  fastq: bursts({ jobs: 500_000 }, (ledger) => fastqPromisedHandler(inNextTurn(ledger))),
  'fastq, no promise': bursts({ jobs: 500_000 }, (ledger) => fastqCallbacks(inNextTurnByCallback(ledger))),
  'fastq.promise': bursts({ jobs: 500_000 }, (ledger) => fastqPromise(inNextTurn(ledger))),
  'p-queue': bursts({ jobs: 50_000 }, (ledger) => pQueue(inNextTurn(ledger))),
  rxjs: bursts({ jobs: 100_000 }, (ledger) => rxjsMergeMap(inNextTurn(ledger))),
};

const CPU = { metric: 'cpuNsPerOperation', of: 'tradewind', unit: 'ns' };
const OURS =
  'Ours with four priorities, 1,000 ordering keys, an expiry for each message, a routing plugin that lifts a tenth of them, counters and ' +
  'latency histograms; plain is ours with a topic and a payload alone.';
const PEERS =
  'fastq and rxjs know neither priorities nor keys nor expiry nor plugins nor counters, p-queue knows priorities alone; every contender is checked for ' +
  'loss, repetition, order and the bound of 50, ours also for one message at a time per key.';

export const workloads: readonly Workload[] = [
  {
    name: 'client-queue-async',
    title: 'Queued delivery through 50 workers, asynchronous handler',
    work:
      `Queues bursts of 1,000 messages for an asynchronous handler that ends in the next turn of the event loop. ${OURS} ` +
      `"fastq" is its callback form around the same handler, "no promise" its callback form around a handler that calls back instead. ${PEERS}`,
    contenders: asynchronous,
    targets: [
      { ...CPU, against: ['fastq'], atMost: 0.9 },
      { ...CPU, against: ['fastq.promise'], atMost: 0.9 },
      { ...CPU, against: ['fastq, no promise'], atMost: 0.9 },
    ],
  },
  {
    name: 'client-queue-sync',
    title: 'Queued delivery through 50 workers, synchronous handler',
    work:
      `Queues bursts of 1,000 messages for a synchronous handler, which runs after the publisher's code. ${OURS} ` +
      'fastq runs a synchronous handler inside push (shown, no queueing); to queue, it is either held during a burst and resumed afterwards, ' +
      `which calls itself once per message and overflows the stack at a few thousand, or its handler is deferred by a microtask each. ${PEERS}`,
    contenders: synchronous,
    targets: [
      { ...CPU, against: ['fastq, held', 'fastq, deferred'], atMost: 0.9 },
      { ...CPU, against: ['fastq.promise'], atMost: 0.9 },
    ],
  },
];
