import { expect, test } from 'vitest';
import type { WorkersScaledEvent } from '../../src/index.ts';
import { HeldHandler, RETRY, bench, codeOf, codeOfThrown, range } from './delivery-fixture.ts';

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

test('a worker that is stuck makes its part degraded; replaced, others take its place, and nothing is lost or out of order', async () => {
  const { client, clock, rest, outcomes } = bench({ workers: { min: 3, max: 3, stuckAfterMs: 1_000 }, retry: RETRY });
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  const workers = () => client.parts().find(({ name }) => name === 'workers');
  const replace = () =>
    workers()
      ?.remedies?.()
      .find(({ name }) => name === 'replace-stuck')
      ?.run();
  for (const n of [1, 2, 3]) client.publish('a', n, { orderingKey: 'j' });
  await rest();
  await clock.advance(900);
  client.publish('a', 10, { orderingKey: 'k' });
  await rest();
  await replace();
  expect(held.running).toEqual([1, 10]);
  expect(workers()?.health().status).toBe('up');
  await clock.advance(200);
  expect(workers()?.health()).toMatchObject({
    status: 'degraded',
    reason: expect.stringContaining('a worker is stuck: the handler of '),
  });
  await replace();
  expect(outcomes.of('failed').map(({ sequence, error }) => [sequence, codeOf(error)])).toEqual([
    [1, 'HANDLER_TIMEOUT'],
  ]);
  await clock.advance(RETRY.initialDelayMs);
  // The second life of 1, before those behind it; 10 was not stuck.
  expect(held.payloads).toEqual([1, 10, 1]);
  expect(workers()?.health().reason).not.toContain('stuck');
  for (let i = 0; i < 5; i += 1) {
    held.succeedAll();
    await rest();
  }
  expect(held.payloads).toEqual([1, 10, 1, 2, 3]);
  // 1 once: what the lost handler came back with does not count.
  expect(outcomes.of('handled')).toHaveLength(4);
  expect(await Array.fromAsync(client.deadLetters.list())).toEqual([]);
});

test('a batch handler that is stuck is given up too; its messages are tried again', async () => {
  const { client, clock, rest, outcomes } = bench({ workers: { min: 1, max: 1, stuckAfterMs: 1_000 }, retry: RETRY });
  const batches: (readonly number[])[] = [];
  client.subscribeBatch(
    'a',
    (messages) => {
      batches.push(messages.map(({ payload }) => payload as number));
      return batches.length === 1 ? new Promise<void>(() => undefined) : Promise.resolve();
    },
    { maxSize: 2, maxDelayMs: 10 },
  );
  for (const n of [1, 2]) client.publish('a', n);
  await rest();
  await clock.advance(1_100);
  const workers = client.parts().find(({ name }) => name === 'workers');
  expect(workers?.health().reason).toContain('a batch handler');
  await workers?.remedies?.()[0]?.run();
  await clock.advance(60_000);
  expect(batches.flat().filter((n) => n === 2).length).toBeGreaterThan(1);
  expect(outcomes.of('handled')).toHaveLength(2);
});
