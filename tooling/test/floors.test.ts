import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { findFloorViolations } from '../floors/check.mjs';
import { importsOf } from '../floors/imports.mjs';
import { ROOT } from '../workspace.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tradewind-floors-'));
  plant('pnpm-workspace.yaml', 'packages:\n  - packages/*\n  - apps/*\n  - examples\n');
  plantPackage('packages/core-types');
  plantPackage('packages/core', { dependencies: { '@tradewind/core-types': 'workspace:^' } });
  plantPackage('packages/conformance', { dependencies: { '@tradewind/core-types': 'workspace:^' } });
});

afterEach(() => rmSync(root, { recursive: true }));

function plant(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function plantPackage(folder: string, manifest: object = {}): void {
  plant(`${folder}/package.json`, JSON.stringify({ name: `@tradewind/${folder.split('/').at(-1)}`, ...manifest }));
}

describe('the floors', () => {
  test('this house stands', () => {
    expect(findFloorViolations(ROOT)).toEqual([]);
  });

  test('an import that goes down and is declared is fine, in src, test and bench', () => {
    const down = "import type { A } from '@tradewind/core-types';\nimport './b.ts';\nimport 'node:fs';\n";
    for (const folder of ['src', 'test', 'bench']) plant(`packages/core/${folder}/a.ts`, down);
    expect(findFloorViolations(root)).toEqual([]);
  });

  test('an upward import is caught, however it is written', () => {
    plant(
      'packages/core-types/src/index.ts',
      [
        "import { a } from '@tradewind/core';",
        "import type { B } from '@tradewind/core';",
        "export { c } from '@tradewind/core/testing';",
        "export * from '@tradewind/core';",
        "const d = await import('@tradewind/core');",
        "type E = import('@tradewind/core').E;",
        "import '@tradewind/core';",
      ].join('\n'),
    );
    const caught = findFloorViolations(root);
    expect(caught.map((line) => line.split(': imports ')[0])).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((line) => `packages/core-types/src/index.ts:${line}`),
    );
    expect(caught[0]).toBe(
      'packages/core-types/src/index.ts:1: imports @tradewind/core: goes up from floor 0 to floor 1',
    );
  });

  test('an import that only a comment or a string shows is none', () => {
    plant(
      'packages/core-types/src/index.ts',
      "/** `import { MessageBus } from '@tradewind/core';` */\nexport const a = \"import '@tradewind/core'\";\n",
    );
    expect(findFloorViolations(root)).toEqual([]);
  });

  test('floor 2 uses the contracts alone, and no neighbour', () => {
    plantPackage('packages/engines', {
      dependencies: { '@tradewind/core': 'workspace:^', '@tradewind/monitoring': 'workspace:^' },
    });
    plantPackage('packages/monitoring');
    plant('packages/engines/src/a.ts', "import '@tradewind/core';\nimport '@tradewind/monitoring';\n");
    expect(findFloorViolations(root)).toEqual([
      'packages/engines/package.json: dependencies has @tradewind/core: floor 2 uses floor 0 alone, this is floor 1',
      'packages/engines/package.json: dependencies has @tradewind/monitoring: goes sideways on floor 2',
      'packages/engines/src/a.ts:1: imports @tradewind/core: floor 2 uses floor 0 alone, this is floor 1',
      'packages/engines/src/a.ts:2: imports @tradewind/monitoring: goes sideways on floor 2',
    ]);
  });

  test('peer and optional dependencies count as well', () => {
    plantPackage('packages/core-types', {
      peerDependencies: { '@tradewind/core': 'workspace:^' },
      optionalDependencies: { '@tradewind/conformance': 'workspace:^' },
    });
    expect(findFloorViolations(root)).toEqual([
      'packages/core-types/package.json: peerDependencies has @tradewind/core: goes up from floor 0 to floor 1',
      'packages/core-types/package.json: optionalDependencies has @tradewind/conformance: goes up from floor 0 to floor 2',
    ]);
  });

  test('tests of floor 2 may use core and the conformance suites, its sources may not', () => {
    plantPackage('packages/engines', {
      devDependencies: { '@tradewind/core': 'workspace:^', '@tradewind/conformance': 'workspace:^' },
    });
    const both = "import '@tradewind/core/testing';\nimport '@tradewind/conformance';\n";
    plant('packages/engines/test/a.test.ts', both);
    expect(findFloorViolations(root)).toEqual([]);
    plant('packages/engines/src/a.ts', both);
    expect(findFloorViolations(root)).toHaveLength(2);
  });

  test('a dev dependency may not go up or sideways either', () => {
    plantPackage('packages/core-types', { devDependencies: { '@tradewind/core': 'workspace:^' } });
    plantPackage('packages/monitoring');
    plantPackage('packages/engines', { devDependencies: { '@tradewind/monitoring': 'workspace:^' } });
    expect(findFloorViolations(root)).toEqual([
      'packages/core-types/package.json: devDependencies has @tradewind/core: goes up from floor 0 to floor 1',
      'packages/engines/package.json: devDependencies has @tradewind/monitoring: goes sideways on floor 2',
    ]);
  });

  test('an import that package.json does not name is caught; src may not lean on a dev dependency', () => {
    plantPackage('packages/core', { devDependencies: { '@tradewind/core-types': 'workspace:^' } });
    plant('packages/core/src/a.ts', "import '@tradewind/core-types';\n");
    plant('packages/core/test/a.test.ts', "import '@tradewind/core-types';\n");
    plantPackage('apps/demo');
    plant('apps/demo/test/a.test.ts', "import '@tradewind/core';\n");
    expect(findFloorViolations(root)).toEqual([
      'apps/demo/test/a.test.ts:1: imports @tradewind/core: package.json does not name it',
      'packages/core/src/a.ts:1: imports @tradewind/core-types: package.json does not name it as a dependency',
    ]);
  });

  test('benchmarks, and they alone, may use the harness that they share', () => {
    const harness = "import '../../../tooling/bench/workload.ts';\n";
    plant('packages/core/bench/a.ts', harness);
    expect(findFloorViolations(root)).toEqual([]);
    plant('packages/core/src/a.ts', harness);
    plant('packages/core/bench/b.ts', "import '../../../tooling/other.ts';\n");
    expect(findFloorViolations(root).map((line) => line.split(':')[0])).toEqual([
      'packages/core/src/a.ts',
      'packages/core/bench/b.ts',
    ]);
  });

  test('a relative import that leaves its package is caught', () => {
    plant('packages/core/src/deep/a.ts', "import '../b.ts';\nimport '../../../core-types/src/index.ts';\n");
    plant('examples/01.ts', "import '../packages/core/src/index.ts';\n");
    plantPackage('examples');
    expect(findFloorViolations(root)).toEqual([
      'examples/01.ts:1: imports ../packages/core/src/index.ts: leaves examples; import the package by its name',
      'packages/core/src/deep/a.ts:2: imports ../../../core-types/src/index.ts: leaves packages/core; import the package by its name',
    ]);
  });

  test('a package that stands on no floor is caught', () => {
    plantPackage('packages/attic');
    expect(findFloorViolations(root)).toEqual([
      'packages/attic: stands on no floor; give it a line in tooling/floors/floors.mjs',
    ]);
  });

  test('a file that does not parse is an error, not a pass', () => {
    expect(() => importsOf('a.ts', "import { from 'x';")).toThrow('a.ts cannot be parsed');
  });
});
