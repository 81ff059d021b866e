import { weightedScheduler } from '@tradewind/core';
import { laneSchedulerSuite } from '../src/index.ts';

laneSchedulerSuite('the default scheduler of the client', { create: () => weightedScheduler(), stateful: false });
laneSchedulerSuite('the default scheduler with other shares', {
  create: () => weightedScheduler([0.25, 0.25, 0.25, 0.25]),
});
