import { laneSchedulerSuite, routingPluginSuite } from '@tradewind/conformance';
import { Priority } from '@tradewind/core-types';
import { MARKET_REGIME, MarketRegimeDetector, QLearningRouter, RegimePolicy } from '../src/index.ts';

laneSchedulerSuite('q-learning', { create: () => new QLearningRouter(), stateful: true });

laneSchedulerSuite('q-learning with costs, several workers and no caution', {
  create: () =>
    new QLearningRouter({
      costs: [
        { pattern: 'data.topic.1', perMs: 50, missed: 1_000 },
        { pattern: 'data.*', perMs: 1, perMsSquared: 0.01 },
      ],
      workers: 4,
      leastGain: 0,
      leastT: 0,
      maxTopics: 8,
    }),
  stateful: true,
});

routingPluginSuite('q-learning-corrections', {
  create: () => new QLearningRouter({ costs: [{ pattern: 'data.*', perMs: 3 }] }).corrections,
  messages: [{ topic: 'data.topic.1', declaredPriority: Priority.LOW }],
  stateful: false,
});

const QUOTE = {
  type: 'quote',
  instrumentId: 'BTCUSDT.BINANCE',
  bidPrice: '64250.1',
  bidSize: '1.5',
  askPrice: '64251.3',
  askSize: '2',
};
const TRADE = { type: 'trade', instrumentId: 'BTCUSDT.BINANCE', price: '64250', size: '0.1', aggressorSide: 'BUYER' };

routingPluginSuite('market-regime', {
  create: () => new MarketRegimeDetector({ observationMs: 50 }).plugin,
  messages: [
    { topic: 'data.quotes.BINANCE.BTCUSDT', payload: QUOTE },
    { topic: 'data.trades.BINANCE.BTCUSDT', payload: TRADE },
    { topic: 'data.quotes.BINANCE.BTCUSDT', payload: { ...QUOTE, bidPrice: '65250.1', askPrice: '65251.3' } },
    { topic: 'data.quotes.BINANCE.BTCUSDT', payload: { ...QUOTE, bidPrice: null, askSize: 'NaN', gapBefore: 2 } },
  ],
  stateful: true,
});

routingPluginSuite('regime-policy', {
  create: () => {
    const { plugin } = new RegimePolicy();
    // Readings come from another plugin; this one brings news with every message.
    const news = { regime: 'VOLATILE', confidence: 0.9, newsEvent: true, session: 'main', sinceMs: 0 } as const;
    return {
      ...plugin,
      route(message, context) {
        context.set(MARKET_REGIME, news);
        return plugin.route?.(message, context);
      },
    };
  },
  messages: [{ topic: 'data.quotes.BINANCE.BTCUSDT', payload: QUOTE }],
  stateful: false,
});
