import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decay } from '../../src/paths/decay.ts';
import { isNeverWorthTrying, valueOfTrying } from '../../src/paths/exploration.ts';

const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });

test('what is said never to be worth trying is worth less than nothing at every deviation up to that one', () => {
  fc.assert(
    fc.property(positive, positive, fc.double({ min: 1e-3, max: 1, noNaN: true }), (excessMs, greatestMs, part) => {
      fc.pre(isNeverWorthTrying(excessMs, greatestMs * greatestMs));
      expect(valueOfTrying(excessMs, greatestMs * part)).toBeLessThan(0);
    }),
  );
});

test('the value of trying goes through nothing before it counts as hopeless, so that the cut changes no choice', () => {
  const signs = Array.from({ length: 1_600 }, (_, at) => Math.sign(valueOfTrying(at / 1_000, 1)));
  const first = signs.indexOf(-1);
  // 50 E[max(0, N - z)] = z has its root here.
  expect(first / 1_000).toBeGreaterThan(1.4);
  expect(first / 1_000).toBeLessThan(1.5);
  expect(signs.slice(0, first)).toEqual(Array.from({ length: first }, () => 1));
  expect(signs.slice(first)).toEqual(Array.from({ length: signs.length - first }, () => -1));
  expect(isNeverWorthTrying(1.499, 1)).toBe(false);
  expect(isNeverWorthTrying(1.501, 1)).toBe(true);
});

test('what is left after some decisions is the exponential, within the table and beyond it', () => {
  for (const age of [0, 1, 7, 300, 8_191, 8_192, 20_000]) expect(decay(age)).toBe(Math.exp(-age / 300));
});
