import type { LabelsMatch } from '../../history/series-store.ts';
import type {
  AggregateFunction,
  ArithmeticOperator,
  CalendarPart,
  CompareOperator,
  Expression,
  Matching,
  RangeFunction,
  SeriesExpression,
  SetOperator,
} from './expression.ts';

/** A side of an operator: an expression, or a number. */
export type Operand = Expression | number;

/** All series of a name whose labels match. */
export function series(name: string, match: LabelsMatch = {}): SeriesExpression {
  return { kind: 'series', name, match, offsetMs: 0 };
}

/** The same series as they were a while ago. */
export function ago(of: SeriesExpression, offsetMs: number): SeriesExpression {
  return { ...of, offsetMs };
}

/** What a function makes of a stretch of each series. */
export function over(name: RangeFunction, of: SeriesExpression, rangeMs: number): Expression {
  return { kind: 'range', function: name, of, rangeMs };
}

/** Growth of a counter per second. */
export function rate(of: SeriesExpression, rangeMs: number): Expression {
  return over('rate', of, rangeMs);
}

/** Growth of a counter. */
export function increase(of: SeriesExpression, rangeMs: number): Expression {
  return over('increase', of, rangeMs);
}

/** Where a straight line through the range will be. */
export function prediction(of: SeriesExpression, rangeMs: number, aheadMs: number): Expression {
  return { kind: 'prediction', of, rangeMs, aheadSeconds: aheadMs / 1_000 };
}

/** Series with the same values of some labels, made one. */
export function aggregate(name: AggregateFunction, by: readonly string[], of: Expression): Expression {
  return { kind: 'aggregate', function: name, by, of };
}

/** The sum of the series with the same values of some labels. */
export function sum(by: readonly string[], of: Expression): Expression {
  return aggregate('sum', by, of);
}

/** The bound below which a part of the observations of a range are, of all histograms with the same values of these labels together. */
export function quantile(part: number, of: SeriesExpression, rangeMs: number, by: readonly string[]): Expression {
  const buckets = sum([...by, 'le'], rate({ ...of, name: `${of.name}_bucket` }, rangeMs));
  return { kind: 'quantile', part, of: buckets };
}

/** Two sides added, subtracted, multiplied or divided; of two series by labels that are equal. */
export function arithmetic(
  left: Operand,
  operator: ArithmeticOperator,
  right: Operand,
  matching: Matching = {},
): Expression {
  return { kind: 'arithmetic', operator, left: asExpression(left), right: asExpression(right), ...matching };
}

/** The left side where the comparison holds. */
export function compare(left: Operand, operator: CompareOperator, right: Operand, matching: Matching = {}): Expression {
  return { kind: 'compare', operator, left: asExpression(left), right: asExpression(right), ...matching };
}

function setOf(operator: SetOperator, left: Expression, right: Expression, on?: readonly string[]): Expression {
  return { kind: 'set', operator, left, right, ...(on === undefined ? {} : { on }) };
}

/** Series of the left side that have one on the right. */
export function and(left: Expression, right: Expression, on?: readonly string[]): Expression {
  return setOf('and', left, right, on);
}

/** Series of the left side that have none on the right. */
export function unless(left: Expression, right: Expression, on?: readonly string[]): Expression {
  return setOf('unless', left, right, on);
}

/** Series of the first, and those of the others that the ones before do not have. */
export function or(first: Expression, ...others: readonly Expression[]): Expression {
  let all = first;
  for (const other of others) all = setOf('or', all, other);
  return all;
}

/** 1 where there is no such series. */
export function absent(of: SeriesExpression): Expression {
  return { kind: 'absent', of };
}

/** The absolute value of each series. */
export function absolute(of: Expression): Expression {
  return { kind: 'absolute', of };
}

/** A number as the one series without labels. */
export function vector(value: number): Expression {
  return { kind: 'vector', value };
}

/** Now, in seconds since the epoch. */
export function time(): Expression {
  return { kind: 'time' };
}

/** The hour of the day, or the day of the week from 0 for Sunday on, in UTC, as the one series without labels. */
export function calendar(part: CalendarPart): Expression {
  return { kind: 'calendar', part };
}

function asExpression(operand: Operand): Expression {
  return typeof operand === 'number' ? { kind: 'scalar', value: operand } : operand;
}

/** So many seconds, in milliseconds. */
export function seconds(count: number): number {
  return count * 1_000;
}

/** So many minutes, in milliseconds. */
export function minutes(count: number): number {
  return count * 60_000;
}

/** So many hours, in milliseconds. */
export function hours(count: number): number {
  return count * 3_600_000;
}

/** So many days, in milliseconds. */
export function days(count: number): number {
  return count * 86_400_000;
}
