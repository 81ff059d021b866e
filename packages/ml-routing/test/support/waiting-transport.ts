import { InMemoryBroker } from '@tradewind/core';
import type { Transport } from '@tradewind/core-types';

/** A transport in memory before which every batch waits: for a time, or until whoever holds it lets it go. */
export function waitingTransport(name: string, wait: () => Promise<unknown>, broker = new InMemoryBroker()): Transport {
  const inner = broker.transport();
  return {
    name,
    capabilities: inner.capabilities,
    publish: async (batch) => {
      await wait();
      await inner.publish(batch);
    },
    consume: (options, receiver) => inner.consume(options, receiver),
    close: (options) => inner.close(options),
  };
}
