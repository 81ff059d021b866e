// How do I decide which opportunities go first?
import { ArbitrageRouter, DEFAULT_RULES, OpportunityPublisher } from '@tradewind/arbitrage-routing';
import type { ArbitrageRule, Opportunity } from '@tradewind/arbitrage-routing';
import { BufferedMessageBusClient, systemClock } from '@tradewind/core';
import { Priority } from '@tradewind/core-types';

// What a rule names has to be met, all of it; of several rules that match, the most urgent lane counts.
const likely: ArbitrageRule = { name: 'likely to survive', priority: Priority.HIGH, survivalAtLeast: 0.9 };
const cycles: ArbitrageRule = { name: 'cycles', priority: Priority.NORMAL, types: ['TRIANGULAR'] };

const router = new ArbitrageRouter({ profitThreshold: '5', rules: [...DEFAULT_RULES, likely, cycles] });
// The first calls of a program are slow ones: a plugin that takes longer than its budget is cut off.
const client = new BufferedMessageBusClient({
  plugins: [router],
  pluginBudgetMicros: 50_000,
  workers: { min: 1, max: 1 },
  trace: { every: 1 },
});
client.subscribe('arbitrage.*', (opportunity: Opportunity, { priority }) =>
  console.log(`lane ${priority}: ${opportunity.id}, net ${opportunity.figures.profit}`),
);

const nowNs = BigInt(Math.round(systemClock.now())) * 1_000_000n;
interface Found extends Partial<Opportunity> {
  readonly profit: string;
  readonly lastsMs: number;
}

const found = (id: string, { profit, lastsMs, ...some }: Found): Opportunity => ({
  id,
  key: 'P|BTC|OKX:BTC-USDT>KRAKEN:XBT/USDT',
  type: 'PRICE_SPREAD',
  state: 'confirmed',
  legs: [
    { venue: 'OKX', symbol: 'BTC-USDT', side: 'BUY' },
    { venue: 'KRAKEN', symbol: 'XBT/USDT', side: 'SELL' },
  ],
  figures: {
    qty: '0.1',
    buyNotional: '6000',
    sellNotional: '6030',
    buyLimit: '60000',
    sellLimit: '60300',
    profit,
    edgePpm: '1391',
  },
  urgency: 'LOW',
  detectedAtNs: nowNs,
  changedAtNs: nowNs,
  expiresAtNs: nowNs + BigInt(lastsMs) * 1_000_000n,
  ...some,
});

// Hand the options on: they give each opportunity an ordering key for each level of its urgency, so that none waits for another, and a more urgent
// state not for its own past. With a tracker this is its listener, and `current` its `find`.
const publisher = new OpportunityPublisher({
  clock: systemClock,
  current: () => undefined,
  publish: (topic, opportunity, options) => client.publish(topic, opportunity, options),
});
for (const opportunity of [
  found('small', { profit: '6', lastsMs: 60_000 }),
  found('a cycle', { profit: '6', lastsMs: 60_000, type: 'TRIANGULAR' }),
  found('likely', { profit: '6', lastsMs: 60_000, survival: { probability: 0.93, arrivalMs: 20 } }),
  found('more than ten times the threshold', { profit: '50.01', lastsMs: 60_000 }),
  found('too late', { profit: '500', lastsMs: -1 }),
]) {
  publisher.onOpportunity(opportunity);
}
await client.flush();

for (const { steps } of client.decisions.recent({ pattern: 'arbitrage.*' }).toReversed()) {
  console.log(`why: ${steps.map(({ reason }) => reason).join('; ')}`);
}
publisher[Symbol.dispose]();
await client.close();
