import type { AlertRule } from '../../src/rules/alert-rule.ts';
import type { DashboardDraft } from './panel.ts';
import { alerts } from './panels/alerts.ts';
import { arbitrage } from './panels/arbitrage.ts';
import { deadLetters } from './panels/dead-letters.ts';
import { lanes } from './panels/lanes.ts';
import { latency } from './panels/latency.ts';
import { overview } from './panels/overview.ts';
import { process } from './panels/process.ts';
import { routing } from './panels/routing.ts';
import { transports } from './panels/transports.ts';
import { workers } from './panels/workers.ts';
import { ruleRows } from './rule-panels.ts';

/** What Grafana shows: one dashboard to watch, one to see how near each rule is to firing. */
export function dashboards(rules: readonly AlertRule[]): readonly DashboardDraft[] {
  return [
    {
      uid: 'tradewind',
      title: 'Tradewind',
      description: 'Buses, lanes, workers, transports, routing, venues, processes and alerts.',
      stretches: 'zoom',
      rows: [overview, latency, lanes, workers, transports, deadLetters, routing, arbitrage, process, alerts],
    },
    {
      uid: 'tradewind-rules',
      title: 'Tradewind: alert rules',
      description: 'What each of the predefined alert rules measures, beside what it must not reach.',
      stretches: 'fixed',
      rows: ruleRows(rules),
    },
  ];
}
