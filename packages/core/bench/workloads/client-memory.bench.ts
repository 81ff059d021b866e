import PQueue from 'p-queue';
import fastq from 'fastq';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { makeJobs, type Job } from '../fixtures/client-jobs.ts';
import { collectGarbage } from '../../../../tooling/bench/measure.ts';
import { expectCount, type Contender, type Metrics, type Workload } from '../../../../tooling/bench/workload.ts';

const MESSAGES = 1_000_000;
/** Payloads, topics and keys, made before the measurement and shared by all messages. */
const SHARED = 1000;

const PAYLOAD = { bid: '64000.10', ask: '64000.20' };

/** Where messages wait without being handled, until `drain` lets them be handled one and all. */
interface Store {
  push(job: Job): void;
  drain(): Promise<void>;
}

/** What a message costs while it waits: the growth of heap and array buffers, free places included, divided by the messages. */
function waiting(make: (onHandled: () => void) => Store): Contender {
  return async (scale): Promise<Metrics> => {
    const messages = scale.count(MESSAGES);
    const jobs = makeJobs(SHARED);
    let handled = 0;
    const store = make(() => {
      handled += 1;
    });
    // The first ones bring what a queue keeps for good, such as the record of a topic: known topics are the usual case, messages the question.
    for (const job of jobs) store.push(job);
    await store.drain();
    expectCount('messages handled', handled, SHARED);
    const before = usedBytes();
    for (let i = 0; i < messages; i += 1) store.push(jobs[i % SHARED] as Job);
    const bytesPerMessage = (usedBytes() - before) / messages;
    expectCount('messages handled while held', handled, SHARED);
    await store.drain();
    expectCount('messages handled', handled, SHARED + messages);
    return { bytesPerMessage };
  };
}

function usedBytes(): number {
  // Twice, since the first one may leave finalizers and weak tables to the second.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  // `external` holds the array buffers as well; counting both would count them twice.
  return heapUsed + Math.max(external, arrayBuffers);
}

function tradewind(publish: (client: BufferedMessageBusClient, job: Job) => boolean): Contender {
  return waiting((onHandled) => {
    const capacity = MESSAGES + SHARED;
    const lane = { capacity };
    const client = new BufferedMessageBusClient({ lanes: { CRITICAL: lane, HIGH: lane, NORMAL: lane, LOW: lane } });
    client.subscribe('data.*', onHandled);
    client.pause();
    return {
      push: (job) => {
        if (!publish(client, job)) throw new Error('Expected room for a message; the lane is full.');
      },
      drain: async () => {
        client.resume();
        await client.flush();
        client.pause();
      },
    };
  });
}

const fastqStore: Contender = waiting((onHandled) => {
  const queue = fastq<unknown, Job>((_job, done) => {
    onHandled();
    // At once, it would call itself once per message and overflow the stack.
    queueMicrotask(() => done(null));
  }, 50);
  queue.pause();
  return {
    push: (job) => queue.push(job),
    drain: () =>
      new Promise((resolve) => {
        queue.drain = () => {
          queue.pause();
          resolve();
        };
        queue.resume();
      }),
  };
});

const fastqPromiseStore: Contender = waiting((onHandled) => {
  const queue = fastq.promise<unknown, Job>(async () => onHandled(), 50);
  queue.pause();
  return {
    push: (job) => {
      void queue.push(job);
    },
    drain: async () => {
      queue.resume();
      await queue.drained();
      queue.pause();
    },
  };
});

/** One function for all jobs and one priority: a closure per job would be the caller's, and sorting in a million takes minutes. */
const pQueueStore: Contender = waiting((onHandled) => {
  const queue = new PQueue({ concurrency: 50, autoStart: false });
  return {
    push: () => {
      void queue.add(onHandled);
    },
    drain: async () => {
      queue.start();
      await queue.onIdle();
      queue.pause();
    },
  };
});

const BYTES = { metric: 'bytesPerMessage', atMost: 48, unit: 'bytes' };

export const workloads: readonly Workload[] = [
  {
    name: 'client-memory',
    title: 'Memory of a queued message',
    work:
      '1,000,000 messages wait, their payloads, topics and keys shared and made before: the growth of heap and array buffers after a garbage ' +
      'collection, free places included, per message; then all are handled and counted. p-queue gets one function for all and no priorities.',
    contenders: {
      'tradewind, topic and payload': tradewind((client, job) => client.publish(job.topic, job)),
      'tradewind, ordering key and expiry': tradewind((client, { topic, key, expiresAtMs }: Job) =>
        client.publish(topic, PAYLOAD, { orderingKey: key, expiresAtMs }),
      ),
      'tradewind, key, expiry, four priorities': tradewind((client, { topic, key, expiresAtMs, priority }: Job) =>
        client.publish(topic, PAYLOAD, { orderingKey: key, expiresAtMs, priority }),
      ),
      fastq: fastqStore,
      'fastq.promise': fastqPromiseStore,
      'p-queue': pQueueStore,
    },
    targets: [
      { ...BYTES, of: 'tradewind, topic and payload' },
      { ...BYTES, of: 'tradewind, ordering key and expiry' },
      { ...BYTES, of: 'tradewind, key, expiry, four priorities' },
    ],
  },
];
