import { expect, test } from 'vitest';
import { BUS_RULES } from '../src/index.ts';
import { brokenRules, idsOf, rulesOf } from './broken/find.ts';
import { BROKEN_BUSES } from './broken/buses.ts';

test.each(BROKEN_BUSES)('a bus that $flaw breaks $rule', { timeout: 30_000 }, async ({ rule, subject }) => {
  const rules = BUS_RULES.filter(({ id }) => id === rule);
  expect(await brokenRules(rules, subject)).toEqual([rule]);
});

test('each rule is broken by at least one of them', () => {
  expect(rulesOf(BROKEN_BUSES)).toEqual(idsOf(BUS_RULES));
});
