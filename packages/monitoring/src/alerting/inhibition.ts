import type { AlertRule } from '../rules/alert-rule.ts';
import { isOpen, type AlertRecord } from './alert-record.ts';

/** Notes at each open alert which other one explains it: an open alert of a rule that inhibits its rule, for the same bus. */
export function inhibit(records: Iterable<AlertRecord>, rules: ReadonlyMap<string, AlertRule>): void {
  const all = [...records].filter(isOpen);
  const open = new Set(all.map(({ rule, labels }) => keyOf(rule, labels['bus'])));
  for (const record of all) {
    const sources = rules.get(record.rule)?.inhibitedBy ?? [];
    record.inhibitedBy = sources.find((source) => open.has(keyOf(source, record.labels['bus'])));
  }
}

function keyOf(rule: string, bus: string | undefined): string {
  return `${rule} ${bus ?? ''}`;
}
