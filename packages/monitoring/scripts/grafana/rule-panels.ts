import { pageNameOf } from '../output/runbooks.ts';
import type { AlertRule } from '../../src/rules/alert-rule.ts';
import type { Expression } from '../../src/rules/expressions/expression.ts';
import { durationText } from '../../src/rules/expressions/promql.ts';
import { seriesOf } from '../../src/rules/expressions/walk.ts';
import type { Limit, PanelDraft, PanelUnit, QueryDraft, RowDraft } from './panel.ts';

/** A row for each group of rules, a panel for each rule: what it measures, beside what it must not reach. */
export function ruleRows(rules: readonly AlertRule[]): readonly RowDraft[] {
  return [...Map.groupBy(rules, ({ group }) => group)].map(([group, ofGroup]) => ({
    title: group,
    folded: true,
    panels: ofGroup.map(rulePanel),
  }));
}

function rulePanel({ name, severity, expression, forMs, runbook }: AlertRule): PanelDraft {
  const found = measured(expression);
  const held = forMs === 0 ? '' : ` when it has held for ${durationText(forMs)}`;
  return {
    title: name,
    description: `${severity}${held}: ${runbook.means}`,
    unit: unitOf(found.map(({ query }) => query.expression)),
    queries: found.flatMap(({ query, beside }) => (beside === undefined ? [query] : [query, beside])),
    limits: found.flatMap(({ limit }) => (limit === undefined ? [] : [limit])),
    runbook: pageNameOf(name),
  };
}

/** One thing that a rule looks at, and what it is compared with: a number, or another line. */
interface Measured {
  readonly query: QueryDraft;
  readonly limit?: Limit | undefined;
  readonly beside?: QueryDraft | undefined;
}

/** What stands to the left of the comparisons that decide: a rule shows nothing while all is well, and what it measures always does. */
function measured(expression: Expression): readonly Measured[] {
  if (expression.kind === 'set') {
    return expression.operator === 'or'
      ? [...measured(expression.left), ...measured(expression.right)]
      : measured(expression.left);
  }
  if (expression.kind === 'absent') return [{ query: lineOf(expression.of) }];
  if (expression.kind !== 'compare') return [{ query: lineOf(expression) }];
  const { left, right, operator } = expression;
  const query = lineOf(left);
  // Something that must not be a certain number is shown without a limit: nothing is above or below it.
  if (right.kind === 'scalar') {
    return operator === '==' || operator === '!='
      ? [{ query }]
      : [{ query, limit: { value: right.value, isBelow: operator === '<' || operator === '<=' } }];
  }
  // What was usual a week ago is nowhere to be seen while there is no week of history.
  const isOfNow = seriesOf(right).every(({ series }) => series.offsetMs === 0);
  return isOfNow ? [{ query, beside: { ...lineOf(right), legend: `limit ${legendOf(right)}` } }] : [{ query }];
}

function lineOf(expression: Expression): QueryDraft {
  return { expression, legend: legendOf(expression) };
}

/** The labels that tell its series apart. */
function legendOf(expression: Expression): string {
  const by = labelsOf(expression);
  return (by ?? LABELS).map((label) => `{{${label}}}`).join(' ');
}

/** The labels that an expression leaves; undefined: all of its series. */
function labelsOf(expression: Expression): readonly string[] | undefined {
  switch (expression.kind) {
    case 'aggregate':
      return expression.by;
    case 'quantile':
      return labelsOf(expression.of)?.filter((label) => label !== 'le');
    case 'absolute':
      return labelsOf(expression.of);
    case 'arithmetic':
    case 'compare':
    case 'set':
      return labelsOf(expression.left) ?? labelsOf(expression.right);
    case 'series':
      return expression.name === 'up' ? TARGET_LABELS : undefined;
    default:
      return undefined;
  }
}

/** What the names of its series say, as long as it is neither divided nor a mere count. */
function unitOf(expressions: readonly Expression[]): PanelUnit {
  const names = expressions.flatMap((expression) => seriesOf(expression).map(({ series }) => series.name));
  const isRatio = expressions.some(isDivision) || names.some((name) => name.endsWith('_ratio'));
  if (isRatio) return 'short';
  if (expressions.every(({ kind }) => kind === 'quantile') || names.every((name) => name.endsWith('_seconds'))) {
    return expressions.length === 0 ? 'short' : 's';
  }
  return names.every((name) => name.endsWith('_bytes')) ? 'bytes' : 'short';
}

function isDivision(expression: Expression): boolean {
  return expression.kind === 'arithmetic' && expression.operator === '/';
}

/** Labels of what a Prometheus notes itself of its targets. */
const TARGET_LABELS = ['job', 'instance'];

/** Labels that series of ours have; those that a series does not have are shown as nothing. */
const LABELS = ['bus', 'part', 'component', 'lane', 'direction', 'path', 'plugin', 'group', 'venue', 'channel'];
