import type * as core from '@tradewind/core';
import type { BusUnderTest, Contender } from './contender.ts';

/** The part of `@tradewind/core` that is measured: of this installation, or of the build that a comparison of two builds brings. */
export type CoreModule = Pick<typeof core, 'BufferedMessageBusClient' | 'MessageBus'>;

/** Our synchronous bus. */
export function messageBusContender(load: () => Promise<CoreModule>): Contender {
  return {
    name: 'MessageBus',
    packages: ['@tradewind/core'],
    features: ['patterns'],
    create: async () => {
      const { MessageBus } = await load();
      return messageBusUnderTest(new MessageBus());
    },
  };
}

function messageBusUnderTest(bus: core.MessageBus): BusUnderTest {
  return {
    subscribe: ({ pattern, handler }) => {
      // Several handlers of one function on one pattern are distinct here, as they are with an emitter.
      bus.subscribe(pattern, (probe: Parameters<typeof handler>[0]) => handler(probe));
    },
    publish: (topic, probe) => bus.publish(topic, probe),
    settle: () => Promise.resolve(),
    close: () => Promise.resolve(),
    extras: {
      serve: (endpoint, handler) => {
        bus.register<number>(endpoint, (payload, { correlationId = '' }) =>
          handler(payload, (answer) => bus.respond(correlationId, answer)),
        );
      },
      request: (endpoint, payload) => bus.request<number>(endpoint, payload),
      claimedDeliveries: () => bus.counts().delivered,
    },
  };
}
