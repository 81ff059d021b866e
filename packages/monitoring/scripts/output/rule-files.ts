import { runbookOf } from '../../src/alerting/alert-record.ts';
import type { AlertRule } from '../../src/rules/alert-rule.ts';
import { durationText, promql } from '../../src/rules/expressions/promql.ts';
import type { GeneratedFile } from './generated-file.ts';

/** A Prometheus rule file for each group. */
export function ruleFiles(rules: readonly AlertRule[], runbookBase?: string): readonly GeneratedFile[] {
  return [...Map.groupBy(rules, ({ group }) => group)].map(([group, ofGroup]) => ({
    path: `packages/monitoring/prometheus/rules/${group}.rules.yml`,
    text: `${HEADER}groups:\n  - name: tradewind-${group}\n    rules:\n${ofGroup.map((rule) => ruleText(rule, runbookBase)).join('')}`,
  }));
}

function ruleText(rule: AlertRule, runbookBase: string | undefined): string {
  const { name, expression, forMs, keepFiringMs, severity, summary } = rule;
  const lines = [
    `      - alert: ${name}`,
    `        expr: ${JSON.stringify(promql(expression))}`,
    ...(forMs === 0 ? [] : [`        for: ${durationText(forMs)}`]),
    ...(keepFiringMs === 0 ? [] : [`        keep_firing_for: ${durationText(keepFiringMs)}`]),
    '        labels:',
    `          severity: ${severity}`,
    '        annotations:',
    `          summary: ${JSON.stringify(summary)}`,
    `          runbook: ${JSON.stringify(runbookOf(name, runbookBase))}`,
  ];
  return `${lines.join('\n')}\n`;
}

const HEADER = '# Generated from the rule table by `packages/monitoring/scripts/generate.ts`; do not edit.\n';
