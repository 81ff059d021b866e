import { seededRandom } from '@tradewind/core';
import { Receipts } from '../measuring/receipts.ts';
import { MAX_FLOOD, prepareFlood } from './flood.ts';
import { fresh, venueOf } from './topics.ts';
import type { Workload } from './workload.ts';

const PATTERNS = 1000;
const SYMBOLS = PATTERNS / 2;
const TOPICS = 4096;
const VENUES = 10;

/** Everything of trades: the subscriber that keeps the ledger. */
const EVERYTHING = 'data.trades.*';

/** Many wildcard subscriptions, of which each message concerns few. */
export const patternMatching: Workload = {
  name: 'pattern-matching',
  work: 'Publishes trades on 4,096 topics in turn, with 1,011 wildcard subscriptions: by symbol over all venues, by symbol over all kinds of data, by venue, and all.',
  needs: ['patterns'],
  shows: [
    { metric: 'cpuNsPerMessage', better: 'less' },
    { metric: 'throughputPerSecond', better: 'more' },
  ],
  prepare: (bus, settings) => {
    const receipts = new Receipts({ messages: MAX_FLOOD, streams: TOPICS });
    let delivered = 0;
    bus.subscribe({
      pattern: EVERYTHING,
      handler: (probe) => {
        delivered += 1;
        receipts.record(probe.index, probe.stream);
      },
    });
    for (const pattern of narrowPatterns()) {
      bus.subscribe({
        pattern,
        handler: () => {
          delivered += 1;
        },
      });
    }
    const trades = randomTrades(settings.seed);
    return prepareFlood({
      bus,
      settings,
      topics: trades.map(({ topic }) => topic),
      receipts,
      deliveriesOf: (index) => (trades[index] as Trade).matches,
      delivered: () => delivered,
    });
  },
};

/** A topic, and how many of the subscriptions it concerns: known by how the patterns are made, not by matching. */
export interface Trade {
  readonly topic: string;
  readonly matches: number;
}

/** Every subscription but the one to everything. */
export function narrowPatterns(): readonly string[] {
  return [
    ...Array.from({ length: VENUES }, (_, i) => `data.trades.${venueOf(i)}.*`),
    ...Array.from({ length: SYMBOLS }, (_, i) => `data.trades.+.S${i}`),
    ...Array.from({ length: SYMBOLS }, (_, i) => `data.+.${venueOf(i)}.S${i}`),
  ];
}

/** Trades of random symbols at random venues. Everything, the venue, and the symbol match; the symbol at its home venue matches once more. */
export function randomTrades(seed: number): readonly Trade[] {
  const random = seededRandom(seed);
  return Array.from({ length: TOPICS }, () => {
    const symbol = Math.floor(random.next() * SYMBOLS);
    const venue = Math.floor(random.next() * VENUES);
    return { topic: fresh(`data.trades.${venueOf(venue)}.S${symbol}`), matches: symbol % VENUES === venue ? 4 : 3 };
  });
}
