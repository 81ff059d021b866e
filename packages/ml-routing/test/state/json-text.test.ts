import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSealed, sealState, sealStateInTurns } from '../../src/state/state-envelope.ts';
import { jsonPieces } from '../../src/state/json-text.ts';

const LARGE = {
  names: Array.from({ length: 4_000 }, (_, at) => `data.quotes.VENUE.SYM${at}`),
  columns: { level: Array.from({ length: 60_000 }, (_, at) => Math.sin(at)), empty: [] },
  instruments: Array.from({ length: 500 }, (_, at) => ({ id: `S${at} 😀`, usual: [at, [at / 3, { deep: [] }]] })),
  nothing: null,
};

test('pieces are together what JSON.stringify makes of the value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 700 }), (value, times) => {
      const data = { value, many: Array.from({ length: times }, () => value) };
      expect([...jsonPieces(data, 'data')].join('')).toBe(JSON.stringify(data));
    }),
    { numRuns: 60 },
  );
  expect([...jsonPieces(LARGE, 'data')].join('')).toBe(JSON.stringify(LARGE));
});

test('no piece of a large state is long', () => {
  const longest = Math.max(...[...jsonPieces(LARGE, 'data')].map((piece) => piece.length));
  expect(longest).toBeLessThan(16_384);
});

test('a large state is sealed in many turns, as the same text', async () => {
  const saved = { state: { version: 2, data: LARGE }, savedAtMs: 1_700_000_000_000.25 };
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const text = await sealStateInTurns(saved);
  isOver = true;
  expect(text).toBe(sealState(saved));
  expect(turns).toBeGreaterThan(10);
});

test('what was sealed is known by its checksum; another spacing is read, and what was changed is not', async () => {
  const text = sealState({ state: { version: 2, data: LARGE }, savedAtMs: 12.5 });
  expect(await isSealed(text)).toBe(true);
  expect(await isSealed(JSON.stringify(JSON.parse(text), null, 2))).toBe(true);
  for (const broken of [text.replace('SYM7"', 'SYM8"'), text.replace('12.5', '13.5'), text.slice(0, -3), '', 'null']) {
    expect(await isSealed(broken)).toBe(false);
  }
});

test('what is no JSON is named by its place, however deep in a large state', () => {
  const level = Array.from({ length: 5_000 }, (_, at) => (at === 4_321 ? Number.NaN : at));
  const seal = (data: unknown) => (): string => sealState({ state: { version: 1, data: data as never }, savedAtMs: 1 });
  expect(seal({ columns: { level } })).toThrow('at data.columns.level[4321], received NaN');
  expect(seal({ many: LARGE.instruments.map((each, at) => (at === 300 ? new Map() : each)) })).toThrow(
    'at data.many[300], received an instance of a class',
  );
});
