// How do I decide for each message how urgent it is?
import { BufferedMessageBusClient } from '@tradewind/core';
import { Priority, type RoutingPlugin } from '@tradewind/core-types';

interface Quote {
  readonly bid: number;
  readonly ask: number;
}

/** Lifts quotes whose spread is wider than `spreadBps` basis points: something is going on there. */
function wideSpreadFirst(options: { readonly spreadBps: number }): RoutingPlugin {
  const lifted = { priority: Priority.HIGH, reason: `spread over ${options.spreadBps} bp: lifted to HIGH` };
  return {
    name: 'wide-spread-first',
    route(message) {
      if (!message.topic.startsWith('data.quotes.')) return undefined;
      const { bid, ask } = message.payload as Quote;
      return ((ask - bid) / bid) * 10_000 > options.spreadBps ? lifted : undefined;
    },
  };
}

const client = new BufferedMessageBusClient({ plugins: [wideSpreadFirst({ spreadBps: 5 })], trace: { every: 1 } });
client.subscribe('data.quotes.*', (quote: Quote, meta) =>
  console.log(`lane ${meta.priority}: ${meta.topic} ${quote.bid}/${quote.ask}`),
);

client.publish('data.quotes.OKX.BTCUSDT', { bid: 64_250, ask: 64_251 });
client.publish('data.quotes.OKX.ETHUSDT', { bid: 3_000, ask: 3_006 });
await client.flush();

for (const decision of client.decisions.recent({ pattern: '*ETHUSDT' })) {
  console.log(`why: ${decision.steps.map((step) => `${step.plugin}: ${step.reason}`).join('; ')}`);
}
await client.close();
