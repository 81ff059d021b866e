import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPattern } from '@tradewind/core-types';
import { RouteIndex } from '../../src/matching/route-index.ts';
import { entry, type TestEntry } from '../matching/entries.ts';

/**
 * The types of typed topics against the matcher: when some topic of a key matches a pattern, `Overlaps` of both must not be false.
 *
 * A finite corpus of keys and patterns is written out as TypeScript, one alias per pair, and compiled.
 */
const PACKAGE = join(import.meta.dirname, '..', '..');
const FOLDER = join(PACKAGE, 'node_modules', '.cache', 'topic-overlap');

/** What a hole of a key may hold: `${string}` swallows dots. The empty text makes no topic at the ends, but may inside a segment. */
const FILLINGS = ['a', 'b', 'x', 'ab', 'a.b', 'x.a', 'b.x.a', ''];

/** A key in the spelling of its type; `{}` is a hole. */
const KEYS = [
  ...segmentsOf(['a', 'b', '{}', 'a{}', '{}b', 'ab'], 2),
  '{}',
  'a',
  'a.b.x',
  'a.{}.x',
  '{}.b.{}',
  'a{}.b',
  'a.{}{}',
  'x.{}.a.b',
];

const PATTERNS = [
  ...segmentsOf(['a', 'b', '+', '*', 'a*', '*b', '?', 'a?'], 2),
  ...[
    '*',
    '?',
    '+',
    'a',
    'ab',
    '*a*',
    'a?b',
    'a*b',
    '??',
    'a.b.x',
    'a.*.x',
    '+.+.+',
    'a.+.x',
    '*.x',
    'a?b?x',
    'x.*.b',
    '+b',
    'a+.b',
  ],
].filter(isPattern);

function segmentsOf(segments: readonly string[], length: number): readonly string[] {
  if (length === 0) return [''];
  return segmentsOf(segments, length - 1).flatMap((rest) =>
    segments.map((segment) => (rest === '' ? segment : `${rest}.${segment}`)),
  );
}

/** Some topics of a key: each hole filled with each filling. */
function topicsOf(key: string): readonly string[] {
  const [before = '', ...pieces] = key.split('{}');
  return pieces.reduce<readonly string[]>(
    (texts, piece) => texts.flatMap((text) => FILLINGS.map((filling) => `${text}${filling}${piece}`)),
    [before],
  );
}

function typeOf(key: string): string {
  return `\`${key.replaceAll('{}', '${string}')}\``;
}

interface Pair {
  readonly key: string;
  readonly pattern: string;
  /** A topic of the key that the pattern matches. */
  readonly witness: string;
}

/** All pairs for which the matcher finds a witness. */
function overlappingPairs(): readonly Pair[] {
  const index = new RouteIndex<TestEntry>();
  for (const pattern of PATTERNS) index.add(entry(pattern));
  const pairs = new Map<string, Pair>();
  for (const key of KEYS) {
    for (const witness of topicsOf(key)) {
      for (const { pattern } of matchesOf(index, witness)) pairs.set(`${key} ${pattern}`, { key, pattern, witness });
    }
  }
  return [...pairs.values()];
}

/** A filling may make a text that is no topic; then nothing matches it. */
function matchesOf(index: RouteIndex<TestEntry>, text: string): readonly TestEntry[] {
  try {
    return index.route(text).entries;
  } catch {
    return [];
  }
}

/** The compiler's complaints, one per line. */
async function compile(source: string): Promise<readonly string[]> {
  await writeFile(join(FOLDER, 'pairs.ts'), source);
  await writeFile(
    join(FOLDER, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../../../tsconfig.test.json',
      compilerOptions: { skipLibCheck: true },
      include: ['pairs.ts'],
    }),
  );
  const root = join(PACKAGE, '..', '..');
  const compiler = join(
    dirname(createRequire(join(root, 'package.json')).resolve('typescript/package.json')),
    'bin',
    'tsc',
  );
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [compiler, '-p', FOLDER, '--pretty', 'false'],
      { maxBuffer: 10_000_000 },
      (_error, stdout) => {
        resolve(stdout.split('\n').filter((line) => line.includes('error')));
      },
    );
  });
}

const HEADER = [
  "import type { Overlaps } from '@tradewind/core-types';",
  'type NotFalse<Answer extends boolean> = [Answer] extends [false] ? false : true;',
  'type Sound<Answer extends true> = Answer;',
];

beforeAll(() => mkdir(FOLDER, { recursive: true }));
afterAll(() => rm(FOLDER, { recursive: true, force: true }));

test('Overlaps is true wherever some topic of the key matches the pattern', async () => {
  const pairs = overlappingPairs();
  const aliases = pairs.map(
    ({ key, pattern }, i) => `export type Pair${i} = Sound<NotFalse<Overlaps<${typeOf(key)}, '${pattern}'>>>;`,
  );
  // One alias that is wrong on purpose: a check that cannot fail would show nothing.
  const control = "export type Control = Sound<NotFalse<Overlaps<'a.b', 'a.x'>>>;";
  const complaints = await compile([...HEADER, ...aliases, control].join('\n'));
  const unsound = complaints.map((line) => {
    const index = Number(/pairs\.ts\((\d+),/.exec(line)?.[1]) - 1 - HEADER.length;
    const pair = pairs[index];
    return pair === undefined
      ? line
      : `${pair.pattern} matches ${pair.witness} of ${typeOf(pair.key)}, and Overlaps is false`;
  });
  expect(pairs.length).toBeGreaterThan(1500);
  expect(unsound.slice(0, -1)).toEqual([]);
  expect(unsound).toHaveLength(1);
  expect(unsound[0]).toContain(`pairs.ts(${HEADER.length + pairs.length + 1},`);
});
