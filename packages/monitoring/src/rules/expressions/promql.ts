import type { LabelMatch, LabelsMatch } from '../../history/series-store.ts';
import type { Expression, Matching, SeriesExpression } from './expression.ts';

/** How an expression is written down. */
export interface PromqlOptions {
  /** How the stretch of a series is written, such as `5m` for 300,000. Default: as a duration. */
  readonly rangeText?: ((rangeMs: number) => string) | undefined;
  /** A matcher that a series has besides its own, by its name: `bus=~"$bus"`; undefined: none. Default: none has. */
  readonly matcher?: ((name: string) => string | undefined) | undefined;
}

/** An expression as PromQL. Operands of an operator stand in parentheses unless they are a name, a call or a number. */
export function promql(expression: Expression, options: PromqlOptions = {}): string {
  const inner = (of: Expression): string => promql(of, options);
  switch (expression.kind) {
    case 'series':
      return selector(expression, options);
    case 'range':
      return `${expression.function}(${range(expression.of, expression.rangeMs, options)})`;
    case 'prediction':
      return `predict_linear(${range(expression.of, expression.rangeMs, options)}, ${expression.aheadSeconds})`;
    case 'aggregate':
      return `${expression.function} by (${expression.by.join(', ')}) (${inner(expression.of)})`;
    case 'quantile':
      return `histogram_quantile(${expression.part}, ${inner(expression.of)})`;
    case 'arithmetic':
    case 'compare':
    case 'set':
      return `${operand(expression.left, inner)} ${expression.operator}${matching(expression)} ${operand(expression.right, inner)}`;
    case 'absent':
      return `absent(${selector(expression.of, options)})`;
    case 'absolute':
      return `abs(${inner(expression.of)})`;
    case 'scalar':
      return String(expression.value);
    case 'vector':
      return `vector(${expression.value})`;
    case 'time':
      return 'time()';
    case 'calendar':
      return `${expression.part}()`;
  }
}

function operand(expression: Expression, inner: (of: Expression) => string): string {
  const isOperator = expression.kind === 'arithmetic' || expression.kind === 'compare' || expression.kind === 'set';
  return isOperator ? `(${inner(expression)})` : inner(expression);
}

function matching({ on, manyToOne }: Matching): string {
  if (on === undefined) return '';
  return ` on (${on.join(', ')})${manyToOne === true ? ' group_left ()' : ''}`;
}

function selector(series: SeriesExpression, { matcher: extra }: PromqlOptions): string {
  return `${series.name}${matchers(series.match, extra?.(series.name))}${offset(series)}`;
}

function range(
  series: SeriesExpression,
  rangeMs: number,
  { rangeText = durationText, matcher: extra }: PromqlOptions,
): string {
  return `${series.name}${matchers(series.match, extra?.(series.name))}[${rangeText(rangeMs)}]${offset(series)}`;
}

function offset({ offsetMs }: SeriesExpression): string {
  return offsetMs === 0 ? '' : ` offset ${durationText(offsetMs)}`;
}

function matchers(match: LabelsMatch, extra: string | undefined): string {
  const own = Object.entries(match).map(([label, wanted]) => `${label}${matcher(wanted)}`);
  const parts = extra === undefined ? own : [...own, extra];
  return parts.length === 0 ? '' : `{${parts.join(', ')}}`;
}

function matcher(match: LabelMatch): string {
  if (typeof match === 'string') return `=${JSON.stringify(match)}`;
  if ('not' in match) return `!=${JSON.stringify(match.not)}`;
  if ('oneOf' in match) return `=~${JSON.stringify(alternatives(match.oneOf))}`;
  return `!~${JSON.stringify(alternatives(match.noneOf))}`;
}

function alternatives(values: readonly string[]): string {
  return values.map((value) => value.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|');
}

/** A duration as Prometheus writes it: `1d2h`, `90s` as `1m30s`. Whole milliseconds above 0. */
export function durationText(ms: number): string {
  let rest = ms;
  let text = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count === 0) continue;
    text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;
