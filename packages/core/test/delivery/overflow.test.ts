import { PRIORITY_NAMES, Priority, type OverflowPolicy } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import type { DropEvent, WaterMarkEvent } from '../../src/index.ts';
import { scrape } from '../routing/routing-fixture.ts';
import { laneLevels } from './lane-levels.ts';
import { HeldHandler, bench, codeOf, codeOfRejection, codeOfThrown, range, recorder } from './delivery-fixture.ts';

/** A paused client whose NORMAL lane takes three messages. */
function narrow(overflow: OverflowPolicy, maxWaiters = 100) {
  const b = bench({ lanes: { NORMAL: { capacity: 3, overflow } }, maxWaiters });
  const seen = recorder<number>();
  b.client.subscribe('*', seen.handler);
  b.client.pause();
  return { ...b, seen };
}

test('refuse: publish returns false when the lane is full, and nothing that was accepted is lost', async () => {
  const { client, settled, seen, outcomes } = narrow('refuse');
  expect(range(1, 5).map((n) => client.publish('a', n))).toEqual([true, true, true, false, false]);
  client.resume();
  await settled();
  expect(seen.payloads).toEqual([1, 2, 3]);
  expect(outcomes.of('refused').map(({ reason }) => reason)).toEqual(['laneFull', 'laneFull']);
  expect(client.publish('a', 6)).toBe(true);
});

test('dropOldest: the oldest waiting message makes room', async () => {
  const { client, settled, seen, outcomes } = narrow('dropOldest');
  for (const n of range(1, 5)) expect(client.publish('a', n)).toBe(true);
  client.resume();
  await settled();
  expect(seen.payloads).toEqual([3, 4, 5]);
  expect(outcomes.of('dropped').map(({ sequence, reason }) => [sequence, reason])).toEqual([
    [1, 'overflowOldest'],
    [2, 'overflowOldest'],
  ]);
});

test('dropNewest: what comes to a full lane is dropped, and publish returns true', async () => {
  const { client, settled, seen, outcomes } = narrow('dropNewest');
  for (const n of range(1, 5)) expect(client.publish('a', n)).toBe(true);
  client.resume();
  await settled();
  expect(seen.payloads).toEqual([1, 2, 3]);
  expect(outcomes.of('dropped').map(({ sequence, reason }) => [sequence, reason])).toEqual([
    [4, 'overflowNewest'],
    [5, 'overflowNewest'],
  ]);
});

test('dropOldest gives up parked messages too, when nothing else of the lane waits', async () => {
  const { client, rest, outcomes } = bench({ lanes: { NORMAL: { capacity: 2, overflow: 'dropOldest' } } });
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  for (const n of range(1, 5)) {
    client.publish('a', n);
    await rest();
  }
  for (let i = 0; i < 5; i += 1) {
    held.succeedAll();
    await rest();
  }
  // The first one runs and is no waiting message; of the four others the lane keeps two.
  expect(held.payloads).toEqual([1, 4, 5]);
  expect(outcomes.of('dropped').map(({ sequence, reason }) => [sequence, reason])).toEqual([
    [2, 'overflowOldest'],
    [3, 'overflowOldest'],
  ]);
});

test('each lane has its own capacity and policy', async () => {
  const { client } = bench({
    lanes: {
      CRITICAL: { capacity: 1, overflow: 'refuse' },
      HIGH: { capacity: 2, overflow: 'refuse' },
      NORMAL: { capacity: 3, overflow: 'refuse' },
      LOW: { capacity: 4, overflow: 'dropNewest' },
    },
  });
  client.pause();
  const accepted = PRIORITY_NAMES.map(
    (name) => range(1, 5).filter((n) => client.publish('a', n, { priority: Priority[name] })).length,
  );
  expect(accepted).toEqual([1, 2, 3, 5]);
});

test('every drop is counted by reason, logged and told as an event, at most once a second for each reason', async () => {
  const { client, clock, logger } = narrow('dropNewest');
  const events: DropEvent[] = [];
  client.events.on('drop', (event) => events.push({ ...event }));
  for (const n of range(1, 10)) client.publish('a', n);
  expect(events).toEqual([{ priority: Priority.NORMAL, reason: 'overflowNewest', dropped: 1 }]);
  await clock.advance(1_000);
  expect(events.map(({ dropped }) => dropped)).toEqual([1, 6]);
  expect(logger.lines.filter(({ event }) => event === 'lane.dropping')).toHaveLength(2);
});

