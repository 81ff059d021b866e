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

test('promtool sees every rule fire and keep quiet', () => {
  const files = TESTS.map((name) => `tests/${name}`);
  const answer = promtool(['test', 'rules', ...files], FOLDER);
  expect(answer.match(/SUCCESS/gu)).toHaveLength(TESTS.length);
});
