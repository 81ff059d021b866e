import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../scripts/generate.ts';
import { promtool } from '../support/prometheus.ts';

const FOLDER = join(ROOT, 'packages/monitoring/prometheus');
const TESTS = readdirSync(join(FOLDER, 'tests'));

test('promtool has nothing against the rule files', () => {
  const files = readdirSync(join(FOLDER, 'rules')).map((name) => `rules/${name}`);
  expect(promtool(['check', 'rules', '--lint-fatal', ...files], FOLDER)).not.toContain('FAILED');
});

test.each(TESTS)(
  'promtool sees the rules fire and keep quiet: %s',
  (name) => {
    expect(promtool(['test', 'rules', `tests/${name}`], FOLDER)).toContain('SUCCESS');
  },
  300_000,
);
