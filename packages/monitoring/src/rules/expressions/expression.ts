import type { LabelsMatch } from '../../history/series-store.ts';

/** All series of a name with labels as wanted, as they are now or were a while ago. */
export interface SeriesExpression {
  readonly kind: 'series';
  readonly name: string;
  readonly match: LabelsMatch;
  /** Milliseconds back; 0: now. */
  readonly offsetMs: number;
}

/** What may be made of a stretch of a series. Named as in PromQL, meaning the same. */
export type RangeFunction =
  | 'rate'
  | 'increase'
  | 'delta'
  | 'deriv'
  | 'changes'
  | 'avg_over_time'
  | 'min_over_time'
  | 'max_over_time'
  | 'sum_over_time'
  | 'count_over_time';

/** What a function makes of a stretch of each series. */
export interface RangeExpression {
  readonly kind: 'range';
  readonly function: RangeFunction;
  readonly of: SeriesExpression;
  readonly rangeMs: number;
}

/** Where a straight line through the range will be in so many seconds. */
export interface PredictionExpression {
  readonly kind: 'prediction';
  readonly of: SeriesExpression;
  readonly rangeMs: number;
  readonly aheadSeconds: number;
}

/** What becomes of the series that have the same values of some labels. */
export type AggregateFunction = 'sum' | 'avg' | 'min' | 'max' | 'count';

/** Series with the same values of some labels, made one. */
export interface AggregateExpression {
  readonly kind: 'aggregate';
  readonly function: AggregateFunction;
  readonly by: readonly string[];
  readonly of: Expression;
}

/** A quantile of each histogram. */
export interface QuantileExpression {
  readonly kind: 'quantile';
  /** From 0 to 1. */
  readonly part: number;
  /** Cumulative buckets: series with the label `le`. */
  readonly of: Expression;
}

/** What may stand between two numbers, or series of numbers. */
export type ArithmeticOperator = '+' | '-' | '*' | '/';
/** What two numbers are compared by. */
export type CompareOperator = '>' | '<' | '>=' | '<=' | '==' | '!=';
/** How series of one side are chosen by those of another. */
export type SetOperator = 'and' | 'or' | 'unless';

/** How series of two sides find each other. Nothing said: all labels are equal. */
export interface Matching {
  /** The labels that must be equal. */
  readonly on?: readonly string[] | undefined;
  /** Several series of the left side may find the same one of the right. */
  readonly manyToOne?: boolean | undefined;
}

/** Two sides added, subtracted, multiplied or divided. */
export interface ArithmeticExpression extends Matching {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** Keeps the series of the left side for which the comparison holds. */
export interface CompareExpression extends Matching {
  readonly kind: 'compare';
  readonly operator: CompareOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** Series of the left side, by what the right side has. */
export interface SetExpression {
  readonly kind: 'set';
  readonly operator: SetOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly on?: readonly string[] | undefined;
}

/** 1 where there is no such series, with the labels that had to be equal; nothing where there is one. */
export interface AbsentExpression {
  readonly kind: 'absent';
  readonly of: SeriesExpression;
}

/** The absolute value of each series. */
export interface AbsoluteExpression {
  readonly kind: 'absolute';
  readonly of: Expression;
}

/** A number. */
export interface ScalarExpression {
  readonly kind: 'scalar';
  readonly value: number;
}

/** A number as the one series without labels. */
export interface VectorExpression {
  readonly kind: 'vector';
  readonly value: number;
}

/** Now, in seconds since the epoch. */
export interface TimeExpression {
  readonly kind: 'time';
}

/** What a calendar says of a time. Named as in PromQL, meaning the same: UTC, and 0 for Sunday. */
export type CalendarPart = 'hour' | 'day_of_week';

/** The hour, or the day of the week, that it is, as the one series without labels. */
export interface CalendarExpression {
  readonly kind: 'calendar';
  readonly part: CalendarPart;
}

/**
 * What a rule says of series: a part of PromQL, as data. One expression is written as PromQL text and evaluated in the process, and both mean the
 * same: tests compare them for every rule.
 */
export type Expression =
  | SeriesExpression
  | RangeExpression
  | PredictionExpression
  | AggregateExpression
  | QuantileExpression
  | ArithmeticExpression
  | CompareExpression
  | SetExpression
  | AbsentExpression
  | AbsoluteExpression
  | ScalarExpression
  | VectorExpression
  | TimeExpression
  | CalendarExpression;
