import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ruleFiles } from '../../scripts/output/rule-files.ts';
import { createAlerting } from '../../src/index.ts';
import { prometheusFile } from '../../scripts/output/prometheus-file.ts';
import { seriesOf } from '../../src/rules/expressions/walk.ts';
import { ALERT_RULES } from '../../src/rules/rules.ts';
import { promtool } from '../support/prometheus.ts';
import { removeFolder, temporaryFolder } from '../support/server-process.ts';

/** Two processes with a bus each. That of `risk` dies after ten minutes; what the alerts are then, of all rules about what is there. */
function testOf(risk: string, alerts: readonly string[]): string {
  const samples = alerts.map((name) => `{ labels: '{alertname="${name}"}', value: 1 }`).join(', ');
  return `rule_files: [rules/*.rules.yml]
evaluation_interval: 30s
tests:
  - interval: 30s
    input_series:
      - { series: 'up{job="tradewind", instance="a:9464"}', values: '1x100' }
      - { series: 'tradewind_up{bus="ledger", job="tradewind", instance="a:9464"}', values: '1x100' }
      - { series: 'tradewind_up{bus="risk", job="tradewind", instance="b:9464"}', values: '1x20 stale' }
${risk}
    promql_expr_test:
${[13, 40]
  .map(
    (minute) => `      - { eval_time: ${minute}m, exp_samples: [${samples}],
          expr: 'count by (alertname) (ALERTS{alertstate="firing"})' }`,
  )
  .join('\n')}
`;
}

test.each([
  [
    'is a target still',
    `      - { series: 'up{job="tradewind", instance="b:9464"}', values: '1x20 0x80' }`,
    ['TradewindBusAbsent', 'TradewindProcessDown', 'TradewindWatchdog'],
  ],
  [
    'is no target any more',
    `      - { series: 'up{job="tradewind", instance="b:9464"}', values: '1x20 stale' }`,
    ['TradewindBusAbsent', 'TradewindWatchdog'],
  ],
  [
    'went on under another instance',
    `      - { series: 'tradewind_up{bus="risk", job="tradewind", instance="c:9464"}', values: '_x21 1x79' }`,
    ['TradewindWatchdog'],
  ],
])('Prometheus tells of one process of two that dies, and %s', (_what, risk, alerts) => {
  const folder = temporaryFolder('process-death');
  try {
    mkdirSync(join(folder, 'rules'));
    for (const { path, text } of ruleFiles(ALERT_RULES.filter(({ group }) => group === 'availability')))
      writeFileSync(join(folder, 'rules', path.split('/').at(-1) ?? ''), text);
    writeFileSync(join(folder, 'test.yml'), testOf(risk, alerts));
    expect(promtool(['test', 'rules', 'test.yml'], folder)).toContain('SUCCESS');
  } finally {
    removeFolder(folder);
  }
});

test('what only a Prometheus knows is asked of a Prometheus alone, about the job of the example', async () => {
  const strangers = ALERT_RULES.filter(({ expression }) =>
    seriesOf(expression).some(({ series }) => !series.name.startsWith('tradewind_')),
  );
  expect(strangers.map(({ name }) => name)).toEqual(['TradewindProcessDown']);
  for (const { only } of strangers) expect(only).toBe('prometheus');
  await using alerting = createAlerting();
  const evaluated = alerting.allRules().map(({ name }) => name);
  expect(evaluated).toEqual(ALERT_RULES.filter(({ only }) => only === undefined).map(({ name }) => name));
  expect(evaluated).toHaveLength(ALERT_RULES.length - strangers.length);
  expect(seriesOf(strangers[0]?.expression ?? { kind: 'time' })[0]?.series.match).toEqual({ job: 'tradewind' });
  expect(prometheusFile().text).toContain('job_name: tradewind\n');
});
