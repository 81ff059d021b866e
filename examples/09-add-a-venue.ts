// How do I add a venue to the search for arbitrage?
import { ExecutionCoordinator, OpportunityPipeline, PaperExchange } from '@tradewind/arbitrage-routing';
import type { InstrumentRow, NormalizedQuote, Opportunity } from '@tradewind/arbitrage-routing';
import { seededRandom, systemClock } from '@tradewind/core';

const shared = { base: 'BTC', quote: 'USDT', kind: 'spot', tickSize: '0.1', minNotional: '5' } as const;

// A venue is three things. Its rows: the symbol in its own spelling, the assets under the names that the other venues' rows use.
const instruments: readonly InstrumentRow[] = [
  { ...shared, venue: 'OKX', symbol: 'BTC-USDT', lotSize: '0.0001' },
  { ...shared, venue: 'KRAKEN', symbol: 'XBT/USDT', lotSize: '0.001' },
];
// What it asks of your tier, in parts per million.
const fees = {
  OKX: { tiers: [{ fromVolume: 0, makerFeePpm: 800, takerFeePpm: 1000 }] },
  KRAKEN: { tiers: [{ fromVolume: 0, makerFeePpm: 1600, takerFeePpm: 2600 }] },
};
// And an ExecutionAdapter that takes its orders: here paper, with the same face as a real one.
const onPaper = (venue: string): PaperExchange =>
  new PaperExchange({
    venue,
    instruments: instruments
      .filter((row) => row.venue === venue)
      .map((row) => ({ ...row, takerFeePpm: fees[venue as keyof typeof fees].tiers[0]?.takerFeePpm })),
    clock: systemClock,
    random: seededRandom(1),
  });
const venues = { OKX: onPaper('OKX'), KRAKEN: onPaper('KRAKEN') };

const confirmed: Opportunity[] = [];
const pipeline = new OpportunityPipeline({
  detector: { instruments, fees, groups: [{ name: 'BTC', instruments: ['OKX:BTC-USDT', 'KRAKEN:XBT/USDT'] }] },
  tracker: { producer: 'desk', listener: (each) => void (each.state === 'confirmed' && confirmed.push(each)) },
});
const coordinator = new ExecutionCoordinator({
  venues,
  instruments,
  fees,
  opportunities: pipeline.tracker,
  clock: systemClock,
  strategyId: 'ARB',
  producer: 'desk',
});

const tsRecv = BigInt(Math.round(systemClock.now())) * 1_000_000n;
const quotes: readonly (NormalizedQuote & { bid: string; bidSize: string; ask: string; askSize: string })[] = [
  { type: 'quote', venue: 'OKX', symbol: 'BTC-USDT', tsRecv, bid: '59990', bidSize: '1', ask: '60000', askSize: '0.5' },
  {
    type: 'quote',
    venue: 'KRAKEN',
    symbol: 'XBT/USDT',
    tsRecv,
    bid: '60300',
    bidSize: '2',
    ask: '60310',
    askSize: '1',
  },
];
for (const quote of quotes) {
  const { venue, symbol, bid, bidSize, ask, askSize } = quote;
  venues[venue as keyof typeof venues].setBook(symbol, [[bid, bidSize]], [[ask, askSize]]);
  pipeline.apply(quote);
}

for (const opportunity of confirmed) {
  for (const { side, quantity, symbol, venue, limit } of opportunity.legs) {
    console.log(`${side} ${quantity} ${symbol} at ${venue}, limit ${limit}`);
  }
  const { outcome } = await coordinator.execute(opportunity);
  console.log(`${outcome}: net ${opportunity.figures.profit} USDT as detected`);
}
for (const { venue, account } of Object.values(venues)) {
  console.log(`${venue}: ${account.balance('BTC')} BTC, ${account.balance('USDT')} USDT`);
}
coordinator[Symbol.dispose]();
