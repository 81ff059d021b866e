import { basename } from 'node:path';
import { runbookOf } from '../../src/alerting/alert-record.ts';
import type { AlertRule } from '../../src/rules/alert-rule.ts';
import { remediationText } from '../../src/remediation/remediation-text.ts';
import { durationText, promql } from '../../src/rules/expressions/promql.ts';
import type { GeneratedFile } from './generated-file.ts';

/** `TradewindBusDown` as `tradewind-bus-down.md`. */
export function pageNameOf(rule: string): string {
  return basename(runbookOf(rule));
}

/** A page for each rule, and a table of them all. */
export function runbooks(rules: readonly AlertRule[]): readonly GeneratedFile[] {
  const pages = rules.map((rule) => ({ path: `docs/runbooks/${pageNameOf(rule.name)}`, text: page(rule) }));
  return [{ path: 'docs/runbooks/README.md', text: index(rules) }, ...pages];
}

function page(rule: AlertRule): string {
  const { name, severity, expression, forMs, keepFiringMs, inhibitedBy, runbook } = rule;
  const held = forMs === 0 ? 'at once' : `when it has held for ${durationText(forMs)}`;
  const kept = keepFiringMs === 0 ? '' : `, and goes on for ${durationText(keepFiringMs)} after it held last`;
  const links = inhibitedBy.map((other) => `[${other}](${pageNameOf(other)})`).join(', ');
  const parts = [
    `# ${name}`,
    `<!-- Generated from the rule table; do not edit. -->`,
    `**${severity}** · group \`${rule.group}\` · fires ${held}${kept}.`,
    ...(rule.only === undefined
      ? []
      : ['Evaluated by Prometheus alone: it is nothing that a process knows of itself.']),
    ...(links === ''
      ? []
      : [
          `Not sent while one of these fires for the same bus, and the same lane, part, path, venue or component where both name one: ${links}.`,
        ]),
    '## What it means',
    runbook.means,
    '## What to look at',
    numbered(runbook.look),
    '## What to do',
    numbered(runbook.act),
    '## Remediation',
    runbook.remediation === undefined ? 'None: no standard rule treats it.' : remediationText(runbook.remediation),
    '## The rule',
    `\`\`\`promql\n${promql(expression)}\n\`\`\``,
  ];
  return `${parts.join('\n\n')}\n`;
}

function numbered(lines: readonly string[]): string {
  return lines.map((line, position) => `${position + 1}. ${line}`).join('\n');
}

function index(rules: readonly AlertRule[]): string {
  const parts = [
    '# Runbooks',
    '<!-- Generated from the rule table; do not edit. -->',
    `One page for each of the ${rules.length} predefined alerts: what it means, what to look at, what to do.`,
  ];
  for (const [group, ofGroup] of Map.groupBy(rules, (rule) => rule.group)) {
    const rows = ofGroup.map(
      ({ name, severity, runbook }) => `- [${name}](${pageNameOf(name)}) (${severity}): ${runbook.means}`,
    );
    parts.push(`## ${group}`, rows.join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}
