import { group, type AlertRule, type RuleDraft } from '../alert-rule.ts';
import { and, arithmetic, compare, days, hours, increase, minutes, rate, series, sum } from '../expressions/build.ts';
import { durationText } from '../expressions/promql.ts';
import type { Expression } from '../expressions/expression.ts';

/** Which part of all deliveries may be given up: one of a thousand. */
export const DELIVERY_BUDGET = 0.001;

const handled = series('tradewind_deliveries_handled_total');
const givenUp = series('tradewind_deliveries_dead_lettered_total');
const dropped = series('tradewind_deliveries_dropped_total', {
  reason: { noneOf: ['plugin', 'unsubscribed', 'closed'] },
});

/** Of fewer deliveries a single one that is given up is more than the budget: an alert about dead letters tells of it, and it is no rate. */
const LEAST_DELIVERIES = 1 / DELIVERY_BUDGET;

/** What a function makes of the deliveries of a bus that were given up, and of all of them. */
function deliveries(how: typeof rate, rangeMs: number): { readonly lost: Expression; readonly all: Expression } {
  const lost = arithmetic(sum(['bus'], how(givenUp, rangeMs)), '+', sum(['bus'], how(dropped, rangeMs)));
  return { lost, all: arithmetic(sum(['bus'], how(handled, rangeMs)), '+', lost) };
}

/** The part of deliveries that were given up within a window, as a multiple of the budget. */
function burn(rangeMs: number): Expression {
  const { lost, all } = deliveries(rate, rangeMs);
  return arithmetic(arithmetic(lost, '/', all), '/', DELIVERY_BUDGET);
}

/** Site Reliability Workbook, chapter 5: a long window for what matters, a short one so that it ends soon after the trouble does. */
function burnRule(
  name: string,
  severity: RuleDraft['severity'],
  factor: number,
  windows: readonly [number, number],
): RuleDraft {
  const [long, short] = windows;
  const used = `At this rate the budget of 30 days is used up in ${durationText(Math.round(days(30) / factor / minutes(1)) * minutes(1))}.`;
  return {
    name,
    severity,
    expression: and(
      and(compare(burn(long), '>', factor), compare(burn(short), '>', factor)),
      compare(deliveries(increase, long).all, '>=', LEAST_DELIVERIES),
    ),
    summary: `{{ $labels.bus }} uses up its error budget {{ $value | humanize }} times as fast as it may (over ${durationText(long)}).`,
    inhibitedBy: WINDOWS.slice(
      0,
      WINDOWS.findIndex(([other]) => other === name),
    ).map(([other]) => other),
    runbook: {
      means: `More than ${factor} times 0.1 % of the deliveries were dead-lettered or dropped over ${durationText(long)}, and still are over the last ${durationText(short)}. ${used} Fewer than ${LEAST_DELIVERIES} deliveries over ${durationText(long)} say nothing.`,
      look: ['Dead letters and drops by lane: when did it begin?', 'What was deployed then.'],
      act:
        severity === 'critical'
          ? ['Mend it now, or go back to the last version.']
          : ['Mend it in working hours, before it becomes urgent.'],
    },
  };
}

type Window = readonly [
  name: string,
  severity: RuleDraft['severity'],
  factor: number,
  windows: readonly [number, number],
];

const WINDOWS: readonly Window[] = [
  ['TradewindErrorBudgetBurn1h', 'critical', 14.4, [hours(1), minutes(5)]],
  ['TradewindErrorBudgetBurn6h', 'critical', 6, [hours(6), minutes(30)]],
  ['TradewindErrorBudgetBurn1d', 'warning', 3, [days(1), hours(2)]],
  ['TradewindErrorBudgetBurn3d', 'warning', 1, [days(3), hours(6)]],
];

/** How fast the error budget of deliveries is used up. */
export const slo: readonly AlertRule[] = group(
  'slo',
  WINDOWS.map((window) => burnRule(...window)),
);
