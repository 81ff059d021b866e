import type { Expression, SeriesExpression } from './expression.ts';

/** What becomes of the parts of an expression that have a time in them. */
export interface TimeChange {
  /** Of a stretch that is read, in milliseconds. */
  readonly rangeMs: (rangeMs: number) => number;
  /** Of how far back or ahead, in milliseconds. */
  readonly distanceMs: (distanceMs: number) => number;
}

/** The same expression with other times. */
export function withTimes(expression: Expression, change: TimeChange): Expression {
  switch (expression.kind) {
    case 'series':
      return moved(expression, change);
    case 'absent':
      return { ...expression, of: moved(expression.of, change) };
    case 'range':
      return { ...expression, of: moved(expression.of, change), rangeMs: change.rangeMs(expression.rangeMs) };
    case 'prediction':
      return {
        ...expression,
        of: moved(expression.of, change),
        rangeMs: change.rangeMs(expression.rangeMs),
        aheadSeconds: change.distanceMs(expression.aheadSeconds * MS_PER_SECOND) / MS_PER_SECOND,
      };
    case 'aggregate':
    case 'quantile':
    case 'absolute':
      return { ...expression, of: withTimes(expression.of, change) };
    case 'arithmetic':
    case 'compare':
    case 'set':
      return { ...expression, left: withTimes(expression.left, change), right: withTimes(expression.right, change) };
    case 'scalar':
    case 'vector':
    case 'time':
    case 'calendar':
      return expression;
  }
}

function moved(series: SeriesExpression, { distanceMs }: TimeChange): SeriesExpression {
  return series.offsetMs === 0 ? series : { ...series, offsetMs: distanceMs(series.offsetMs) };
}

const MS_PER_SECOND = 1_000;
