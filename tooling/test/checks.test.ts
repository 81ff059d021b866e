import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { removeStaleOutputs } from '../build.mjs';
import { findFaceViolations } from '../check-faces.mjs';
import { addressesIn } from '../check-lockfile.mjs';
import { findTarballProblems } from '../check-tarball.mjs';
import { countTests } from '../run/summary.mjs';

describe('the lockfile check', () => {
  test('finds every kind of address', () => {
    const lockfile = [
      'resolution: {integrity: sha512-abc=}',
      'resolution: {tarball: https://registry.example/a.tgz}',
      'resolution: {directory: a, tarball: a.tgz}',
      'version: git+ssh://git@example/a.git',
    ].join('\n');
    expect(addressesIn(lockfile).map((line) => line.split(':')[0])).toEqual(['line 2', 'line 3', 'line 4']);
  });
});

describe('the face check', () => {
  test('lets named re-exports pass', () => {
    const face = "// Why.\nexport { a, type B } from './a.ts';\nexport type { C } from './c.ts';\n";
    expect(findFaceViolations('index.ts', face)).toEqual([]);
  });

  test.each([
    ["export * from './a.ts';", 'ExportAllDeclaration'],
    ["export * as a from './a.ts';", 'ExportAllDeclaration'],
    ['export default 1;', 'ExportDefaultDeclaration'],
    ['export const a = 1;', 'ExportNamedDeclaration'],
    ["import { a } from './a.ts';", 'ImportDeclaration'],
    ['console.log(1);', 'ExpressionStatement'],
  ])('refuses %s', (statement, kind) => {
    expect(findFaceViolations('src/index.ts', `\n${statement}\n`)).toEqual([
      `src/index.ts:2: expected only "export { … } from" and "export type { … } from"; got ${kind}`,
    ]);
  });
});

describe('the tarball check', () => {
  const files = ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts'];
  const manifest = { name: '@tradewind/core', dependencies: { '@tradewind/core-types': '^0.1.0' } };

  test('lets a sound tarball pass', () => {
    expect(findTarballProblems([...files, 'CHANGELOG.md', 'dist/testing/index.js'], manifest)).toEqual([]);
  });

  test('misses a file that must be there, and names one that must not', () => {
    expect(findTarballProblems([...files.slice(1), 'test/a.test.ts'], manifest)).toEqual([
      'lacks LICENSE',
      'has test/a.test.ts, which users do not need',
    ]);
  });

  test('finds what only the workspace understands', () => {
    const leaking = {
      ...manifest,
      exports: { '.': { '@tradewind/source': './src/index.ts' } },
      dependencies: { a: 'workspace:^', b: 'catalog:' },
    };
    expect(findTarballProblems(files, leaking)).toEqual([
      'package.json mentions @tradewind/source',
      'package.json mentions workspace:',
      'package.json mentions catalog:',
    ]);
  });
});

describe('the build', () => {
  test('deletes outputs whose source is gone, and no others', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tradewind-build-'));
    try {
      for (const name of ['src/deep', 'dist/deep']) mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, 'src/deep/kept.ts'), '');
      const outputs = ['kept', 'gone'].flatMap((name) =>
        ['.js', '.js.map', '.d.ts', '.d.ts.map'].map((suffix) => `deep/${name}${suffix}`),
      );
      for (const output of outputs) writeFileSync(join(folder, 'dist', output), '');
      expect(removeStaleOutputs(folder).toSorted()).toEqual(outputs.slice(4).toSorted());
      expect(readdirSync(join(folder, 'dist/deep'))).toHaveLength(4);
      expect(removeStaleOutputs(folder)).toEqual([]);
      mkdirSync(join(folder, 'dist/ui'));
      writeFileSync(join(folder, 'dist/ui/app.css'), '');
      expect(removeStaleOutputs(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the summary', () => {
  test('counts a file that could not be loaded as a failure', () => {
    const testResults = [
      { status: 'passed', assertionResults: [{}, {}] },
      { status: 'failed', assertionResults: [] },
    ];
    expect(countTests({ numPassedTests: 2, numFailedTests: 0, testResults })).toEqual({ passed: 2, failed: 1 });
  });
});
