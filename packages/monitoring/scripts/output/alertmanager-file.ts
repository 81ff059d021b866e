import { INHIBITION_LABELS } from '../../src/alerting/inhibition.ts';
import type { AlertRule } from '../../src/rules/alert-rule.ts';
import { casesOf } from '../cases/all-cases.ts';
import { firingAt } from '../cases/replay.ts';
import type { GeneratedFile } from './generated-file.ts';

/** An Alertmanager configuration that groups, inhibits and repeats as the engine in the process does. Its receivers are to be filled in. */
export function alertmanagerFile(rules: readonly AlertRule[]): GeneratedFile {
  const labelsOf = new Map(rules.map((rule) => [rule.name, inhibitionLabelsOf(rule)]));
  const bySource = new Map<string, string[]>();
  for (const { name, inhibitedBy } of rules) {
    for (const source of inhibitedBy) {
      // For an Alertmanager a label that one of the two does not have differs: only what both have may be named.
      const shared = (labelsOf.get(source) ?? []).filter((label) => labelsOf.get(name)?.includes(label) === true);
      const key = `${source} [${shared.join(', ')}]`;
      bySource.set(key, [...(bySource.get(key) ?? []), name]);
    }
  }
  const inhibitions = [...bySource].map(([key, targets]) => {
    const [source = ''] = key.split(' ', 1);
    return [
      '  - source_matchers:',
      `      - alertname="${source}"`,
      '    target_matchers:',
      `      - alertname=~"${targets.join('|')}"`,
      `    equal: ${key.slice(source.length + 1)}`,
    ].join('\n');
  });
  const text = `${HEADER}${inhibitions.join('\n')}\n`;
  return { path: 'packages/monitoring/prometheus/alertmanager.example.yml', text };
}

/** Which of the labels that inhibition compares the alerts of a rule have: those of the case in which it fires, scraped by a Prometheus. */
function inhibitionLabelsOf(rule: AlertRule): readonly string[] {
  const { fires } = casesOf(rule.name);
  const scraped = Object.entries(fires.series).map(([name, values]): readonly [string, string] => {
    // Of what goes out each lane has a path, of what stays here none has: what may be told apart by direction may be by path.
    const path = name.includes('direction=') && !name.includes('path=') ? ', path="wire"' : '';
    return [name.replace(/\}$/u, `${path}, instance="a:1"}`), values];
  });
  const alerts = firingAt(rule, { ...fires, series: Object.fromEntries(scraped) });
  return INHIBITION_LABELS.filter((label) => alerts.every(({ labels }) => label in labels));
}

const HEADER = `# Generated from the rule table by \`packages/monitoring/scripts/generate.ts\`; fill in the receivers in a copy.
route:
  receiver: desk
  group_by: [alertname, bus]
  group_wait: 5s
  group_interval: 1m
  repeat_interval: 4h
  routes:
    # What pages somebody when it hears nothing any more: the watchdog has to come all the time, and goes nowhere else.
    - receiver: dead-mans-switch
      matchers:
        - alertname="TradewindWatchdog"
      group_wait: 0s
      group_interval: 1m
      repeat_interval: 50s
    - receiver: nobody
      matchers:
        - severity="info"
receivers:
  - name: desk
    webhook_configs:
      - url: http://127.0.0.1:9095/alerts
  - name: dead-mans-switch
    webhook_configs:
      - url: http://127.0.0.1:9096/beat
        send_resolved: false
  - name: nobody
inhibit_rules:
`;
