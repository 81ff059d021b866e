import { expect, test } from 'vitest';
import type { WorkersScaledEvent } from '../../src/index.ts';
import { HeldHandler, bench, codeOfThrown, range } from './delivery-fixture.ts';

/** A client that starts with two of at most eight workers, and an asynchronous handler for everything. */
function pool(min = 2, max = 8) {
  const b = bench({ workers: { min, max } });
  const held = new HeldHandler<number>();
  const sizes: number[] = [];
  b.client.subscribe('*', held.handler);
  b.client.events.on('workersScaled', ({ to }: WorkersScaledEvent) => sizes.push(to));
  return { ...b, held, sizes };
}

test('workers grow while messages wait and all of them are busy, never beyond the maximum', async () => {
  const { client, clock, rest, held, sizes } = pool();
  for (const n of range(1, 20)) client.publish(`t${n}`, n);
  await rest();
  expect(held.running).toHaveLength(2);
  await clock.advance(100);
  expect(held.running).toHaveLength(8);
  expect(sizes.at(-1)).toBe(8);
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  await clock.advance(10_000);
  expect(held.peak).toBe(8);
});

test('workers that nobody needs go away again, never below the minimum, and a short lull changes nothing', async () => {
  const { client, clock, rest, held, sizes } = pool();
  for (const n of range(1, 20)) client.publish(`t${n}`, n);
  await clock.advance(100);
  const grown = sizes.length;
  while (held.running.length > 0) {
    held.succeedAll();
    await rest();
  }
  await clock.advance(50);
  expect(sizes).toHaveLength(grown);
  await clock.advance(60_000);
  expect(sizes.at(-1)).toBe(2);
  expect(Math.min(...sizes)).toBe(2);
});

test('a load that fits its workers adds none', async () => {
  const { client, clock, held, sizes } = pool();
  for (const n of range(1, 100)) {
    client.publish(`t${n}`, n);
    await clock.advance(10);
    held.succeedAll();
  }
  await clock.advance(10);
  expect(held.started).toHaveLength(100);
  expect(sizes).toEqual([]);
});

test('a synchronous handler occupies a worker only during its call', async () => {
  const { client, rest } = bench({ workers: { min: 1, max: 1 } });
  let calls = 0;
  for (const id of ['a', 'b', 'c']) client.subscribe('*', () => (calls += 1), { id });
  for (const n of range(1, 100)) client.publish(`t${n}`, n);
  await rest();
  expect(calls).toBe(300);
});

test('the bounds can be changed while handlers run: none is interrupted, and none starts beyond a lower maximum', async () => {
  const { client, clock, rest, held } = pool(8, 8);
  for (const n of range(1, 30)) client.publish(`t${n}`, n);
  await rest();
  expect(held.running).toHaveLength(8);
  expect(client.reconfigure({ 'workers.min': 1, 'workers.max': 3 })).toEqual({ 'workers.min': 8, 'workers.max': 8 });
  await rest();
  expect(held.running).toHaveLength(8);
  for (const payload of held.running.slice(0, 5)) held.succeed(payload);
  await rest();
  expect(held.running).toHaveLength(3);
  held.succeed(held.running[0] ?? 0);
  await clock.advance(100);
  expect(held.running).toHaveLength(3);
  expect(held.started).toHaveLength(9);
  expect(codeOfThrown(() => client.reconfigure({ 'workers.min': 4 }))).toBe('INVALID_OPTIONS');
  expect(codeOfThrown(() => client.reconfigure({ 'workers.max': 51 }))).toBe('INVALID_OPTIONS');
});
