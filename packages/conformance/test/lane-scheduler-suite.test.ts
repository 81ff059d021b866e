import { expect, test } from 'vitest';
import { LANE_SCHEDULER_RULES, laneSchedulerSuite } from '../src/index.ts';
import { brokenRules, idsOf, rulesOf } from './broken/find.ts';
import { BROKEN_SCHEDULERS, costAware, earliestDeadline } from './broken/lane-schedulers.ts';

laneSchedulerSuite('a scheduler with a state', { create: costAware, stateful: true });
laneSchedulerSuite('a scheduler that looks at messages', { create: earliestDeadline, stateful: false });

test.each(BROKEN_SCHEDULERS)('a scheduler that $flaw breaks $rule', async ({ rule, subject }) => {
  expect(await brokenRules(LANE_SCHEDULER_RULES, subject)).toContain(rule);
});

test('each rule is broken by at least one of them', () => {
  expect(rulesOf(BROKEN_SCHEDULERS)).toEqual(idsOf(LANE_SCHEDULER_RULES));
});
