import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ruleFiles } from '../../scripts/output/rule-files.ts';
import { isAlwaysFiring } from '../../scripts/output/test-files.ts';
import { inProcess } from '../../src/rules/installed.ts';
import { ALERT_RULES } from '../../src/rules/rules.ts';
import { durationText } from '../../src/rules/expressions/promql.ts';
import { promtool } from '../support/prometheus.ts';
import { removeFolder, temporaryFolder } from '../support/server-process.ts';
import { courseInProcess, courseOf, promtoolTest } from './course.ts';

test('every alert begins to be pending, fires, is kept and ends in the process when it does in Prometheus', () => {
  const folder = temporaryFolder('course');
  try {
    const rules = inProcess(ALERT_RULES);
    const files = rules.map((rule) => {
      const course = courseOf(rule);
      const looks = courseInProcess(course);
      // It fires, and does not fire any more: or there would be nothing to compare.
      const isFiring = [...looks.values()].map((alerts) => alerts.some(({ alertstate }) => alertstate === 'firing'));
      const changes = isFiring.filter((now, at) => now !== (isFiring[at - 1] ?? false)).length;
      expect(changes, `${rule.name} changes`).toBeGreaterThanOrEqual(isAlwaysFiring(rule) ? 1 : 2);
      const names = ruleFiles([rule]).map(({ text }) => {
        writeFileSync(join(folder, `${rule.name}.rules.yml`), text);
        return `${rule.name}.rules.yml`;
      });
      const head = `rule_files: [${names.join(', ')}]\nevaluation_interval: ${durationText(course.evaluationMs)}\n`;
      writeFileSync(join(folder, `${rule.name}.tests.yml`), `${head}tests:\n${promtoolTest(course, looks)}`);
      return `${rule.name}.tests.yml`;
    });
    expect(promtool(['test', 'rules', ...files], folder).match(/SUCCESS/gu)).toHaveLength(rules.length);
  } finally {
    removeFolder(folder);
  }
}, 600_000);
