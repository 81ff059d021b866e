import { AckPolicy, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NetworkContender } from './contender.ts';
import { topicOf } from '../ticks/ticks.ts';
import { inGroups, tickFrom, tickText, Window } from './flooding.ts';

const STREAM = 'TICKS';
const DURABLE = 'bench';
const IN_FLIGHT = 1000;

/** A stream in memory, each publish confirmed by the server, each message acknowledged: the same promises as a stream of Redis. */
export const contender: NetworkContender = {
  server: 'nats',
  async produce({ natsPort }) {
    const nats = await connect({ port: natsPort });
    const js = jetstream(nats);
    const window = new Window((n) => js.publish(topicOf(n), tickText(n)));
    return {
      flood: (count) =>
        inGroups(count, { size: 500, inFlight: IN_FLIGHT / 500 }, (from, to) =>
          Promise.all(Array.from({ length: to - from }, (_, i) => js.publish(topicOf(from + i), tickText(from + i)))),
        ),
      offer: (n) => window.offer(n),
      settled: () => window.settled(),
      close: () => nats.close(),
    };
  },
  async consume({ natsPort }, sink) {
    const nats = await connect({ port: natsPort });
    const manager = await jetstreamManager(nats);
    await manager.streams.add({ name: STREAM, subjects: ['data.quotes.>'], storage: StorageType.Memory });
    await manager.consumers.add(STREAM, {
      durable_name: DURABLE,
      ack_policy: AckPolicy.Explicit,
      max_ack_pending: 10_000,
    });
    const consumer = await jetstream(nats).consumers.get(STREAM, DURABLE);
    const messages = await consumer.consume({
      max_messages: 1000,
      callback: (message) => {
        sink.take(tickFrom(message.data));
        message.ack();
      },
    });
    return {
      async close() {
        messages.stop();
        await nats.close();
      },
    };
  },
};
