import { connect } from '@nats-io/transport-node';
import type { NetworkContender } from './contender.ts';
import { tickFrom, tickText } from './flooding.ts';
import { topicOf } from '../ticks/ticks.ts';

/** How many go out between two looks at whether the server has taken them: without any, the client's buffer would hold the whole run. */
const WINDOW = 5000;

/** Publish and subscribe without storing: what the server has no subscriber for, or no room, is gone. */
export const contender: NetworkContender = {
  server: 'nats',
  async produce({ natsPort }) {
    const nats = await connect({ port: natsPort });
    return {
      async flood(count) {
        for (let from = 0; from < count; from += WINDOW) {
          const to = Math.min(count, from + WINDOW);
          for (let n = from; n < to; n += 1) nats.publish(topicOf(n), tickText(n));
          // One window after the other.
          await nats.flush();
        }
      },
      offer: (n) => nats.publish(topicOf(n), tickText(n)),
      settled: () => nats.flush(),
      close: () => nats.close(),
    };
  },
  async consume({ natsPort }, sink) {
    const nats = await connect({ port: natsPort });
    nats.subscribe('data.quotes.>', {
      callback: (error, message) => {
        if (error) throw error;
        sink.take(tickFrom(message.data));
      },
    });
    await nats.flush();
    return { close: () => nats.close() };
  },
};
