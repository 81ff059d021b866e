import { Priority, type RoutingDecision, type RoutingPlugin } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { HeldHandler, bench, byNumber, range, recorder } from './delivery-fixture.ts';

test('a plugin that throws is cut off with a log line, and its messages go on by the default route', async () => {
  let asked = 0;
  const faulty: RoutingPlugin = {
    name: 'faulty',
    route: () => {
      asked += 1;
      throw new Error('no model');
    },
  };
  const { client, settled, logger } = bench({ plugins: [faulty] });
  const seen = recorder<number>();
  client.subscribe('*', seen.handler);
  for (const n of range(1, 1_000)) client.publish('a', n);
  await settled();
  expect(seen.payloads).toEqual(range(1, 1_000));
  expect(asked).toBeLessThan(100);
  expect(logger.lines.filter(({ event }) => event === 'plugin.circuit-opened').map(({ plugin }) => plugin)).toEqual([
    'faulty',
  ]);
  expect(client.health().status).toBe('degraded');
});

test('a plugin that was cut off is tried again later', async () => {
  let broken = true;
  const recovering: RoutingPlugin = {
    name: 'recovering',
    route: () => {
      if (broken) throw new Error('no model yet');
      return { priority: Priority.HIGH, reason: 'lifted' };
    },
  };
  const { client, clock, settled } = bench({ plugins: [recovering] });
  const seen = recorder<number>();
  client.subscribe('*', seen.handler);
  for (const n of range(1, 100)) client.publish('a', n);
  await settled();
  broken = false;
  await clock.advance(600_000);
  for (const n of range(101, 200)) {
    client.publish('a', n);
    await settled();
  }
  expect(seen.payloads).toEqual(range(1, 200));
  expect(seen.metas[0]?.priority).toBe(Priority.NORMAL);
  expect(seen.metas[199]?.priority).toBe(Priority.HIGH);
  expect(client.health().status).toBe('up');
});

test('a slow plugin is cut off when it overruns its budget', async () => {
  let asked = 0;
  const { client, clock, settled, logger } = bench({
    plugins: [
      {
        name: 'slow',
        route: () => {
          asked += 1;
          clock.elapse(5);
          return undefined;
        },
      },
    ],
  });
  const seen = recorder<number>();
  client.subscribe('*', seen.handler);
  for (const n of range(1, 5_000)) client.publish('a', n);
  await settled();
  expect(seen.payloads).toEqual(range(1, 5_000));
  expect(asked).toBeLessThan(5_000);
  expect(logger.lines.filter(({ event }) => event === 'plugin.circuit-opened')[0]?.['plugin']).toBe('slow');
});

test('a plugin that lies is not believed: what it returns that is no decision is ignored as a whole', async () => {
  const lies: readonly unknown[] = [
    { priority: 7, reason: 'no such lane' },
    { priority: 0.5, reason: 'between lanes' },
    { priority: Number.NaN, reason: 'no number' },
    { expiresAtMs: Number.NaN, reason: 'no time' },
    { path: 42, reason: 'no path' },
    { drop: 'yes', reason: 'no boolean' },
    { conflateBy: {}, reason: 'no text' },
    Promise.resolve({ drop: true, reason: 'asynchronous' }),
    'LOW',
    42,
    null,
  ];
  for (const lie of lies) {
    const { client, settled } = bench({ plugins: [{ name: 'liar', route: () => lie as RoutingDecision }] });
    const seen = recorder<number>();
    client.subscribe('*', seen.handler);
    for (const n of range(1, 20)) expect(client.publish('a', n)).toBe(true);
    await settled();
    expect(seen.payloads).toEqual(range(1, 20));
    expect(new Set(seen.metas.map(({ priority }) => priority))).toEqual(new Set([Priority.NORMAL]));
  }
});

test('a plugin whose observe throws is cut off, and every delivery is settled all the same', async () => {
  const { client, settled, outcomes } = bench({
    plugins: [
      {
        name: 'blind',
        observe: () => {
          throw new Error('cannot look');
        },
      },
    ],
  });
  const seen = recorder<number>();
  client.subscribe('*', seen.handler);
  for (const n of range(1, 500)) client.publish('a', n);
  await settled();
  expect(seen.payloads).toEqual(range(1, 500));
  expect(outcomes.count('handled')).toBe(500);
});

test('a plugin that publishes from inside route is at fault, and neither message is lost', async () => {
  let nested = false;
  const { client, settled } = bench({
    plugins: [
      {
        name: 'nested',
        route: () => {
          if (!nested) {
            nested = true;
            client.publish('inner', 'inner');
          }
          return undefined;
        },
      },
    ],
  });
  const seen = recorder<string>();
  client.subscribe('*', seen.handler);
  client.publish('outer', 'outer');
  await settled();
  expect(seen.payloads.toSorted()).toEqual(['inner', 'outer']);
});

test('a plugin that conflates and moves at random loses nothing that it may not lose', async () => {
  let state = 1;
  const random = (n: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
  const wild: RoutingPlugin = {
    name: 'wild',
    route: () => ({
      priority: random(4) as Priority,
      conflateBy: random(3) === 0 ? `c${random(4)}` : undefined,
      drop: random(10) === 0,
      reason: 'wild',
    }),
  };
  const { client, rest, outcomes } = bench({ plugins: [wild], workers: { min: 2, max: 2 } });
  const held = new HeldHandler<number>();
  client.subscribe('*', held.handler);
  for (const n of range(1, 800)) {
    client.publish(`t${n % 9}`, n, { priority: random(4) as Priority });
    if (n % 20 !== 0) continue;
    await rest();
    held.succeedAll();
  }
  for (let round = 0; round < 1_000 && (await rest(), held.running.length > 0); round += 1) held.succeedAll();
  const settledKinds = outcomes.all.filter(({ kind }) => kind !== 'failed');
  expect(settledKinds.map(({ sequence }) => sequence).toSorted(byNumber)).toEqual(range(1, 800));
  expect(outcomes.count('superseded')).toBeGreaterThan(0);
  expect(outcomes.of('dropped').every(({ reason }) => reason === 'plugin')).toBe(true);
});
