import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CASE_NAMES, casesOf } from '../../scripts/cases/all-cases.ts';
import { firingAt } from '../../scripts/cases/replay.ts';
import { ROOT, drift } from '../../scripts/generate.ts';
import { isAlwaysFiring } from '../../scripts/output/test-files.ts';
import { runbookOf } from '../../src/alerting/alert-record.ts';
import { seriesOf } from '../../src/rules/expressions/walk.ts';
import { ALERT_RULES } from '../../src/rules/rules.ts';
import { isInLevel } from '../../src/levels/level.ts';

describe('the table of rules', () => {
  test('has at least 45 rules, each with a name of its own, sentences for people, and cases', () => {
    expect(ALERT_RULES.length).toBeGreaterThanOrEqual(45);
    const names = ALERT_RULES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect([...CASE_NAMES].toSorted()).toEqual(names.toSorted());
    for (const { summary, runbook } of ALERT_RULES) {
      for (const text of [summary, runbook.means, ...runbook.look, ...runbook.act]) expect(text).toMatch(/[.?!)]$/u);
    }
  });

  test('is inhibited only by rules that there are, and by none in a circle', () => {
    const byName = new Map(ALERT_RULES.map((rule) => [rule.name, rule]));
    const above = (name: string, path: readonly string[]): void => {
      expect(path).not.toContain(name);
      const rule = byName.get(name);
      expect(rule, name).toBeDefined();
      for (const source of rule?.inhibitedBy ?? []) above(source, [...path, name]);
    };
    for (const name of byName.keys()) above(name, []);
  });

  test('has no rule on a series that is not shown at STANDARD', () => {
    for (const { name, expression } of ALERT_RULES) {
      for (const { series } of seriesOf(expression)) {
        const family = series.name.replace(/_(?:bucket|sum|count)$/u, '');
        expect(isInLevel(family, 'STANDARD'), `${name} reads ${family}`).toBe(true);
      }
    }
  });

  test.each(ALERT_RULES.map((rule) => [rule.name, rule] as const))(
    '%s fires when it should, and keeps quiet when it should',
    (name, rule) => {
      const { fires, quiet } = casesOf(name);
      const fired = firingAt(rule, fires);
      expect(fired.length).toBeGreaterThan(0);
      for (const { summary } of fired) expect(summary).not.toMatch(/\{\{|\}\}|undefined|NaN/u);
      expect(firingAt(rule, quiet).length > 0).toBe(isAlwaysFiring(rule));
    },
  );

  test('is what the Prometheus rules, their tests and the runbooks were made from', () => {
    expect(drift(), 'run `node --conditions=@tradewind/source packages/monitoring/scripts/generate.ts`').toEqual([]);
    const pages = readdirSync(join(ROOT, 'docs/runbooks'));
    for (const { name } of ALERT_RULES) expect(pages).toContain(runbookOf(name).replace('docs/runbooks/', ''));
  });
});
