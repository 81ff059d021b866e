import { z } from 'zod';
import type { PayloadSchema } from '@tradewind/core-types';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { quoteTopics } from '../fixtures/instruments.ts';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { expectCount, type Contender, type Workload } from '../../../../tooling/bench/workload.ts';

const BURST = 1000;
const MESSAGES = 1_000_000;

const QUOTE_SCHEMA = z.object({
  venue: z.string(),
  symbol: z.string(),
  bid: z.string(),
  ask: z.string(),
  bidSize: z.number().positive(),
  askSize: z.number().positive(),
  tsEventNs: z.bigint(),
});

const QUOTE: z.infer<typeof QUOTE_SCHEMA> = {
  venue: 'BINANCE',
  symbol: 'BTCUSDT',
  bid: '64000.10',
  ask: '64000.20',
  bidSize: 0.75,
  askSize: 1.25,
  tsEventNs: 1_767_225_600_000_000_000n,
};

function client(payloadSchemas?: Readonly<Record<string, PayloadSchema>>): Contender {
  return async (scale) => {
    const bus = new BufferedMessageBusClient({ payloadSchemas });
    const topics = quoteTopics(BURST);
    let handled = 0;
    let published = 0;
    bus.subscribe('data.*', () => {
      handled += 1;
    });
    const metrics = await measureCpu(scale.count(MESSAGES), async (count) => {
      for (let done = 0; done < count; done += BURST) {
        for (const topic of topics) bus.publish(topic, QUOTE);
        published += BURST;
        await bus.flush();
      }
    });
    expectCount('messages handled', handled, published);
    return metrics;
  };
}

const zodAlone: Contender = async (scale) => {
  let accepted = 0;
  let validated = 0;
  const metrics = await measureCpu(scale.count(MESSAGES), (count) => {
    validated += count;
    for (let i = 0; i < count; i += 1) if (QUOTE_SCHEMA.safeParse(QUOTE).success) accepted += 1;
  });
  expectCount('payloads accepted', accepted, validated);
  return metrics;
};

export const workloads: readonly Workload[] = [
  {
    name: 'client-validation',
    title: 'Validating payloads',
    work:
      'Publishes a quote of seven fields on 1,000 topics in bursts of 1,000, with and without a zod schema for the topics, through its Standard Schema ' +
      'interface; and what zod costs without a bus.',
    contenders: {
      'tradewind, no schema': client(),
      'tradewind, zod schema': client({ 'data.quotes.*': QUOTE_SCHEMA }),
      'zod alone': zodAlone,
    },
    targets: [],
  },
];
