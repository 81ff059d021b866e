import { expect, test } from 'vitest';
import { LeastPending, PeakEwma, PowerOfTwoChoices, RoundRobin, type PathStrategy } from '../../src/index.ts';

const PATHS = ['a', 'b', 'c'];

function send(strategy: PathStrategy, ticket: number, nowMs = 0): string {
  return strategy.choose(PATHS, { ticket, nowMs, size: 0, volatility: 0 });
}

function arrive(
  strategy: PathStrategy,
  ticket: number,
  path: string,
  [latencyMs, atMs = latencyMs]: readonly number[],
): void {
  if (latencyMs === undefined || atMs === undefined) throw new Error('Expected a latency.');
  strategy.settled({ ticket, path, atMs, latencyMs, result: 'arrived' });
}

test('round robin takes one after the other', () => {
  const strategy = new RoundRobin();
  expect([1, 2, 3, 4].map((ticket) => send(strategy, ticket))).toEqual(['b', 'c', 'a', 'b']);
});

test('least pending takes the path with the fewest under way', () => {
  const strategy = new LeastPending();
  const chosen = [1, 2, 3].map((ticket) => send(strategy, ticket));
  expect(chosen.toSorted()).toEqual(PATHS);
  arrive(strategy, 2, chosen[1] ?? '', [5]);
  expect(send(strategy, 4)).toBe(chosen[1]);
});

test('power of two choices never takes the busier of the two drawn', () => {
  const draws = [0, 0, 0, 0, 0, 0, 0.4, 0.9];
  const strategy = new PowerOfTwoChoices({ random: { next: () => draws.shift() ?? 0 } });
  expect(send(strategy, 1)).toBe('a');
  expect(send(strategy, 2)).toBe('b');
  expect(send(strategy, 3)).toBe('a');
  // b and a are drawn: b has one under way, a two.
  expect(send(strategy, 4)).toBe('b');
});

test('power of two choices has no choice with one path', () => {
  const strategy = new PowerOfTwoChoices({ random: { next: () => 0.99 } });
  expect(strategy.choose(['only'], { ticket: 1, nowMs: 0, size: 0, volatility: 0 })).toBe('only');
});

test('peak-EWMA tries what it does not know, then takes the cheapest, jumps to a peak, and forgets it in time', () => {
  const strategy = new PeakEwma({ decayMs: 100 });
  expect(PATHS.map((_, at) => send(strategy, at + 1))).toEqual(PATHS);
  arrive(strategy, 1, 'a', [10]);
  arrive(strategy, 2, 'b', [20]);
  arrive(strategy, 3, 'c', [30]);
  expect(send(strategy, 4, 30)).toBe('a');
  arrive(strategy, 4, 'a', [80, 110]);
  expect(send(strategy, 5, 110)).toBe('b');
  arrive(strategy, 5, 'b', [20, 130]);
  // 400 ms without any news have made a cheap again; b is kept fresh.
  arrive(strategy, 6, 'b', [20, 510]);
  arrive(strategy, 7, 'c', [30, 510]);
  expect(send(strategy, 8, 510)).toBe('a');
});

test('latencies that are none teach peak-EWMA nothing', () => {
  const strategy = new PeakEwma();
  for (const [at, path] of PATHS.entries()) arrive(strategy, at, path, [10 + at]);
  for (const latencyMs of [Number.NaN, -5, Infinity]) arrive(strategy, 9, 'c', [latencyMs, 10]);
  expect(send(strategy, 10, 10)).toBe('a');
});

test.each([
  ['decayMs', () => new PeakEwma({ decayMs: Number.NaN })],
  ['decayMs', () => new PeakEwma({ decayMs: -5 })],
  ['random', () => new PowerOfTwoChoices({ random: { next: 0.5 } as never })],
  ['random', () => new PowerOfTwoChoices({} as never)],
])('an option that cannot be used is named: %s', (path, make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', path }));
});

test.each([
  new RoundRobin(),
  new LeastPending(),
  new PeakEwma(),
  new PowerOfTwoChoices({ random: { next: () => 0.5 } }),
])('a choice among no paths throws: $name', (strategy) => {
  const request = { ticket: 1, nowMs: 0, size: 0, volatility: 0 };
  expect(() => strategy.choose([], request)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  // And nothing is broken by it.
  expect(PATHS).toContain(send(strategy, 2));
});
