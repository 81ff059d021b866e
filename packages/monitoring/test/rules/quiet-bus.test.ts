import { expect, test } from 'vitest';
import { RuleTracker } from '../../src/alerting/rule-tracker.ts';
import { MemorySeriesStore } from '../../src/history/memory-series-store.ts';
import { evaluate } from '../../src/rules/evaluation/evaluate.ts';
import { ALERT_RULES } from '../../src/rules/rules.ts';
import { labelText } from '../../src/scraping/shared-labels.ts';

/** The rules on the error budget that fire within half an hour of a delivery every so many seconds, of which one is given up in the middle. */
function firingWith(deliveryEverySeconds: number, lost: number): readonly string[] {
  const store = new MemorySeriesStore();
  const rules = ALERT_RULES.filter(({ group }) => group === 'slo');
  const trackers = rules.map((rule) => new RuleTracker(rule));
  const fired = new Set<string>();
  const at = (name: string, value: number, more: Readonly<Record<string, string>> = {}) => {
    const labels = { bus: 'main', lane: 'NORMAL', direction: 'local', ...more };
    return { name: `tradewind_deliveries_${name}_total`, labels, labelText: labelText(labels), value };
  };
  for (let second = 0; second < 1_800; second += 2) {
    const dead = second < 900 ? 0 : lost;
    const handled = Math.floor(second / deliveryEverySeconds) - dead;
    const values = [at('handled', handled), at('dead_lettered', dead), at('dropped', 0, { reason: 'overflowOldest' })];
    store.append({ timeMs: second * 1_000, values });
    for (const tracker of trackers) {
      tracker.update(evaluate(tracker.rule.expression, store, second * 1_000), second * 1_000);
      for (const { firedAtMs } of tracker.alerts) if (firedAtMs !== undefined) fired.add(tracker.rule.name);
    }
  }
  return [...fired];
}

test('one dead letter of a bus with a delivery a minute is no rate of failures', () => {
  expect(firingWith(60, 1)).toEqual([]);
});

test('a bus that delivers much and gives up much uses up its budget', () => {
  expect(firingWith(0.1, 900)).toEqual(ALERT_RULES.filter(({ group }) => group === 'slo').map(({ name }) => name));
});
