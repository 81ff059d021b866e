import type { AlertRule } from './alert-rule.ts';
import { and, calendar, compare, or } from './expressions/build.ts';
import type { Expression } from './expressions/expression.ts';

/** Hours and days in which a rule holds. UTC. */
export interface RuleHours {
  /** From this hour, 0 to 23. */
  readonly from: number;
  /** Up to this hour and not in it, 1 to 24; less than `from`: over midnight. */
  readonly to: number;
  /** Days of the week, 0 for Sunday; of hours over midnight each day counts by itself. Default: all. */
  readonly days?: readonly number[] | undefined;
}

/**
 * A rule that holds at some hours alone, in the process and in Prometheus: no traffic is no fault while the market is closed. Outside of them it has no
 * series; what fires at their end ends then.
 */
export function atHours(rule: AlertRule, { from, to, days }: RuleHours): AlertRule {
  const after = compare(calendar('hour'), '>=', from);
  const before = compare(calendar('hour'), '<', to);
  const isNow = from < to ? and(after, before) : or(after, before);
  return { ...rule, expression: and(rule.expression, days === undefined ? isNow : and(isNow, onDays(days)), []) };
}

/** With no day at all it holds on none. */
function onDays(days: readonly number[]): Expression {
  const [first = -1, ...others] = days;
  return or(isDay(first), ...others.map(isDay));
}

function isDay(day: number): Expression {
  return compare(calendar('day_of_week'), '==', day);
}
