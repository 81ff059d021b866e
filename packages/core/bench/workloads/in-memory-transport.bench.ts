import { Priority, jsonCodec, type OutgoingBatch } from '@tradewind/core-types';
import { InMemoryBroker } from '../../src/transport/in-memory-broker.ts';
import type { InMemoryBrokerOptions } from '../../src/transport/broker-options.ts';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { expectCount, type Contender, type Workload } from '../../../../tooling/bench/workload.ts';

const BATCH = 100;
const PAYLOAD = { bid: '64250.10', bidSize: '1.5', ask: '64250.20', askSize: '0.75' };

/** Batches of 100 on 50 topics, each message acknowledged as it comes. */
function transport(groups: number, options: InMemoryBrokerOptions): Contender {
  return async (scale) => {
    const broker = new InMemoryBroker(options);
    const publisher = broker.transport();
    let received = 0;
    for (let group = 0; group < groups; group += 1) {
      await broker.transport().consume(
        { group: `g${group}`, consumer: 'c', patterns: ['data.*'], from: 'now' },
        {
          onBatch: async (batch) => {
            received += batch.messages.length;
            for (let i = 0; i < batch.messages.length; i += 1) batch.settle(i);
          },
        },
      );
    }
    let sequence = 0;
    let batchSequence = 0;
    const metrics = await measureCpu(scale.count(300_000), async (times) => {
      for (let i = 0; i < times; i += BATCH) {
        batchSequence += 1;
        await publisher.publish(nextBatch(batchSequence, sequence));
        sequence += BATCH;
        // The consumers have their turn.
        if (batchSequence % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    });
    while (received < sequence * groups) await new Promise((resolve) => setImmediate(resolve));
    expectCount('messages received', received, sequence * groups);
    return metrics;
  };
}

function nextBatch(batchSequence: number, from: number): OutgoingBatch {
  const messages = Array.from({ length: BATCH }, (_, i) => ({
    topic: `data.quotes.BINANCE.SYMBOL${i % 50}`,
    payload: PAYLOAD,
    priority: Priority.NORMAL,
    producer: 'bench',
    sequence: from + i + 1,
    publishedAtMs: 1_704_067_200_000,
  }));
  return { priority: Priority.NORMAL, batchSequence, messages };
}

export const workloads: readonly Workload[] = [
  {
    name: 'in-memory-transport',
    title: 'In-memory transport',
    work: 'Publishes batches of 100 messages on 50 topics; each group acknowledges every message. The cost is per message published, all groups together.',
    contenders: {
      'one group': transport(1, {}),
      'four groups': transport(4, {}),
      'one group, JSON': transport(1, { codec: jsonCodec }),
    },
    targets: [],
  },
];
