import type { Contender, Probe } from './contender.ts';
import { ExactTopics } from './exact-topics.ts';
import { importPeer } from './import-peer.ts';
import { Pending } from './pending.ts';

interface Job {
  readonly topic: string;
  readonly probe: Probe;
}

/** The fastest in-memory queue, first in first out, one job at a time, each put off by a microtask so that none runs inside `push`. */
export const fastq: Contender = {
  name: 'fastq',
  packages: ['fastq'],
  features: ['queue'],
  create: async () => {
    const { default: create } = await importPeer('fastq', () => import('fastq'));
    const topics = new ExactTopics();
    const pending = new Pending();
    const queue = create<unknown, Job>((job, done) => {
      queueMicrotask(() => {
        topics.deliver(job.topic, job.probe);
        pending.leave();
        done(null);
      });
    }, 1);
    return {
      subscribe: (subscription) => topics.add(subscription),
      publish: (topic, probe) => {
        pending.enter();
        queue.push({ topic, probe });
      },
      settle: () => pending.idle(),
      close: () => pending.idle(),
    };
  },
};
