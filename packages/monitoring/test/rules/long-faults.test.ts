import type { MetricLabels } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { RuleTracker } from '../../src/alerting/rule-tracker.ts';
import { MemorySeriesStore } from '../../src/history/memory-series-store.ts';
import { evaluate } from '../../src/rules/evaluation/evaluate.ts';
import { ALERT_RULES } from '../../src/rules/rules.ts';
import { labelText } from '../../src/scraping/shared-labels.ts';

/** The alerts of a rule while a counter grows for ten minutes and then stands still for a day: `firing` or `quiet` at each minute of it. */
function dayOfSilence(name: string, counter: string, labels: MetricLabels): readonly string[] {
  const rule = ALERT_RULES.find((one) => one.name === name);
  if (rule === undefined) throw new Error(`Expected a rule ${name}.`);
  const store = new MemorySeriesStore({ maxScrapes: 6_000 });
  const tracker = new RuleTracker(rule);
  const states: string[] = [];
  for (let second = 0; second < 600 + 86_400; second += 15) {
    const timeMs = second * 1_000;
    const values = [{ name: counter, labels, labelText: labelText(labels), value: Math.min(second, 600) }];
    store.append({ timeMs, values });
    if (second % 60 !== 45) continue;
    tracker.update(evaluate(rule.expression, store, timeMs), timeMs);
    states.push([...tracker.alerts].some(({ firedAtMs }) => firedAtMs !== undefined) ? 'firing' : 'quiet');
  }
  return states;
}

describe('a critical alert lasts as long as its fault', () => {
  test.each([
    ['TradewindMarketDataStale', 'tradewind_venue_events_total', { bus: 'main', venue: 'BINANCE' }],
    ['TradewindNoTraffic', 'tradewind_messages_accepted_total', { bus: 'main', lane: 'NORMAL', direction: 'local' }],
  ])('%s', (name, counter, labels) => {
    const states = dayOfSilence(name, counter, labels);
    const first = states.indexOf('firing');
    expect(first).toBeGreaterThan(9);
    expect(first).toBeLessThan(20);
    expect(new Set(states.slice(first))).toEqual(new Set(['firing']));
  });
});

describe('a latency rule', () => {
  test.each(['TradewindLatencyP50OverTarget', 'TradewindLatencyP99OverTarget', 'TradewindLatencyP999OverTarget'])(
    '%s says nothing of one slow message at the start',
    (name) => {
      const rule = ALERT_RULES.find((one) => one.name === name);
      if (rule === undefined) throw new Error(`Expected a rule ${name}.`);
      const store = new MemorySeriesStore({});
      const found: unknown[] = [];
      for (let second = 0; second < 600; second += 5) {
        const count = second < 30 ? 0 : 1;
        const at = (name_: string, le?: string, value = count) => {
          const labels = { bus: 'main', lane: 'CRITICAL', direction: 'local', ...(le === undefined ? {} : { le }) };
          return { name: name_, labels, labelText: labelText(labels), value };
        };
        const values = [
          at('tradewind_message_wait_seconds_bucket', '0.000512', 0),
          at('tradewind_message_wait_seconds_bucket', '0.262144'),
          at('tradewind_message_wait_seconds_bucket', '+Inf'),
          at('tradewind_message_wait_seconds_count'),
        ];
        store.append({ timeMs: second * 1_000, values });
        found.push(...evaluate(rule.expression, store, second * 1_000));
      }
      expect(found).toEqual([]);
    },
  );
});
