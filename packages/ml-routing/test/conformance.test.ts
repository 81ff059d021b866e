import { laneSchedulerSuite, routingPluginSuite } from '@tradewind/conformance';
import { Priority } from '@tradewind/core-types';
import { PatternAnalytics, QLearningRouter, SemanticPatternMatcher, SemanticRouter } from '../src/index.ts';

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
