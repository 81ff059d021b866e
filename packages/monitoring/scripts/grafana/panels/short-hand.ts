import { arithmetic, minutes, quantile, rate, series, sum } from '../../../src/rules/expressions/build.ts';
import type { Expression } from '../../../src/rules/expressions/expression.ts';
import type { LabelsMatch } from '../../../src/history/series-store.ts';
import type { QueryDraft } from '../panel.ts';

/** A stretch as Grafana chooses it for what is looked at; the number is not shown. */
const ZOOM: number = minutes(1);

/** How often a second a counter grows, by labels. */
export function perSecond(name: string, by: readonly string[], match: LabelsMatch = {}): Expression {
  return sum(by, rate(series(name, match), ZOOM));
}

/** Quantiles of one histogram, a line each. */
export function quantiles(
  name: string,
  {
    parts,
    by,
    match = {},
  }: { readonly parts: readonly number[]; readonly by: readonly string[]; readonly match?: LabelsMatch },
): readonly QueryDraft[] {
  const rest = by.filter((label) => match[label] === undefined && label !== 'bus');
  return parts.map((part) => ({
    expression: quantile(part, series(name, match), ZOOM, by),
    legend: ['{{bus}}', ...rest.map((label) => `{{${label}}}`), `p${part * 100}`].join(' '),
  }));
}

/** What a part of a whole is. */
export function share(part: Expression, whole: Expression): Expression {
  return arithmetic(part, '/', whole);
}
