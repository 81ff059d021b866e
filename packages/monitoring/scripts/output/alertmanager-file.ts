import type { AlertRule } from '../../src/rules/alert-rule.ts';
import type { GeneratedFile } from './generated-file.ts';

/** An Alertmanager configuration that groups, inhibits and repeats as the engine in the process does. Its receivers are to be filled in. */
export function alertmanagerFile(rules: readonly AlertRule[]): GeneratedFile {
  const bySource = new Map<string, string[]>();
  for (const { name, inhibitedBy } of rules) {
    for (const source of inhibitedBy) bySource.set(source, [...(bySource.get(source) ?? []), name]);
  }
  const inhibitions = [...bySource].map(([source, targets]) =>
    [
      '  - source_matchers:',
      `      - alertname="${source}"`,
      '    target_matchers:',
      `      - alertname=~"${targets.join('|')}"`,
      '    equal: [bus]',
    ].join('\n'),
  );
  const text = `${HEADER}${inhibitions.join('\n')}\n`;
  return { path: 'packages/monitoring/prometheus/alertmanager.example.yml', text };
}

const HEADER = `# Generated from the rule table by \`packages/monitoring/scripts/generate.ts\`; fill in the receivers in a copy.
route:
  receiver: desk
  group_by: [alertname, bus]
  group_wait: 5s
  group_interval: 1m
  repeat_interval: 4h
  routes:
    - receiver: nobody
      matchers:
        - severity="info"
receivers:
  - name: desk
    webhook_configs:
      - url: http://127.0.0.1:9095/alerts
  - name: nobody
inhibit_rules:
`;
