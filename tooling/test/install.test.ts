import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { isInstalled, markInstalled } from '../run/install.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tradewind-install-'));
  writeFileSync(join(root, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n\ncatalog:\n  zod: 4.6.7\n');
  writeFileSync(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 9.0\n');
  writeFileSync(join(root, 'package.json'), '{"name":"tradewind"}');
  mkdirSync(join(root, 'packages/core/node_modules'), { recursive: true });
  writeFileSync(join(root, 'packages/core/package.json'), '{"name":"@tradewind/core"}');
});

afterEach(() => rmSync(root, { recursive: true }));

describe('an install', () => {
  test('is missing in a fresh clone, and there once it was made', () => {
    expect(isInstalled(root)).toBe(false);
    markInstalled(root);
    expect(isInstalled(root)).toBe(true);
  });

  test.each(['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', 'packages/core/package.json'])(
    'is out of date when %s changes',
    (file) => {
      markInstalled(root);
      const names = file.endsWith('.json') ? '{"name":"changed"}' : 'packages:\n  - packages/*\n';
      writeFileSync(join(root, file), names);
      expect(isInstalled(root)).toBe(false);
    },
  );

  test('is out of date when a package is new or has lost its node_modules', () => {
    markInstalled(root);
    rmSync(join(root, 'packages/core/node_modules'), { recursive: true });
    expect(isInstalled(root)).toBe(false);
    mkdirSync(join(root, 'packages/core/node_modules'));
    expect(isInstalled(root)).toBe(true);
    mkdirSync(join(root, 'packages/new/node_modules'), { recursive: true });
    writeFileSync(join(root, 'packages/new/package.json'), '{"name":"@tradewind/new"}');
    expect(isInstalled(root)).toBe(false);
  });
});
