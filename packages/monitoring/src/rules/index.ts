// Rules
export { ALERT_RULES } from './rules.ts';
export { SEVERITIES, group, type AlertRule, type RuleDraft, type Runbook, type Severity } from './alert-rule.ts';
export { LATENCY_TARGETS } from './table/latency.ts';
export { DELIVERY_BUDGET } from './table/slo.ts';

// Expressions
export type {
  AbsentExpression,
  AbsoluteExpression,
  AggregateExpression,
  AggregateFunction,
  ArithmeticExpression,
  ArithmeticOperator,
  CalendarExpression,
  CalendarPart,
  CompareExpression,
  CompareOperator,
  Expression,
  Matching,
  PredictionExpression,
  QuantileExpression,
  RangeExpression,
  RangeFunction,
  ScalarExpression,
  SeriesExpression,
  SetExpression,
  SetOperator,
  TimeExpression,
  VectorExpression,
} from './expressions/expression.ts';
export {
  absent,
  absolute,
  aggregate,
  ago,
  and,
  arithmetic,
  calendar,
  compare,
  days,
  hours,
  increase,
  minutes,
  or,
  over,
  prediction,
  quantile,
  rate,
  seconds,
  series,
  sum,
  time,
  unless,
  vector,
  type Operand,
} from './expressions/build.ts';

// Meaning
export { promql, type PromqlOptions } from './expressions/promql.ts';
export { seriesOf, type SeriesUse } from './expressions/walk.ts';
export { atHours, type RuleHours } from './at-hours.ts';
export { hasten, type HastenOptions } from './hasten.ts';
export { evaluate } from './evaluation/evaluate.ts';
export { MonitoringError, type MonitoringErrorCode, type MonitoringErrorDetails } from '../errors.ts';
export type { Sample } from './evaluation/sample.ts';

// Series
export type {
  LabelMatch,
  LabelsMatch,
  Scrape,
  ScrapedValue,
  SeriesSlice,
  SeriesStore,
} from '../history/series-store.ts';
