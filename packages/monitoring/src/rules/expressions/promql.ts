import type { LabelMatch, LabelsMatch } from '../../history/series-store.ts';
import type { Expression, Matching, SeriesExpression } from './expression.ts';

/** An expression as PromQL. Operands of an operator stand in parentheses unless they are a name, a call or a number. */
export function promql(expression: Expression): string {
  switch (expression.kind) {
    case 'series':
      return selector(expression);
    case 'range':
      return `${expression.function}(${range(expression.of, expression.rangeMs)})`;
    case 'prediction':
      return `predict_linear(${range(expression.of, expression.rangeMs)}, ${expression.aheadSeconds})`;
    case 'aggregate':
      return `${expression.function} by (${expression.by.join(', ')}) (${promql(expression.of)})`;
    case 'quantile':
      return `histogram_quantile(${expression.part}, ${promql(expression.of)})`;
    case 'arithmetic':
    case 'compare':
    case 'set':
      return `${operand(expression.left)} ${expression.operator}${matching(expression)} ${operand(expression.right)}`;
    case 'absent':
      return `absent(${selector(expression.of)})`;
    case 'absolute':
      return `abs(${promql(expression.of)})`;
    case 'scalar':
      return String(expression.value);
    case 'vector':
      return `vector(${expression.value})`;
    case 'time':
      return 'time()';
  }
}

function operand(expression: Expression): string {
  const isOperator = expression.kind === 'arithmetic' || expression.kind === 'compare' || expression.kind === 'set';
  return isOperator ? `(${promql(expression)})` : promql(expression);
}

function matching({ on, manyToOne }: Matching): string {
  if (on === undefined) return '';
  return ` on (${on.join(', ')})${manyToOne === true ? ' group_left ()' : ''}`;
}

function selector(series: SeriesExpression): string {
  return `${series.name}${matchers(series.match)}${offset(series)}`;
}

function range(series: SeriesExpression, rangeMs: number): string {
  return `${series.name}${matchers(series.match)}[${durationText(rangeMs)}]${offset(series)}`;
}

function offset({ offsetMs }: SeriesExpression): string {
  return offsetMs === 0 ? '' : ` offset ${durationText(offsetMs)}`;
}

function matchers(match: LabelsMatch): string {
  const parts = Object.entries(match).map(([label, wanted]) => `${label}${matcher(wanted)}`);
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
