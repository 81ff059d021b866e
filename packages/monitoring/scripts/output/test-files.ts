import { runbookOf } from '../../src/alerting/alert-record.ts';
import type { AlertRule } from '../../src/rules/alert-rule.ts';
import { durationText } from '../../src/rules/expressions/promql.ts';
import { casesOf } from '../cases/all-cases.ts';
import { firingAt, rhythmOf } from '../cases/replay.ts';
import type { CaseSpan, RuleCase } from '../cases/rule-case.ts';
import type { GeneratedFile } from './generated-file.ts';

/** One series set and what is expected of it. */
interface TestCase {
  readonly rule: AlertRule;
  readonly kind: 'fires' | 'quiet';
  readonly ruleCase: RuleCase;
}

/**
 * Unit tests for promtool: of each rule that it fires, with which labels and text, and that it keeps quiet. Expected is what the evaluation in the
 * process makes of the same samples, so that promtool compares the two.
 */
export function testFiles(rules: readonly AlertRule[], runbookBase?: string): readonly GeneratedFile[] {
  return [...Map.groupBy(rules, ({ group }) => group)].flatMap(([group, ofGroup]) => {
    const cases = ofGroup.flatMap((rule): readonly TestCase[] => {
      const { fires, quiet } = casesOf(rule.name);
      return [
        { rule, kind: 'fires', ruleCase: fires },
        { rule, kind: 'quiet', ruleCase: quiet },
      ];
    });
    return SPANS.flatMap((span) =>
      fileOf(
        group,
        span,
        runbookBase,
        cases.filter(({ ruleCase }) => (ruleCase.span ?? 'minutes') === span),
      ),
    );
  });
}

const SPANS: readonly CaseSpan[] = ['minutes', 'hours', 'days'];

function fileOf(
  group: string,
  span: CaseSpan,
  runbookBase: string | undefined,
  cases: readonly TestCase[],
): readonly GeneratedFile[] {
  const [first] = cases;
  if (first === undefined) return [];
  const { evaluationMs } = rhythmOf(first.ruleCase);
  const head = `rule_files:\n  - ../rules/${group}.rules.yml\nevaluation_interval: ${durationText(evaluationMs)}\n`;
  const text = `${HEADER}${head}tests:\n${cases.map((one) => testText(one, runbookBase)).join('')}`;
  return [{ path: `packages/monitoring/prometheus/tests/${group}-${span}.tests.yml`, text }];
}

function testText({ rule, kind, ruleCase }: TestCase, runbookBase: string | undefined): string {
  const { sampleMs, atMs } = rhythmOf(ruleCase);
  const series = Object.entries(ruleCase.series).flatMap(([name, values]) => [
    `      - series: ${JSON.stringify(name)}`,
    `        values: ${JSON.stringify(values)}`,
  ]);
  // A watch that always fires cannot keep quiet; that it is the only one is what its second case shows.
  const alerts = firingAt(rule, ruleCase);
  if (alerts.length > 0 !== (kind === 'fires' || isAlwaysFiring(rule))) {
    throw new Error(`Expected the case "${kind}" of ${rule.name} to do so, and ${alerts.length} alerts fire.`);
  }
  const lines = [
    `  - name: ${rule.name} ${kind}`,
    `    interval: ${durationText(sampleMs)}`,
    ...(series.length === 0 ? ['    input_series: []'] : ['    input_series:', ...series]),
    '    alert_rule_test:',
    `      - eval_time: ${durationText(atMs)}`,
    `        alertname: ${rule.name}`,
    ...(alerts.length === 0 ? ['        exp_alerts: []'] : ['        exp_alerts:']),
    ...alerts.flatMap(({ labels, summary }) => [
      '          - exp_labels:',
      ...Object.entries(labels)
        .filter(([label]) => label !== 'alertname')
        .map(([label, value]) => `              ${label}: ${JSON.stringify(value)}`),
      '            exp_annotations:',
      `              summary: ${JSON.stringify(summary)}`,
      `              runbook: ${JSON.stringify(runbookOf(rule.name, runbookBase))}`,
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** `vector(1)`. */
export function isAlwaysFiring({ expression }: AlertRule): boolean {
  return expression.kind === 'vector';
}

const HEADER = '# Generated from the rule table by `packages/monitoring/scripts/generate.ts`; do not edit.\n';
