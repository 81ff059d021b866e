import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const FOLDER = new URL('./', import.meta.url);
const DOCUMENT = new URL('../../../../docs/ordering-and-delivery.md', import.meta.url);

/** A rule of the document, as `4.2`, and the tests that it names. */
interface Rule {
  readonly number: string;
  readonly tests: { readonly file: string; readonly title: string }[];
}

function readRules(): Rule[] {
  const rules: Rule[] = [];
  for (const line of readFileSync(DOCUMENT, 'utf8').split('\n')) {
    const rule = /^\*\*(\d+\.\d+)\*\* /.exec(line);
    if (rule?.[1] !== undefined) rules.push({ number: rule[1], tests: [] });
    const named = /^- `([\w-]+\.test\.ts)`: (.+)$/.exec(line);
    if (named?.[1] !== undefined && named[2] !== undefined)
      rules.at(-1)?.tests.push({ file: named[1], title: named[2] });
  }
  return rules;
}

/** The titles of the tests of a file, as they are written there. */
function titlesOf(file: string): ReadonlySet<string> {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  return new Set([...text.matchAll(/^test\(\s*(['"`])(.+?)\1,/gm)].map(([, , title]) => title ?? ''));
}

test('every rule of docs/ordering-and-delivery.md names a test, and every test it names exists', () => {
  const rules = readRules();
  expect(rules.length).toBeGreaterThan(40);
  expect(rules.filter(({ tests }) => tests.length === 0).map(({ number }) => number)).toEqual([]);
  const files = new Set(readdirSync(FOLDER));
  const missing = rules.flatMap(({ number, tests }) =>
    tests
      .filter(({ file, title }) => !files.has(file) || !titlesOf(file).has(title))
      .map(({ file, title }) => `${number} names ${file}: ${title}`),
  );
  expect(missing).toEqual([]);
});

test('every test of a rule of delivery is named in docs/ordering-and-delivery.md', () => {
  const named = new Set(readRules().flatMap(({ tests }) => tests.map(({ file, title }) => `${file}: ${title}`)));
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.test.ts') && file !== 'rules-documented.test.ts');
  const unnamed = files
    .flatMap((file) => [...titlesOf(file)].map((title) => `${file}: ${title}`))
    .filter((id) => !named.has(id));
  expect(unnamed).toEqual([]);
});
