import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { findMissingChangesets, packagesNamedBy } from '../check-changesets.mjs';

const UNTOLD = ['@tradewind/core changed since its last release; describe it with: npm run exec -- changeset'];

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tradewind-changesets-'));
  git('init', '--quiet');
  plant('pnpm-workspace.yaml', 'packages:\n  - packages/*\n  - apps/*\n');
  plant('packages/core/package.json', '{"name":"@tradewind/core","version":"0.1.0"}');
  plant('apps/demo/package.json', '{"name":"@tradewind/demo","private":true}');
});

afterEach(() => rmSync(root, { recursive: true }));

function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', ...args], { cwd: root });
}

function plant(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'A change');
}

describe('changesets', () => {
  test('an unreleased package needs one as soon as it has sources', () => {
    commit();
    expect(findMissingChangesets(root)).toEqual([]);
    plant('packages/core/src/index.ts', 'export {};\n');
    commit();
    expect(findMissingChangesets(root)).toEqual(UNTOLD);
    plant('.changeset/first.md', "---\n'@tradewind/core': minor\n---\n\nThe first release.\n");
    expect(findMissingChangesets(root)).toEqual([]);
  });

  test('a released package needs one when what users see changed since, committed or not', () => {
    plant('packages/core/src/index.ts', 'export {};\n');
    plant('packages/core/CHANGELOG.md', '# @tradewind/core\n\n## 0.1.0\n');
    commit();
    plant('packages/core/test/index.test.ts', 'export {};\n');
    commit();
    expect(findMissingChangesets(root)).toEqual([]);
    plant('packages/core/src/index.ts', 'export const a = 1;\n');
    expect(findMissingChangesets(root)).toEqual(UNTOLD);
    commit();
    expect(findMissingChangesets(root)).toEqual(UNTOLD);
  });

  test('a private package needs none', () => {
    plant('apps/demo/src/main.ts', 'export {};\n');
    commit();
    expect(findMissingChangesets(root)).toEqual([]);
  });

  test('one that names an unknown or a private package is caught', () => {
    plant('.changeset/odd.md', '---\n"@tradewind/demo": patch\n---\n\nA change.\n');
    commit();
    expect(findMissingChangesets(root)).toEqual([
      '.changeset/odd.md: @tradewind/demo is not a published package of this workspace',
    ]);
  });

  test('one that cannot be read is an error', () => {
    expect(() => packagesNamedBy('a.md', 'No header')).toThrow('.changeset/a.md: expected a header');
    expect(() => packagesNamedBy('a.md', '---\n@tradewind/core: huge\n---\n')).toThrow(
      "expected a line such as '@tradewind/core': minor; got @tradewind/core: huge",
    );
  });
});
