import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CASE_NAMES, casesOf } from '../../scripts/cases/all-cases.ts';
import { firingAt } from '../../scripts/cases/replay.ts';
import { ROOT, drift, generatedFiles } from '../../scripts/generate.ts';
import { isAlwaysFiring } from '../../scripts/output/test-files.ts';
import { runbookOf } from '../../src/alerting/alert-record.ts';
import { STANDARD_RULES } from '../../src/remediation/remediation-rule.ts';
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

  test('promises of the remediation what its standard rules do, and nothing else', () => {
    const known = new Set(STANDARD_RULES.map(({ name }) => name));
    const promised = ALERT_RULES.flatMap(({ runbook }) => runbook.remediation ?? []);
    expect([...new Set(promised)].filter((name) => !known.has(name))).toEqual([]);
    expect([...known].filter((name) => !promised.includes(name))).toEqual([]);
    for (const { name, runbook } of ALERT_RULES) {
      const page = readFileSync(join(ROOT, runbookOf(name)), 'utf8');
      for (const text of runbook.remediation ?? ['None: no standard rule treats it.'])
        expect(page, name).toContain(text);
    }
    expect(readFileSync(join(ROOT, 'docs/runbooks/tradewind-plugin-circuit-open.md'), 'utf8')).toContain(
      '`disable-plugin` runs `disable` when `plugins/*` has been degraded or down with "cut off" in its reason for 120 s.',
    );
    // No standard rule looks at the event loop, at gaps, or at what a policy costs.
    for (const name of ['TradewindEventLoopSaturated', 'TradewindMarketDataGaps', 'TradewindLearnedPolicyWorse']) {
      expect(ALERT_RULES.find((rule) => rule.name === name)?.runbook.remediation, name).toBeUndefined();
    }
  });

  test('says in Prometheus where the runbooks are', () => {
    const files = generatedFiles('https://wiki.example/runbooks');
    const rules = files.filter(({ path }) => path.endsWith('.rules.yml') || path.endsWith('.tests.yml'));
    expect(rules.length).toBeGreaterThan(10);
    for (const { path, text } of rules) {
      expect(text, path).toContain('runbook: "https://wiki.example/runbooks/tradewind-');
      expect(text, path).not.toContain('docs/runbooks');
    }
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
