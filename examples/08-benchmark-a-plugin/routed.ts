import { clientUnderTest, type Contender, type Probe } from '@tradewind/benchmarks';
import { BufferedMessageBusClient } from '@tradewind/core';
import { Priority, type RoutingPlugin } from '@tradewind/core-types';

/** The plugin in question: it looks into every payload, here at what the benchmark sends. */
function wideSpreadFirst(): RoutingPlugin {
  const lifted = { priority: Priority.HIGH, reason: 'every tenth quote is wide: lifted to HIGH' };
  return {
    name: 'wide-spread-first',
    route: ({ payload }) => ((payload as Probe).stream % 10 === 0 ? lifted : undefined),
  };
}

/** The client with it. */
export const contender: Contender = {
  name: 'wide-spread-first',
  packages: ['@tradewind/core'],
  features: ['patterns', 'queue', 'batches'],
  create: () => clientUnderTest(new BufferedMessageBusClient({ plugins: [wideSpreadFirst()] })),
};
