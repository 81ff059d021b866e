import type { Expression, SeriesExpression } from './expression.ts';

/** A series that an expression reads, and how far back it looks. */
export interface SeriesUse {
  readonly series: SeriesExpression;
  /** Milliseconds before now at which the oldest sample lies that may matter. */
  readonly reachMs: number;
  /** How long a stretch of it is read; 0: its present value. */
  readonly rangeMs: number;
  /** Whether it is asked for being absent. */
  readonly mayBeAbsent: boolean;
}

/** All series that an expression reads, in the order in which they stand there. */
export function seriesOf(expression: Expression): readonly SeriesUse[] {
  switch (expression.kind) {
    case 'series':
      return [use(expression, 0)];
    case 'range':
    case 'prediction':
      return [use(expression.of, expression.rangeMs)];
    case 'aggregate':
    case 'quantile':
    case 'absolute':
      return seriesOf(expression.of);
    case 'set': {
      const chosen = seriesOf(expression.right);
      // What nothing may be on the right for: it is asked for being absent.
      const right = expression.operator === 'unless' ? chosen.map((one) => ({ ...one, mayBeAbsent: true })) : chosen;
      return [...seriesOf(expression.left), ...right];
    }
    case 'arithmetic':
    case 'compare':
      return [...seriesOf(expression.left), ...seriesOf(expression.right)];
    case 'absent':
      return [{ ...use(expression.of, 0), mayBeAbsent: true }];
    case 'scalar':
    case 'vector':
    case 'time':
    case 'calendar':
      return [];
  }
}

/** How long a value counts as the present one when nothing newer was scraped, as in Prometheus. */
export const LOOKBACK_MS = 300_000;

function use(series: SeriesExpression, rangeMs: number): SeriesUse {
  const reachMs = (rangeMs === 0 ? LOOKBACK_MS : rangeMs) + series.offsetMs;
  return { series, reachMs, rangeMs, mayBeAbsent: false };
}
