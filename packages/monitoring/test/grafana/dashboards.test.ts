import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildDashboard } from '../../scripts/grafana/build-dashboard.ts';
import { dashboards } from '../../scripts/grafana/dashboards.ts';
import { ROOT } from '../../scripts/generate.ts';
import { isInLevel } from '../../src/levels/level.ts';
import { seriesOf } from '../../src/rules/expressions/walk.ts';
import { ALERT_RULES } from '../../src/rules/rules.ts';
import { promtool } from '../support/prometheus.ts';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Of a panel as it stands in the file, what is looked at here. */
interface Written {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: Place;
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly legendFormat: string }[];
  readonly panels?: readonly Written[];
}

/** Panels of what is of no bus: that alerts arrive, and whether a process answers its scrape. */
const OF_NO_BUS = ['TradewindWatchdog', 'TradewindProcessDown'];

const DRAFTS = dashboards(ALERT_RULES);

function panelsOf(uid: string): readonly Written[] {
  const draft = DRAFTS.find((one) => one.uid === uid);
  if (draft === undefined) throw new Error(`Expected a dashboard ${uid}.`);
  const { panels } = JSON.parse(JSON.stringify(buildDashboard(draft))) as { readonly panels: readonly Written[] };
  return panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
}

function overlap(one: Place, other: Place): boolean {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}

describe.each(DRAFTS.map(({ uid }) => uid))('the dashboard %s', (uid) => {
  const all = panelsOf(uid);

  test('has panels within the 24 columns of the grid, none upon another, each with a number of its own', () => {
    expect(all.length).toBeGreaterThan(10);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { gridPos, title } of all) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      expect(Math.min(gridPos.x, gridPos.y, gridPos.w - 1, gridPos.h - 1), title).toBeGreaterThanOrEqual(0);
      const upon = all.filter((other) => other.gridPos !== gridPos && overlap(other.gridPos, gridPos));
      expect(
        upon.map((other) => other.title),
        title,
      ).toEqual([]);
    }
  });

  test('says of each panel what one sees, with queries that ask for the chosen buses alone', () => {
    for (const { type, title, description, targets = [] } of all) {
      if (type === 'row') continue;
      expect(description, title).toMatch(/[.?!)]$/u);
      expect(targets.length > 0 || title === 'TradewindWatchdog', title).toBe(true);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
      for (const { expr, legendFormat } of targets) {
        expect(legendFormat, title).not.toBe('');
        const isOfNoBus = OF_NO_BUS.includes(title) || expr.startsWith('time()');
        if (!isOfNoBus) expect(expr).toContain('bus=~"$bus"');
      }
    }
  });
});

test('panels read what STANDARD shows, and lead to runbooks that there are', () => {
  const rows = DRAFTS.flatMap((draft) => draft.rows);
  for (const { title, queries, runbook } of rows.flatMap(({ panels }) => panels)) {
    if (runbook !== undefined) expect(existsSync(join(ROOT, 'docs/runbooks', runbook)), title).toBe(true);
    for (const { series } of queries.flatMap(({ expression }) => seriesOf(expression))) {
      if (series.name === 'ALERTS') continue;
      expect(isInLevel(series.name.replace(/_(?:bucket|sum|count)$/u, ''), 'STANDARD'), series.name).toBe(true);
    }
  }
});

test('every rule has its panel', () => {
  const titles = panelsOf('tradewind-rules').map(({ title }) => title);
  expect(titles).toEqual(expect.arrayContaining(ALERT_RULES.map(({ name }) => name)));
});

test('promtool has nothing against the configuration of Prometheus', () => {
  const folder = join(ROOT, 'packages/monitoring/prometheus');
  expect(promtool(['check', 'config', 'prometheus.yml'], folder)).toContain('SUCCESS');
});
