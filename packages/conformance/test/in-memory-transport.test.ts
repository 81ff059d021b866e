import { InMemoryBroker, jsonCodec, systemClock } from '@tradewind/core';
import { FaultyTransport } from '@tradewind/core/testing';
import { transportSuite } from '../src/index.ts';

const features = {
  durable: false,
  groups: true,
  redelivery: true,
  orderPerKey: true,
  deadLetters: true,
  deduplicationMs: Infinity,
};

transportSuite('in-memory transport', {
  features,
  create: () => {
    const broker = new InMemoryBroker({ redeliveryDelayMs: 5 });
    return { connect: () => broker.transport(), deadLetters: broker.deadLetters };
  },
});

transportSuite('in-memory transport with a codec', {
  features,
  create: () => {
    const broker = new InMemoryBroker({ redeliveryDelayMs: 0, codec: jsonCodec });
    return { connect: () => broker.transport(), deadLetters: broker.deadLetters };
  },
});

transportSuite('in-memory transport behind one that fails', {
  features,
  injectsFailures: true,
  create: () => {
    const broker = new InMemoryBroker({ redeliveryDelayMs: 1 });
    return {
      connect: () => new FaultyTransport(broker.transport(), systemClock),
      failNextPublish: (transport) => (transport as FaultyTransport).failPublishes(1),
      deadLetters: broker.deadLetters,
    };
  },
});
