import { laneSchedulerSuite, routingPluginSuite } from '@tradewind/conformance';
import { Priority } from '@tradewind/core-types';
import { QLearningRouter } from '../src/index.ts';

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
