import { expect, test } from 'vitest';
import {
  ago,
  and,
  compare,
  days,
  hours,
  increase,
  minutes,
  prediction,
  series,
} from '../../src/rules/expressions/build.ts';
import { group, hasten, promql } from '../../src/rules/index.ts';

const expression = and(
  compare(increase(series('a_total'), minutes(1)), '==', 0),
  compare(prediction(ago(series('b'), days(7)), hours(1), hours(2)), '>', 60),
);
const [rule] = group('own', [
  {
    name: 'Own',
    severity: 'warning',
    expression,
    forMs: minutes(5),
    keepFiringMs: minutes(1),
    summary: 'It is so.',
    runbook: { means: 'It is so.', look: [], act: [] },
  },
]);

test('a rule in haste has shorter stretches and waits, and the same thresholds', () => {
  if (rule === undefined) throw new Error('Expected a rule.');
  const hasty = hasten(rule, { by: 60 });
  expect(promql(hasty.expression)).toBe(
    '(increase(a_total[3s]) == 0) and (predict_linear(b[1m] offset 2h48m, 120) > 60)',
  );
  expect(hasty).toMatchObject({ name: 'Own', forMs: 5_000, keepFiringMs: 1_000, inhibitedBy: ['TradewindBusDown'] });
  expect(promql(hasten(rule, { by: 60, leastRangeMs: 500 }).expression)).toContain('a_total[1s]');
  expect(promql(rule.expression)).toContain('a_total[1m]');
});
