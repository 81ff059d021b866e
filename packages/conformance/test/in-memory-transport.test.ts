import { InMemoryBroker, jsonCodec } from '@tradewind/core';
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
