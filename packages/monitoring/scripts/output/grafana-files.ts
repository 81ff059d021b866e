import type { AlertRule } from '../../src/rules/alert-rule.ts';
import { buildDashboard } from '../grafana/build-dashboard.ts';
import { dashboards } from '../grafana/dashboards.ts';
import type { GeneratedFile } from './generated-file.ts';

/** The dashboards, as Grafana imports them. */
export function grafanaFiles(rules: readonly AlertRule[]): readonly GeneratedFile[] {
  return dashboards(rules).map((draft) => ({
    path: `packages/monitoring/grafana/${draft.uid}.json`,
    text: `${JSON.stringify(buildDashboard(draft), null, 2)}\n`,
  }));
}
