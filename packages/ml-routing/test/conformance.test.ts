import { laneSchedulerSuite, routingPluginSuite } from '@tradewind/conformance';
import { Priority } from '@tradewind/core-types';
import {
  LeastPending,
  MARKET_REGIME,
  MarketRegimeDetector,
  PathTrial,
  PatternAnalytics,
  PeakEwma,
  PowerOfTwoChoices,
  PredictiveRouter,
  QLearningRouter,
  RegimePolicy,
  RoundRobin,
  SemanticPatternMatcher,
  SemanticRouter,
  pathPlugin,
} from '../src/index.ts';

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

const PATHS = {
  messages: [{ topic: 'commands.order.KRAKEN', orderingKey: 'KRAKEN' }, { topic: 'data.quotes.OKX.ETHUSDT' }],
  outcomes: [
    { kind: 'sent', path: 'main', waitedMs: 0.2, handledMs: 4 },
    { kind: 'sent', path: 'backup', waitedMs: 0.1, handledMs: 2 },
    { kind: 'sent', path: 'third', waitedMs: 3, handledMs: 1 },
  ],
  paths: ['main', 'backup', 'third'],
} as const;

routingPluginSuite('predictive-paths', { ...PATHS, create: () => new PredictiveRouter().plugin, stateful: true });

routingPluginSuite('predictive-paths without order', {
  ...PATHS,
  create: () => new PredictiveRouter({ keepOrder: false, leastStaleness: 1, queuePrice: 0, maxPaths: 4 }).plugin,
  stateful: true,
});

routingPluginSuite('trial-of-predictive-paths', {
  ...PATHS,
  create: () => new PathTrial({ candidate: new PredictiveRouter().plugin, share: 0.5, judgedEvery: 64 }).plugin,
  stateful: true,
});

for (const [name, create] of Object.entries({
  'round-robin': () => new RoundRobin(),
  'least-pending': () => new LeastPending(),
  'peak-ewma': () => new PeakEwma(),
  'power-of-two-choices': () => new PowerOfTwoChoices({ random: { next: () => 0.4 } }),
})) {
  routingPluginSuite(name, { ...PATHS, create: () => pathPlugin(create()), stateful: false });
}

routingPluginSuite('semantic-router', {
  create: () =>
    new SemanticRouter({
      matcher: new SemanticPatternMatcher(),
      rules: [
        { name: 'trades', match: 'binance bitcoin prints', decide: { priority: Priority.HIGH, path: 'backup' } },
        {
          name: 'quotes',
          match: 'data.quotes.*',
          decide: { priority: Priority.LOW, expiresAfterMs: 100, conflate: true },
        },
        { name: 'positions', match: 'positions', when: { session: ['main'] }, decide: { priority: Priority.HIGH } },
      ],
    }).plugin,
  messages: [{ topic: 'data.trades.BINANCE.BTCUSDT', declaredPriority: Priority.NORMAL }],
  stateful: true,
});

routingPluginSuite('semantic-analytics', {
  create: () => {
    const analytics = new PatternAnalytics({ minimumOutcomes: 1 });
    analytics.attach('s1', 'binance trades');
    return analytics.plugin;
  },
  stateful: false,
});
