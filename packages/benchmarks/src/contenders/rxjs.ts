import { hasWildcard } from '@tradewind/core-types';
import type { Contender, Probe } from './contender.ts';
import { globExpression } from './glob-expression.ts';
import { importPeer } from './import-peer.ts';

interface Sent {
  readonly topic: string;
  readonly probe: Probe;
}

/** A batch is handed over at the latest after this time. */
const BATCH_DELAY_MS = 1;

/**
 * A subject per topic, as its users write it, and one more for patterns, filtered by each subscriber: it has no matching of its own.
 * Handlers run inside `next`. Batches come from `bufferTime`.
 */
export const rxjs: Contender = {
  name: 'rxjs',
  packages: ['rxjs'],
  features: ['patterns', 'batches'],
  create: async () => {
    const { Subject, bufferTime, filter } = await importPeer('rxjs', () => import('rxjs'));
    const byTopic = new Map<string, InstanceType<typeof Subject<Probe>>>();
    const all = new Subject<Sent>();
    const subjectOf = (topic: string): InstanceType<typeof Subject<Probe>> => {
      const known = byTopic.get(topic);
      if (known !== undefined) return known;
      const subject = new Subject<Probe>();
      byTopic.set(topic, subject);
      return subject;
    };
    const matching = (pattern: string): ReturnType<typeof all.pipe> => {
      const expression = globExpression(pattern);
      return all.pipe(filter(({ topic }) => expression.test(topic)));
    };
    let lastBatch: Promise<void> | undefined;
    return {
      subscribe: ({ pattern, handler }) => {
        if (hasWildcard(pattern)) matching(pattern).subscribe((sent) => handler((sent as Sent).probe));
        else subjectOf(pattern).subscribe(handler);
      },
      publish: (topic, probe) => {
        byTopic.get(topic)?.next(probe);
        if (all.observed) all.next({ topic, probe });
      },
      // Only batches come later than `next`, by one delay.
      settle: () => lastBatch ?? Promise.resolve(),
      close: () => Promise.resolve(),
      extras: {
        subscribeBatch: (pattern, handler, maxSize) => {
          let waiting = 0;
          let resolveIdle: (() => void) | undefined;
          const source = matching(pattern);
          source.subscribe(() => {
            waiting += 1;
            lastBatch ??= new Promise((resolve) => {
              resolveIdle = resolve;
            });
          });
          source.pipe(bufferTime(BATCH_DELAY_MS, null, maxSize)).subscribe((batch) => {
            if (batch.length === 0) return;
            handler(batch.map((sent) => (sent as Sent).probe));
            waiting -= batch.length;
            if (waiting > 0) return;
            resolveIdle?.();
            lastBatch = undefined;
          });
        },
      },
    };
  },
};
