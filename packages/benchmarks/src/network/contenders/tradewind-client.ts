import { BufferedMessageBusClient } from '@tradewind/core';
import { tickOf, topicOf, type Tick } from '../ticks/ticks.ts';
import type { NetworkContender, Setting } from './contender.ts';
import { tradewindTransport } from './tradewind-options.ts';

/** Room for everything: a publisher that falls behind is seen in its latencies. */
const LANE = 1_000_000;

/** The whole of it: a client with lanes, ordering keys, expiry, retries and metrics in front of the transport, on both sides. */
export const contender: NetworkContender = {
  server: 'redis',
  async produce(setting) {
    const client = clientOf(setting, 'producer');
    await client.ready();
    return {
      async flood(count) {
        for (let n = 0; n < count; n += 1) {
          const topic = topicOf(n);
          // Full: wait for room, as a publisher does that must not lose anything.
          if (!client.publish(topic, tickOf(n))) await client.publishWhenReady(topic, tickOf(n), PATIENCE);
        }
        await client.flush();
      },
      offer(n) {
        if (!client.publish(topicOf(n), tickOf(n)))
          throw new Error(
            `Expected room for tick ${n}; less goes through than is offered, and a million wait already.`,
          );
      },
      settled: () => client.flush(),
      close: async () => void (await client.close()),
    };
  },
  async consume(setting, sink) {
    const client = clientOf(setting, 'consumer');
    client.subscribe('data.quotes.*', (payload) => sink.take(payload as Tick));
    await client.ready();
    return { close: async () => void (await client.close()) };
  },
};

function clientOf(setting: Setting, name: string): BufferedMessageBusClient {
  return new BufferedMessageBusClient({
    name,
    // Without a group every consumer gets everything.
    ...(setting.flags['group'] === false ? {} : { group: 'bench' }),
    from: 'oldest',
    lanes: { NORMAL: { capacity: LANE } },
    paths: { redis: tradewindTransport(setting) },
  });
}

const PATIENCE = { timeoutMs: 60_000 };
