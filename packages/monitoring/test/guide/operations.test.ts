import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../scripts/generate.ts';
import { dashboards } from '../../scripts/grafana/dashboards.ts';
import { seriesOf } from '../../src/rules/expressions/walk.ts';
import { ALERT_RULES } from '../../src/rules/rules.ts';

/** Names of series that a panel or a rule reads; histograms without their ending. */
const READ: ReadonlySet<string> = new Set(
  dashboards(ALERT_RULES)
    .flatMap(({ rows }) => rows.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries)))
    .flatMap(({ expression }) =>
      seriesOf(expression).map(({ series }) => series.name.replace(/_(?:bucket|sum|count)$/u, '')),
    ),
);

describe.each(['docs/operations.md', 'docs/README.md', 'packages/monitoring/README.md', 'apps/demo/README.md'])(
  '%s',
  (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');

    test('leads only to pages that there are', () => {
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/gu)].map(([, link = '']) => link);
      expect(links.length).toBeGreaterThan(0);
      expect(links.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
    });
  },
);

test('the guide names series that a panel shows', () => {
  const text = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const named = new Set([...text.matchAll(/`[^`]*?(tradewind_\w+)[^`]*`/gu)].map(([, name = '']) => name));
  expect(named.size).toBeGreaterThan(20);
  expect([...named].filter((name) => !READ.has(name))).toEqual([]);
});

test('the set-up of the guide is the one in which no bound hides what is ill', () => {
  const text = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const [, setUp = ''] = /### In the process\n\n```ts\n([^`]*)```/u.exec(text) ?? [];
  expect(setUp).toContain('createAlerting({ store: history');
  // It reads every series of what rules need, and a scrape of its own would not.
  expect(setUp).toContain('alerting.start(monitoring)');
  expect(setUp).not.toMatch(/Recording|onScrape/u);
});
