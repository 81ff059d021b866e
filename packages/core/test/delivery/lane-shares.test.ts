import { PRIORITIES, PRIORITY_NAMES, Priority, type LaneScheduler } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bench, range } from './delivery-fixture.ts';

type Quadruple = readonly [number, number, number, number];

/** A client whose four lanes are full; `served` tells how many of each lane were handled so far. */
function saturated(depths: Quadruple, shares?: Quadruple, scheduler?: LaneScheduler) {
  const lanes = Object.fromEntries(PRIORITY_NAMES.map((name, i) => [name, { share: shares?.[i] }]));
  const b = bench({ ...(shares === undefined ? {} : { lanes }), scheduler });
  const served: [number, number, number, number] = [0, 0, 0, 0];
  const order: Priority[] = [];
  b.client.subscribe('*', (_, { priority }) => {
    served[priority] += 1;
    order.push(priority);
  });
  b.client.pause();
  for (const priority of PRIORITIES) for (const n of range(1, depths[priority])) b.client.publish('a', n, { priority });
  return { ...b, served, order };
}

test('every lane gets its guaranteed share while the more urgent ones are full', async () => {
  const shares: Quadruple = [0.4, 0.3, 0.2, 0.1];
  const { client, rest, order } = saturated([5_000, 5_000, 5_000, 5_000], shares);
  client.resume();
  await rest();
  expect(order).toHaveLength(20_000);
  // As long as all lanes have work, every window of 1,000 picks keeps the guarantee.
  const busy = order.slice(0, 10_000);
  for (let start = 0; start + 1_000 <= busy.length; start += 1_000) {
    const window = busy.slice(start, start + 1_000);
    for (const priority of PRIORITIES) {
      const part = window.filter((lane) => lane === priority).length;
      expect(part, `lane ${priority} from ${start}`).toBeGreaterThanOrEqual(Math.floor(1_000 * shares[priority]) - 3);
    }
  }
});

test('CRITICAL goes first: whatever the shares of the others leave belongs to the most urgent lane', async () => {
  const { client, rest, order } = saturated([5_000, 5_000, 5_000, 5_000]);
  client.resume();
  await rest();
  const window = order.slice(0, 5_000);
  const critical = window.filter((lane) => lane === Priority.CRITICAL).length;
  expect(critical).toBeGreaterThanOrEqual(5_000 * 0.7 - 3);
  // And what CRITICAL does not use goes to the next lane, not to the least urgent one.
  const two = saturated([0, 3_000, 3_000, 3_000]);
  two.client.resume();
  await two.rest();
  expect(two.order.slice(0, 3_000).filter((lane) => lane === Priority.HIGH).length).toBeGreaterThanOrEqual(
    3_000 * 0.9 - 3,
  );
});

test('a CRITICAL message that comes while the other lanes are full waits for at most three others', async () => {
  const { client, clock, rest } = bench({ sliceMs: 1 });
  let others = 0;
  let publishedAt = 0;
  const waited: number[] = [];
  client.subscribe('*', (_, { priority }) => {
    clock.elapse(0.05);
    if (priority === Priority.CRITICAL) waited.push(others - publishedAt);
    else others += 1;
  });
  client.pause();
  for (const priority of [1, 2, 3] as const) for (const n of range(1, 2_000)) client.publish('a', n, { priority });
  client.resume();
  const turn = (): void => {
    publishedAt = others;
    client.publish('stop', 1, { priority: Priority.CRITICAL });
    if (waited.length < 50) clock.nextTurn(turn);
  };
  clock.nextTurn(turn);
  await rest();
  expect(others).toBe(6_000);
  expect(waited.length).toBeGreaterThanOrEqual(50);
  expect(Math.max(...waited)).toBeLessThanOrEqual(3);
});

test('shares can be changed while the client runs', async () => {
  const { client, rest, order } = saturated([0, 20_000, 0, 20_000], [0.1, 0.4, 0.1, 0.1]);
  const previous = client.reconfigure({ 'lanes.LOW.share': 0.4 });
  expect(previous).toEqual({ 'lanes.LOW.share': 0.1 });
  client.resume();
  await rest();
  const low = (from: number): number => order.slice(from, from + 1_000).filter((lane) => lane === Priority.LOW).length;
  expect(low(0)).toBeGreaterThanOrEqual(397);
  expect(low(10_000)).toBeGreaterThanOrEqual(397);
});

test('shares hold for any shares and any mix of full lanes', async () => {
  const parts = fc.tuple(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 60 }),
  );
  const full = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean());
  await fc.assert(
    fc.asyncProperty(parts, full, async (weights, lanes) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const shares = weights.map((weight) =>
        Math.max(0.001, Math.floor((weight / total) * 1_000) / 1_000),
      ) as unknown as Quadruple;
      const depths = lanes.map((isFull) => (isFull ? 1_000 : 0)) as unknown as Quadruple;
      const { client, rest, order } = saturated(depths, shares);
      client.resume();
      await rest();
      expect(order).toHaveLength(depths.reduce((sum, depth) => sum + depth, 0));
      const picks = 600;
      const window = order.slice(0, Math.min(picks, order.length));
      for (const priority of PRIORITIES) {
        if (depths[priority] === 0) continue;
        const served = window.filter((lane) => lane === priority).length;
        expect(served).toBeGreaterThanOrEqual(Math.floor(window.length * shares[priority]) - 3);
      }
    }),
    { numRuns: 60, seed: 20_240_101 },
  );
});

test('a scheduler that always picks one lane starves no other: a lane that was passed over for too long is served', async () => {
  const { client, clock } = bench({
    scheduler: { name: 'stubborn', pick: (lanes) => (lanes.runnable(Priority.LOW) > 0 ? Priority.LOW : Priority.HIGH) },
    maxStarvationMs: 20,
  });
  const waits: number[] = [];
  client.subscribe('*', (_, { priority, publishedAtMs }) => {
    clock.elapse(0.05);
    if (priority === Priority.HIGH) waits.push(clock.now() - publishedAtMs);
  });
  client.pause();
  for (const n of range(1, 10_000)) client.publish('a', n, { priority: Priority.LOW });
  for (const n of range(1, 5)) client.publish('b', n, { priority: Priority.HIGH });
  client.resume();
  await clock.advance(2_000);
  expect(waits).toHaveLength(5);
  // 10,000 LOW messages of 0.05 ms take 500 ms; the first HIGH one goes after about 20.
  expect(waits[0]).toBeLessThan(40);
});

test('a scheduler that throws, picks an empty lane or no lane at all is replaced by the default one, and nothing is lost', async () => {
  const picks: readonly (() => unknown)[] = [
    () => {
      throw new Error('no model');
    },
    () => 9,
    () => Number.NaN,
    () => 'LOW',
    () => undefined,
    () => Priority.CRITICAL,
  ];
  for (const pick of picks) {
    const { client, rest, order, served } = saturated([0, 500, 500, 500], undefined, {
      name: 'broken',
      pick: pick as () => Priority,
    });
    client.resume();
    await rest();
    expect(served).toEqual([0, 500, 500, 500]);
    expect(order[0]).toBe(Priority.HIGH);
  }
});
