import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';
import type { TestSpecification, Vitest } from 'vitest/node';

import { LONGEST, LongestFirst } from '../longest-first.ts';
import { ROOT } from '../workspace.mjs';

const PROJECT = { name: 'any', config: { isolate: true, sequence: { groupOrder: 0 } } };

/** As much of vitest as its own order asks for: nothing is known from earlier runs. */
const VITEST = { config: { root: ROOT }, cache: { getTestSpecificationResult: () => undefined } };

test('every file that is said to take long is there', () => {
  expect(LONGEST.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('files that take long begin first, the longest of them before the others, and none is lost', async () => {
  const [longest = '', , third = ''] = LONGEST;
  const paths = ['tooling/test/checks.test.ts', third, 'tooling/test/floors.test.ts', longest];
  const files = paths.map((path) => ({ moduleId: join(ROOT, path), project: PROJECT }));
  const sorted = await new LongestFirst(VITEST as unknown as Vitest).sort(files as unknown as TestSpecification[]);
  expect(sorted.slice(0, 2).map(({ moduleId }) => moduleId)).toEqual([longest, third].map((path) => join(ROOT, path)));
  expect(sorted.map(({ moduleId }) => moduleId).toSorted()).toEqual(files.map(({ moduleId }) => moduleId).toSorted());
});
