import type { Contender } from './contender.ts';
import { ExactTopics } from './exact-topics.ts';
import { importPeer } from './import-peer.ts';

/** A queue with priorities, one job at a time, with a promise and a closure for each. */
export const pQueue: Contender = {
  name: 'p-queue',
  packages: ['p-queue'],
  features: ['queue'],
  create: async () => {
    const { default: PQueue } = await importPeer('p-queue', () => import('p-queue'));
    const topics = new ExactTopics();
    const queue = new PQueue({ concurrency: 1 });
    return {
      subscribe: (subscription) => topics.add(subscription),
      publish: (topic, probe, priority) => {
        // A higher number goes first there.
        void queue.add(() => topics.deliver(topic, probe), { priority: -priority });
      },
      settle: () => queue.onIdle(),
      close: () => queue.onIdle(),
    };
  },
};
