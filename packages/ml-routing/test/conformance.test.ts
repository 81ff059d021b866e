import { laneSchedulerSuite, routingPluginSuite } from '@tradewind/conformance';
import { Priority } from '@tradewind/core-types';
import {
  LeastPending,
  PeakEwma,
  PowerOfTwoChoices,
  PredictiveRouter,
  QLearningRouter,
  RoundRobin,
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

for (const [name, create] of Object.entries({
  'round-robin': () => new RoundRobin(),
  'least-pending': () => new LeastPending(),
  'peak-ewma': () => new PeakEwma(),
  'power-of-two-choices': () => new PowerOfTwoChoices({ random: { next: () => 0.4 } }),
})) {
  routingPluginSuite(name, { ...PATHS, create: () => pathPlugin(create()), stateful: false });
}
