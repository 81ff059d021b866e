import { clientUnderTest, type Contender } from '@tradewind/benchmarks';
import { BufferedMessageBusClient } from '@tradewind/core';

/** The client without the plugin: what the other one is compared with. */
export const contender: Contender = {
  name: 'plain',
  packages: ['@tradewind/core'],
  features: ['patterns', 'queue', 'batches'],
  create: () => clientUnderTest(new BufferedMessageBusClient()),
};
