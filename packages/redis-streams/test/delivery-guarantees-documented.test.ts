import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const FOLDER = new URL('./', import.meta.url);
const DOCUMENT = new URL('../../../docs/delivery-guarantees.md', import.meta.url);

/** A rule of the document, as `2.3`, and the tests that it names. */
interface Rule {
  readonly number: string;
  readonly tests: { readonly file: string; readonly title: string }[];
}

function readRules(): Rule[] {
  const rules: Rule[] = [];
  for (const line of readFileSync(DOCUMENT, 'utf8').split('\n')) {
    const rule = /^\*\*(\d+\.\d+)\*\* /u.exec(line);
    if (rule?.[1] !== undefined) rules.push({ number: rule[1], tests: [] });
    const named = /^- `([\w/-]+\.test\.ts)`: (.+)$/u.exec(line);
    if (named?.[1] !== undefined && named[2] !== undefined)
      rules.at(-1)?.tests.push({ file: named[1], title: named[2] });
  }
  return rules;
}

/** The titles of the tests of a file, as they are written there. */
function titlesOf(file: string): ReadonlySet<string> {
  const url = new URL(file, FOLDER);
  if (!existsSync(url)) return new Set();
  const calls = readFileSync(url, 'utf8').matchAll(
    /\btest(?:\.each\([^;]*?\))?\(\s*(?:'((?:[^'\\]|\\.)+)'|"([^"]+)"|`([^`]+)`),/gu,
  );
  return new Set([...calls].map(([, single, double, back]) => (single ?? double ?? back ?? '').replaceAll("\\'", "'")));
}

test('every rule of docs/delivery-guarantees.md names a test, and every test it names exists', () => {
  const rules = readRules();
  expect(rules.length).toBeGreaterThan(15);
  expect(rules.filter(({ tests }) => tests.length === 0).map(({ number }) => number)).toEqual([]);
  const missing = rules.flatMap(({ number, tests }) =>
    tests
      .filter(({ file, title }) => !titlesOf(file).has(title))
      .map(({ file, title }) => `${number} names ${file}: ${title}`),
  );
  expect(missing).toEqual([]);
});

test('every fault test is named in docs/delivery-guarantees.md', () => {
  const named = new Set(readRules().flatMap(({ tests }) => tests.map(({ file, title }) => `${file}: ${title}`)));
  const files = readdirSync(new URL('faults/', FOLDER)).filter((file) => file.endsWith('.test.ts'));
  expect(files.length).toBeGreaterThan(10);
  const unnamed = files
    .flatMap((file) => [...titlesOf(`faults/${file}`)].map((title) => `faults/${file}: ${title}`))
    .filter((id) => !named.has(id));
  expect(unnamed).toEqual([]);
});
