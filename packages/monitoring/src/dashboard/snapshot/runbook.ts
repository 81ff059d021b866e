import { promql } from '../../rules/expressions/promql.ts';
import { remediationText } from '../../remediation/remediation-text.ts';
import type { RunbookAnswer } from '../protocol/index.ts';
import type { AlertDesk } from '../sources/faces.ts';

/** What to do about the alerts of a rule; undefined where nobody has it. */
export function runbookAnswer(desks: readonly AlertDesk[], name: string): RunbookAnswer | undefined {
  for (const desk of desks) {
    const rule = desk.allRules().find((one) => one.name === name);
    if (rule === undefined) continue;
    const { group, severity, summary, expression, inhibitedBy } = rule;
    const { remediation, ...runbook } = rule.runbook;
    const remedy = remediation === undefined ? undefined : remediationText(remediation);
    return { rule: name, group, severity, summary, expression: promql(expression), inhibitedBy, ...runbook, remedy };
  }
  return undefined;
}
