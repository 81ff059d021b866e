import { Priority, type RoutableMessage, type RoutingDecision, type RoutingPlugin } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { scrape } from '../routing/routing-fixture.ts';
import { HeldHandler, bench, byNumber, range, recorder } from './delivery-fixture.ts';

function plugin(route: (message: RoutableMessage) => RoutingDecision | undefined): RoutingPlugin {
  return { name: 'mover', route };
}

/** Lifts what has `urgent` as its payload or begins with it. */
const lifter = plugin(({ payload }) =>
  String(payload).startsWith('urgent') ? { priority: Priority.HIGH, reason: 'urgent' } : undefined,
);

test('a plugin moves a message to another lane when nothing of its key waits or runs', async () => {
  const { client, settled } = bench({ plugins: [lifter] });
  const seen = recorder<string>();
  client.subscribe('*', seen.handler);
  client.pause();
  client.publish('a', 'calm');
  client.publish('b', 'urgent');
  client.resume();
  await settled();
  expect(seen.payloads).toEqual(['urgent', 'calm']);
  expect(seen.metas.map(({ priority }) => priority)).toEqual([Priority.HIGH, Priority.NORMAL]);
});

test('a move of a key of which something waits is deferred: the key keeps its lane and its order, and the deferral is counted', async () => {
  const { client, settled } = bench({ plugins: [lifter] });
  const seen = recorder<string>();
  client.subscribe('*', seen.handler);
  client.pause();
  client.publish('a', 'calm');
  client.publish('a', 'urgent');
  client.publish('b', 'other');
  client.resume();
  await settled();
  expect(seen.payloads).toEqual(['calm', 'urgent', 'other']);
  expect(seen.metas.map(({ priority }) => priority)).toEqual([2, 2, 2]);
  expect(scrape(client).get('tradewind_plugin_deferred_moves_total{}')).toBe(1);
});

test('a move of a key of which something runs is deferred, and made as soon as the key is idle', async () => {
  const { client, rest } = bench({ plugins: [lifter] });
  const held = new HeldHandler<string>();
  client.subscribe('*', held.handler);
  client.publish('a', 'calm');
  await rest();
  client.publish('a', 'urgent while it runs');
  await rest();
  held.succeed('calm');
  await rest();
  held.succeed('urgent while it runs');
  await rest();
  client.publish('a', 'urgent when idle');
  await rest();
  expect(held.started.map(({ meta }) => meta.priority)).toEqual([Priority.NORMAL, Priority.NORMAL, Priority.HIGH]);
});

test('a move of a key of which something waits for a retry is deferred', async () => {
  const { client, clock, rest } = bench({ plugins: [lifter] });
  const calls: string[] = [];
  client.subscribe('a', (payload: string, { deliveryCount, priority }) => {
    calls.push(`${payload} ${priority}`);
    if (payload === 'calm' && deliveryCount === 1) throw new Error('once');
  });
  client.publish('a', 'calm');
  await rest();
  client.publish('a', 'urgent');
  await clock.advance(100);
  expect(calls).toEqual(['calm 2', 'calm 2', 'urgent 2']);
});

test('publish order within a key and declared priority holds, however often a plugin changes its mind', async () => {
  let asked = 0;
  const fickle = plugin(() => {
    asked += 1;
    return { priority: ((asked * 7) % 3) as Priority, reason: 'fickle' };
  });
  const { client, rest } = bench({ plugins: [fickle], workers: { min: 4, max: 4 } });
  const seen: Record<string, number[]> = {};
  client.subscribe('*', async (payload: number, { topic }) => {
    for (let i = 0; i < payload % 4; i += 1) await Promise.resolve();
    (seen[topic] ??= []).push(payload);
  });
  for (const n of range(1, 500)) {
    client.publish(`t${n % 6}`, n);
    if (n % 9 === 0) await rest();
  }
  await rest();
  expect(asked).toBe(500);
  expect(Object.values(seen).flat()).toHaveLength(500);
  for (const payloads of Object.values(seen)) expect(payloads).toEqual(payloads.toSorted(byNumber));
});

