import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ruleFiles } from '../../scripts/output/rule-files.ts';
import { MemorySeriesStore } from '../../src/history/memory-series-store.ts';
import { ALERT_RULES, atHours, evaluate, promql, type RuleHours } from '../../src/rules/index.ts';
import { promtool } from '../support/prometheus.ts';
import { removeFolder, temporaryFolder } from '../support/server-process.ts';

const HOUR_MS = 3_600_000;
const DAY = 24;
/** A bus that has published 5 messages, and none since; the first hours of 1970 were those of a Thursday. */
const SERIES = 'tradewind_messages_accepted_total{bus="main",lane="LOW",direction="local"}';

/** Half past these hours, counted from the epoch on, at which the rule has something. */
function firingHours(hours: RuleHours, looked: readonly number[]): readonly number[] {
  const rule = ruleAt(hours);
  return looked.filter((hour) => {
    const atMs = hour * HOUR_MS + HOUR_MS / 2;
    const store = new MemorySeriesStore();
    for (let before = 10; before >= 0; before -= 1) {
      const labels = { bus: 'main', lane: 'LOW', direction: 'local' };
      const value = { name: 'tradewind_messages_accepted_total', labels, labelText: '', value: 5 };
      store.append({ timeMs: atMs - before * 30_000, values: [value] });
    }
    return evaluate(rule.expression, store, atMs).length > 0;
  });
}

function ruleAt(hours: RuleHours) {
  const rule = ALERT_RULES.find(({ name }) => name === 'TradewindNoTraffic');
  if (rule === undefined) throw new Error('Expected a rule TradewindNoTraffic.');
  return atHours(rule, hours);
}

/** Each hour of Thursday and Friday, and two of Saturday. */
const LOOKED = [...Array.from({ length: 2 * DAY }, (_, hour) => hour), 2 * DAY + 8, 2 * DAY + 12];

describe('a rule at hours', () => {
  test.each<[string, RuleHours, (hour: number, day: number) => boolean]>([
    ['of working days', { from: 7, to: 9, days: [1, 2, 3, 4, 5] }, (hour, day) => hour >= 7 && hour < 9 && day < 2],
    ['over midnight', { from: 22, to: 3 }, (hour) => hour >= 22 || hour < 3],
    ['of no day', { from: 0, to: 24, days: [] }, () => false],
  ])('%s holds then and not else, in the process and in Prometheus', (_name, hours, holds) => {
    const expected = LOOKED.filter((hour) => holds(hour % DAY, Math.floor(hour / DAY)));
    expect(firingHours(hours, LOOKED)).toEqual(expected);
    const folder = temporaryFolder('at-hours');
    try {
      mkdirSync(join(folder, 'rules'));
      const [file] = ruleFiles([ruleAt(hours)]);
      writeFileSync(join(folder, 'rules', 'hours.yml'), file?.text ?? '');
      const alert = `[{ labels: '{__name__="ALERTS", alertname="TradewindNoTraffic", alertstate="firing", bus="main", severity="critical"}', value: 1 }]`;
      const tests = LOOKED.filter((hour) => hour > 0).map(
        (hour) =>
          `      - { expr: ALERTS, eval_time: ${hour * 60 + 30}m, exp_samples: ${expected.includes(hour) ? alert : '[]'} }`,
      );
      const series = `      - { series: '${SERIES}', values: '5x1400' }`;
      writeFileSync(
        join(folder, 'test.yml'),
        `rule_files: [rules/hours.yml]\nevaluation_interval: 2m\ntests:\n  - interval: 150s\n    input_series:\n${series}\n    promql_expr_test:\n${tests.join('\n')}\n`,
      );
      expect(promtool(['test', 'rules', 'test.yml'], folder)).toContain('SUCCESS');
    } finally {
      removeFolder(folder);
    }
  });

  test('is written down as Prometheus reads it', () => {
    expect(promql(ruleAt({ from: 7, to: 19, days: [6, 0] }).expression)).toMatch(
      / and on \(\) \(\(\(hour\(\) >= 7\) and \(hour\(\) < 19\)\) and \(\(day_of_week\(\) == 6\) or \(day_of_week\(\) == 0\)\)\)$/u,
    );
  });
});
