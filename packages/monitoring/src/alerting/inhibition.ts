import type { MetricLabels } from '@tradewind/core-types';
import type { AlertRule } from '../rules/alert-rule.ts';
import { isOpen, type AlertRecord } from './alert-record.ts';

/** What an alert is about. One explains another only where both say the same of these, or one of them says nothing. */
export const INHIBITION_LABELS: readonly string[] = [
  'bus',
  'lane',
  'direction',
  'part',
  'path',
  'venue',
  'component',
  'instance',
];

/**
 * Notes at each open alert which other one explains it: an open alert of a rule that inhibits its rule, about the same thing.
 *
 * What is silenced explains nothing: nobody was told of it. What is acknowledged does: somebody looks after it. An Alertmanager knows nothing of
 * acknowledgements, and there what is acknowledged explains others as well.
 */
export function inhibit(records: Iterable<AlertRecord>, rules: ReadonlyMap<string, AlertRule>): void {
  const all = [...records].filter(isOpen);
  const byRule = Map.groupBy(
    all.filter(({ silencedBy }) => silencedBy === undefined),
    ({ rule }) => rule,
  );
  for (const record of all) {
    const sources = rules.get(record.rule)?.inhibitedBy ?? [];
    record.inhibitedBy = sources.find((source) =>
      byRule.get(source)?.some(({ labels }) => areOfOneThing(labels, record.labels)),
    );
  }
}

function areOfOneThing(one: MetricLabels, other: MetricLabels): boolean {
  return INHIBITION_LABELS.every(
    (name) => one[name] === undefined || other[name] === undefined || one[name] === other[name],
  );
}
