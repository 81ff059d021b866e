// Which messages does a pattern bring?
import { MessageBus } from '@tradewind/core';

const bus = new MessageBus();
const seenBy = new Map<string, string[]>();

const patterns = [
  'data.quotes.BINANCE.*', // everything below, dots included
  'data.quotes.+.BTCUSDT', // exactly one segment: any venue
  'data.*.BTCUSDT', // any characters in between
  'data.quotes.OKX.BTC?????', // exactly one character each
  '*', // everything
];
for (const pattern of patterns) {
  seenBy.set(pattern, []);
  bus.subscribe(pattern, (_payload, { topic }) => seenBy.get(pattern)?.push(topic));
}

bus.publish('data.quotes.BINANCE.BTCUSDT', {});
bus.publish('data.quotes.OKX.BTC-USDT', {});
bus.publish('data.trades.BINANCE.BTCUSDT', {});

for (const [pattern, topics] of seenBy) console.log(`${pattern.padEnd(26)} ${topics.join(' ')}`);