test('publishWhenReady waits for room, and waiters enter in their order before later publishes', async () => {
  const { client, rest, settled, seen } = narrow('refuse');
  for (const n of range(1, 3)) client.publish('a', n);
  const entered: number[] = [];
  const waiting = [4, 5, 6, 7].map((n) => client.publishWhenReady('a', n).then(() => entered.push(n)));
  await rest();
  expect(entered).toEqual([]);
  // Who does not wait does not overtake those who do.
  expect(client.publish('a', 99)).toBe(false);
  client.resume();
  await settled();
  await Promise.all(waiting);
  await settled();
  expect(entered).toEqual([4, 5, 6, 7]);
  expect(seen.payloads).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('publishWhenReady resolves at once when there is room', async () => {
  const { client, settled, seen } = narrow('refuse');
  await client.publishWhenReady('a', 1);
  client.resume();
  await settled();
  expect(seen.payloads).toEqual([1]);
});

test('publishWhenReady that waited too long rejects with LANE_FULL, an aborted one with ABORTED, and neither is delivered', async () => {
  const { client, clock, settled, seen } = narrow('refuse');
  for (const n of range(1, 3)) client.publish('a', n);
  const abort = new AbortController();
  const errors: Record<string, string | undefined> = {};
  const note = (name: string) => (error: unknown) => {
    errors[name] = codeOf(error);
  };
  const late = client.publishWhenReady('a', 4, { timeoutMs: 50 }).catch(note('late'));
  const aborted = client.publishWhenReady('a', 5, { signal: abort.signal }).catch(note('aborted'));
  const usual = client.publishWhenReady('a', 6).catch(note('usual'));
  await clock.advance(49);
  expect(errors).toEqual({});
  await clock.advance(1);
  expect(errors).toEqual({ late: 'LANE_FULL' });
  abort.abort(new Error('enough'));
  await clock.settle();
  expect(errors).toEqual({ late: 'LANE_FULL', aborted: 'ABORTED' });
  await clock.advance(5_000);
  expect(errors).toEqual({ late: 'LANE_FULL', aborted: 'ABORTED', usual: 'LANE_FULL' });
  await Promise.all([late, aborted, usual]);
  expect(await codeOfRejection(client.publishWhenReady('a', 7, { signal: AbortSignal.abort() }))).toBe('ABORTED');
  client.resume();
  await settled();
  expect(seen.payloads).toEqual([1, 2, 3]);
});

test('the number of waiters is bounded: one too many rejects with TOO_MANY_WAITERS', async () => {
  const { client, settled, seen } = narrow('refuse', 2);
  for (const n of range(1, 3)) client.publish('a', n);
  const waiting = [4, 5].map((n) => client.publishWhenReady('a', n));
  expect(await codeOfRejection(client.publishWhenReady('a', 6))).toBe('TOO_MANY_WAITERS');
  client.resume();
  await settled();
  await Promise.all(waiting);
  await settled();
  expect(seen.payloads).toEqual([1, 2, 3, 4, 5]);
});

test('a lane tells when it passes its high water mark and when it has drained to half of it', async () => {
  const { client, settled } = bench({ lanes: { LOW: { capacity: 10 } }, highWaterRatio: 0.8 });
  const events: string[] = [];
  const note =
    (name: string) =>
    ({ priority, depth, capacity }: WaterMarkEvent) =>
      events.push(`${name} ${priority}: ${depth} of ${capacity}`);
  client.events.on('highWater', note('high'));
  client.events.on('lowWater', note('low'));
  client.subscribe('*', () => undefined);
  client.pause();
  for (const n of range(1, 10)) client.publish('a', n, { priority: Priority.LOW });
  expect(events).toEqual(['high 3: 8 of 10']);
  client.resume();
  await settled();
  expect(events).toEqual(['high 3: 8 of 10', 'low 3: 4 of 10']);
});

const invalid = (): unknown =>
  bench({ lanes: { LOW: { capacity: 0, overflow: 'forget' as OverflowPolicy } }, workers: { max: 51 }, sliceMs: -1 });

test('options that are none are refused all at once, each with its path', () => {
  expect(codeOfThrown(invalid)).toBe('INVALID_OPTIONS');
  let paths: readonly string[] = [];
  try {
    invalid();
  } catch (error) {
    paths = (error as { readonly issues: readonly { readonly path: string }[] }).issues.map(({ path }) => path);
  }
  expect(paths.toSorted()).toEqual(['lanes.LOW.capacity', 'lanes.LOW.overflow', 'sliceMs', 'workers.max']);
});

test('a handler that publishes while its message has yet to be parked for another subscription does not overfill the lane', async () => {
  for (const overflow of ['refuse', 'dropOldest', 'dropNewest', 'conflate'] as const) {
    const { client, rest } = bench({ lanes: { NORMAL: { capacity: 2, overflow } } });
    const occupied = (): number => {
      const metrics = scrape(client);
      return ['queued', 'parked']
        .map((what) => metrics.get(`tradewind_lane_${what}{lane=NORMAL,direction=local}`) ?? Number.NaN)
        .reduce((sum, count) => sum + count, 0);
    };
    let published = 0;
    client.subscribe('a', () => {
      // Three for each message: more than there is room for.
      for (let i = 0; i < 3 && published < 9; i += 1) client.publish('a', (published += 1));
    });
    const held = new HeldHandler<number>();
    client.subscribe('a', held.handler, { concurrency: 1 });
    client.publish('a', 0);
    const looks: number[] = [];
    for (let i = 0; i < 10; i += 1) {
      await rest();
      looks.push(occupied());
      held.succeedAll();
    }
    expect(Math.max(...looks), overflow).toBe(2);
  }
});

test('a message keeps its place until the last of its subscriptions has it, though the one that waited for it ends', async () => {
  const { client, clock } = bench({ lanes: { NORMAL: { capacity: 1 } } });
  const first = client.subscribe('a', () => new Promise<never>(() => undefined));
  const published: boolean[] = [];
  client.subscribe('a', (payload) => {
    if (payload !== 2) return;
    first.unsubscribe();
    published.push(client.publish('b', 3));
  });
  client.subscribe('a', () => new Promise<never>(() => undefined));
  client.publish('a', 1);
  await clock.advance(0);
  client.publish('a', 2);
  await clock.advance(0);
  const { queued, parked, capacity } = laneLevels(client)[Priority.NORMAL];
  expect({ queued, parked, capacity }).toEqual({ queued: 0, parked: 1, capacity: 1 });
  expect(published).toEqual([false]);
});
