import { Priority } from '@tradewind/core-types';
import type { Probe } from '../contenders/contender.ts';
import { Receipts } from '../measuring/receipts.ts';
import { Refusals } from './refusals.ts';
import { drawUpAccount } from './settling.ts';
import { quoteTopics } from './topics.ts';
import type { Workload } from './workload.ts';

const MESSAGES = 200_000;
const TOPICS = 100;

/** What a message takes that waits. */
export const queuedMemory: Workload = {
  name: 'queued-memory',
  work: `Publishes ${MESSAGES.toLocaleString('en')} messages on ${TOPICS} topics in one go, so that all of them wait, their payloads made before; growth of heap and array buffers after a collection, for each message. Then all are handled and counted.`,
  needs: ['queue'],
  shows: [{ metric: 'bytesPerMessage', better: 'less' }],
  prepare: (bus) => {
    const topics = quoteTopics(TOPICS);
    const receipts = new Receipts({ messages: MESSAGES, streams: TOPICS });
    for (const pattern of topics)
      bus.subscribe({ pattern, handler: (probe) => receipts.record(probe.index, probe.stream) });
    const probes = Array.from({ length: MESSAGES }, (_, index): Probe => ({
      index,
      stream: index % TOPICS,
      intendedAtMs: 0,
    }));
    return Promise.resolve(async () => {
      const before = heldBytes();
      const refusals = new Refusals();
      for (const probe of probes) {
        refusals.note(bus.publish(topics[probe.stream] as string, probe, Priority.NORMAL));
      }
      const bytesPerMessage = (heldBytes() - before) / MESSAGES;
      const account = await drawUpAccount({ bus, receipts, sent: MESSAGES, refusals });
      const isCollected = globalThis.gc !== undefined;
      return {
        messages: MESSAGES,
        metrics: { bytesPerMessage },
        receipts: account.receipts,
        problems: [...account.problems, ...(isCollected ? [] : ['was not run with --expose-gc: garbage is counted'])],
      };
    });
  },
};

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
