import type { MetricLabels } from '@tradewind/core-types';

/** The value of one series at one time. */
export interface Sample {
  readonly labels: MetricLabels;
  readonly value: number;
}

/** What an expression is: a number, or series. */
export type Evaluated = number | readonly Sample[];

/** Labels as a text by which equal ones are found: in the order of their names; those that are empty are not there. */
export function signature(labels: MetricLabels): string {
  const names = Object.keys(labels).sort();
  let text = '';
  for (const name of names) if (labels[name] !== '') text += `${name}\u0000${labels[name]}\u0001`;
  return text;
}

/** The named labels alone. */
export function only(labels: MetricLabels, names: readonly string[]): MetricLabels {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = labels[name];
    if (value !== undefined && value !== '') kept[name] = value;
  }
  return kept;
}
