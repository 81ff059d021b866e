import type { SeriesStore } from '../history/series-store.ts';
import type { AlertRule } from './alert-rule.ts';
import { seriesOf } from './expressions/walk.ts';

/** The names of all series that rules read. */
export function seriesNamesOf(rules: readonly AlertRule[]): ReadonlySet<string> {
  return new Set(rules.flatMap(({ expression }) => seriesOf(expression).map(({ series }) => series.name)));
}

/** Those that can be evaluated in the process itself. */
export function inProcess(rules: readonly AlertRule[]): readonly AlertRule[] {
  return rules.filter(({ only }) => only === undefined);
}

/** Whether everything that a rule reads is there, or has been within the time it looks back. A series whose absence it watches need not be. */
export function isInstalled({ expression }: AlertRule, store: SeriesStore, nowMs: number): boolean {
  return seriesOf(expression).every(
    ({ series: { name }, reachMs, mayBeAbsent }) =>
      mayBeAbsent || store.select(name, {}, nowMs - reachMs, nowMs).length > 0,
  );
}
