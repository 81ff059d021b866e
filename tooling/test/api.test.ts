import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { updateReports } from '../api.mjs';
import { ROOT } from '../workspace.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tradewind-api-test-'));
  plant('pnpm-workspace.yaml', 'packages:\n  - packages/*\n');
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
});

afterEach(() => rmSync(root, { recursive: true }));

function plant(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Where the declarations of an entry point are, as a manifest says it. */
const types = (subpath: string): string => `./${join('dist', subpath, 'index.d.ts')}`;

/** A built package with these declarations by entry point. */
function plantPackage(declarations: Record<string, string>): void {
  const subpaths = Object.keys(declarations);
  const exports = Object.fromEntries(subpaths.map((subpath) => [subpath, { types: types(subpath) }]));
  const manifest = { name: '@tradewind/core', version: '0.1.0', type: 'module', exports };
  plant('packages/core/package.json', JSON.stringify(manifest));
  for (const subpath of subpaths) plant(join('packages/core', types(subpath)), declarations[subpath] ?? '');
}

const LANE = '/** A lane. */\nexport declare const lane: number;\n';

describe('the API reports', () => {
  test('are written, one an entry point, and found to have drifted when a face changes', () => {
    plantPackage({ '.': LANE, './testing': LANE });
    plant('api/attic.api.md', 'of an entry point that is gone');
    expect(updateReports(root, { checkOnly: false })).toEqual([]);
    expect(readdirSync(join(root, 'api'))).toEqual(['core.api.md', 'core.testing.api.md']);
    expect(readFileSync(join(root, 'api/core.api.md'), 'utf8')).toContain('export const lane: number;');

    plantPackage({ '.': LANE.replace('number', 'string') });
    expect(updateReports(root, { checkOnly: true })).toEqual([
      'api/core.api.md has drifted; run "npm run api" and review the difference',
      'api/core.testing.api.md has drifted; run "npm run api" and review the difference',
    ]);
    expect(readFileSync(join(root, 'api/core.api.md'), 'utf8')).toContain('export const lane: number;');
  });

  test.each([
    ['an export without a docstring', 'export declare const lane: number;\n'],
    [
      'a type that is mentioned but not exported',
      `interface Hidden {\n  a: 1;\n}\n${LANE.replace('number', 'Hidden')}export {};\n`,
    ],
    [
      'a generic type of a parameter that is mentioned but not exported',
      `type Hidden<T> = T;\n/** A lane. */\nexport declare function lane(depth: Hidden<1>): void;\nexport {};\n`,
    ],
    [
      'an interface that an exported alias mentions',
      `interface Hidden<T> {\n  a: T;\n}\n/** A lane. */\nexport type Lane = Hidden<1>;\nexport {};\n`,
    ],
    ['a docstring that TSDoc cannot read', LANE.replace('A lane.', 'A lane. @throws {Error} always')],
  ])('refuse %s', (_, declarations) => {
    plantPackage({ '.': declarations });
    expect(updateReports(root, { checkOnly: false })).toEqual(['api/core.api.md: see the errors above']);
  });

  test('ask for no docstring of a member, nor of the type of a documented constant', () => {
    const sides = '/** Sides. */\nexport declare const SIDES: readonly ["buy", "sell"];\n';
    const side = 'export type Side = (typeof SIDES)[number];\n';
    plantPackage({ '.': `${sides}${side}/** An order. */\nexport interface Order {\n  readonly side: Side;\n}\n` });
    expect(updateReports(root, { checkOnly: false })).toEqual([]);
  });

  test('ask for no export of a step of a computed type, and show it', () => {
    const step = 'type Rest<T> = T;\ntype Half<T> = T extends `${infer H}.${string}` ? H : Rest<T>;\n';
    const whole = '/** The first segment. */\nexport type Head<T> = Half<T>;\n';
    plantPackage({ '.': `${step}${whole}export {};\n` });
    expect(updateReports(root, { checkOnly: false })).toEqual([]);
    expect(readFileSync(join(root, 'api/core.api.md'), 'utf8')).toContain('type Half<T>');
  });

  test('of a package that was not built are asked for by name', () => {
    plantPackage({ '.': LANE });
    rmSync(join(root, 'packages/core/dist'), { recursive: true });
    expect(updateReports(root, { checkOnly: true })).toEqual([expect.stringContaining('run the build first')]);
  });
});
