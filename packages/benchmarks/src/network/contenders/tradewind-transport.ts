import { Priority, type TransportMessage } from '@tradewind/core-types';
import { tickOf, topicOf, type Tick } from '../ticks/ticks.ts';
import type { NetworkContender } from './contender.ts';
import { inGroups, Outstanding } from './flooding.ts';
import { tradewindTransport } from './tradewind-options.ts';

/** Of a batch: what a client hands over at most. */
const BATCH = 100;
const IN_FLIGHT = 20;

/** Our transport by itself: four shards, deduplicated publishing, a group with leases, every message settled. */
export const contender: NetworkContender = {
  server: 'redis',
  async produce(setting) {
    const transport = tradewindTransport(setting);
    const outstanding = new Outstanding();
    let batchSequence = 0;
    const publish = (messages: readonly TransportMessage[]): Promise<void> => {
      batchSequence += 1;
      return transport.publish({ priority: Priority.NORMAL, batchSequence, messages });
    };
    let offered: TransportMessage[] = [];
    const flush = (): void => {
      if (offered.length === 0) return;
      outstanding.add(publish(offered));
      offered = [];
    };
    return {
      flood: (count) =>
        inGroups(count, { size: BATCH, inFlight: IN_FLIGHT }, (from, to) =>
          publish(Array.from({ length: to - from }, (_, i) => messageOf(from + i))),
        ),
      offer(n) {
        offered.push(messageOf(n));
        if (offered.length === 1) queueMicrotask(flush);
      },
      async settled() {
        flush();
        await outstanding.settled();
      },
      close: () => transport.close(),
    };
  },
  async consume(setting, sink) {
    const transport = tradewindTransport(setting);
    await transport.consume(
      { group: 'bench', consumer: 'c1', patterns: ['data.quotes.*'], from: 'oldest' },
      {
        onBatch: async (batch) => {
          sink.takeAll(batch.messages.map(({ payload }) => payload as Tick));
          for (let i = 0; i < batch.messages.length; i += 1) batch.settle(i);
        },
      },
    );
    return { close: () => transport.close() };
  },
};

function messageOf(n: number): TransportMessage {
  return {
    topic: topicOf(n),
    payload: tickOf(n),
    priority: Priority.NORMAL,
    producer: 'bench',
    sequence: n + 1,
    publishedAtMs: Date.now(),
  };
}
