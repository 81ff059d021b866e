// How do I publish a message and receive it?
import { MessageBus } from '@tradewind/core';

interface Trade {
  readonly price: string;
  readonly size: string;
}

const bus = new MessageBus();

const subscription = bus.subscribe('data.trades.BINANCE.BTCUSDT', (trade: Trade, { topic }) => {
  console.log(`${topic}: ${trade.size} at ${trade.price}`);
});

// The handler has run when publish returns.
bus.publish('data.trades.BINANCE.BTCUSDT', { price: '64250.10', size: '0.5' });

subscription.unsubscribe();
bus.publish('data.trades.BINANCE.BTCUSDT', { price: '64251.00', size: '0.1' });
console.log(`published ${bus.counts().published}, delivered ${bus.counts().delivered}`);