test('CRITICAL is never lowered, dropped, conflated or expired sooner by a plugin', async () => {
  const decisions: readonly RoutingDecision[] = [
    { priority: Priority.LOW, reason: 'lower it' },
    { drop: true, reason: 'drop it' },
    { conflateBy: 'one', reason: 'conflate it' },
    { conflateBy: 'one', reason: 'conflate it' },
    { expiresAtMs: 1, reason: 'expire it' },
  ];
  let asked = 0;
  const { client, settled, outcomes } = bench({
    plugins: [
      plugin(() => {
        asked += 1;
        return decisions[asked - 1];
      }),
    ],
  });
  const seen = recorder<number>();
  client.subscribe('*', seen.handler);
  client.pause();
  for (const n of decisions.keys()) client.publish('risk', n, { priority: Priority.CRITICAL });
  client.resume();
  await settled();
  expect(asked).toBe(5);
  expect(seen.payloads).toEqual([0, 1, 2, 3, 4]);
  expect(seen.metas.map(({ priority }) => priority)).toEqual([0, 0, 0, 0, 0]);
  expect(outcomes.count('handled')).toBe(5);
});

test('CRITICAL is lowered, dropped and conflated by a plugin when its publisher allows it', async () => {
  const decisions: readonly RoutingDecision[] = [
    { priority: Priority.LOW, reason: 'lower it' },
    { drop: true, reason: 'drop it' },
    { conflateBy: 'one', reason: 'conflate it' },
    { conflateBy: 'one', reason: 'conflate it' },
  ];
  let asked = 0;
  const { client, settled, outcomes } = bench({
    plugins: [
      plugin(() => {
        asked += 1;
        return decisions[asked - 1];
      }),
    ],
  });
  const seen = recorder<number>();
  client.subscribe('*', seen.handler);
  client.pause();
  client.publish('t0', 0, { priority: Priority.CRITICAL, demotable: true });
  client.publish('t1', 1, { priority: Priority.CRITICAL, demotable: true });
  client.publish('t2', 2, { priority: Priority.CRITICAL, demotable: true });
  client.publish('t2', 3, { priority: Priority.CRITICAL, demotable: true });
  client.resume();
  await settled();
  expect(seen.payloads).toEqual([3, 0]);
  expect(seen.metas.map(({ priority }) => priority)).toEqual([Priority.CRITICAL, Priority.LOW]);
  expect(outcomes.of('dropped').map(({ sequence, reason }) => [sequence, reason])).toEqual([[2, 'plugin']]);
  expect(outcomes.of('superseded').map(({ sequence }) => sequence)).toEqual([3]);
});

test('what was not declared CRITICAL is not protected: a plugin may lower what an earlier one has lifted', async () => {
  const lift: RoutingPlugin = { name: 'lift', route: () => ({ priority: Priority.CRITICAL, reason: 'lifted' }) };
  const lower: RoutingPlugin = { name: 'lower', route: () => ({ priority: Priority.LOW, reason: 'lowered' }) };
  const { client, settled } = bench({ plugins: [lift, lower] });
  const seen = recorder<number>();
  client.subscribe('*', seen.handler);
  client.publish('a', 1, { priority: Priority.NORMAL });
  await settled();
  expect(seen.metas.map(({ priority }) => priority)).toEqual([Priority.LOW]);
});

test('what a plugin drops is accepted, counted under the reason plugin, and never handled', async () => {
  const { client, settled, outcomes } = bench({ plugins: [plugin(() => ({ drop: true, reason: 'closed market' }))] });
  const seen = recorder<number>();
  client.subscribe('*', seen.handler);
  expect(client.publish('a', 1)).toBe(true);
  await settled();
  expect(seen.payloads).toEqual([]);
  expect(outcomes.all.map(({ kind, reason }) => [kind, reason])).toEqual([['dropped', 'plugin']]);
});
