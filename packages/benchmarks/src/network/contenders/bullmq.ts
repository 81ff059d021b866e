import { Queue, Worker } from 'bullmq';
import type { Tick } from '../ticks/ticks.ts';
import { tickOf, topicOf } from '../ticks/ticks.ts';
import type { NetworkContender } from './contender.ts';
import { inGroups, Window } from './flooding.ts';

const QUEUE = 'ticks';
const BULK = 500;

/** A job for each tick, added 500 at a time; finished jobs are removed. */
export const contender: NetworkContender = {
  server: 'redis',
  async produce({ redisPort }) {
    const queue = new Queue<Tick>(QUEUE, { connection: { host: '127.0.0.1', port: redisPort } });
    await queue.waitUntilReady();
    const options = { removeOnComplete: true, removeOnFail: true };
    const window = new Window((n) => queue.add(topicOf(n), tickOf(n), options));
    return {
      flood: (count) =>
        inGroups(count, { size: BULK, inFlight: 2 }, (from, to) =>
          queue.addBulk(
            Array.from({ length: to - from }, (_, i) => ({
              name: topicOf(from + i),
              data: tickOf(from + i),
              opts: options,
            })),
          ),
        ),
      offer: (n) => window.offer(n),
      settled: () => window.settled(),
      close: () => queue.close(),
    };
  },
  async consume({ redisPort }, sink) {
    const worker = new Worker<Tick>(QUEUE, async ({ data }) => sink.take(data), {
      connection: { host: '127.0.0.1', port: redisPort },
      concurrency: 100,
    });
    await worker.waitUntilReady();
    return { close: () => worker.close(true) };
  },
};
