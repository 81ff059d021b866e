import type { IncomingBatch } from '@tradewind/core-types';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { serverOfFile } from './bench-server.ts';
import { Writer, acknowledge, eventually, pendingOf, streamsOf } from './lab.ts';

const lab = serverOfFile();

async function consumersOf(desk: Parameters<typeof streamsOf>[0]): Promise<Set<string>> {
  const names = new Set<string>();
  for (const stream of streamsOf(desk))
    for (const consumer of (await lab.server.command('XINFO', 'CONSUMERS', stream, 'desk')) as string[][])
      names.add(consumer[1] ?? '');
  return names;
}

test('takes everything over from a consumer that died, in order, beside new traffic, and forgets it', async () => {
  const dying = lab.desk({ readCount: 64 });
  await dying.inbox({ consumer: 'dying' }, { onBatch: () => undefined });
  const writer = new Writer(dying);
  for (let i = 0; i < 500; i += 1) await writer.write({ orderingKey: `k${i % 8}`, payload: i });
  await eventually('all pending', async () => (await pendingOf(lab.server, dying, 'desk')) === 500);
  await dying.connections.close();
  const heir = lab.desk();
  const inbox = await heir.inbox({ consumer: 'heir' });
  const later = new Writer(heir, 'other');
  for (let i = 500; i < 600; i += 1) await later.write({ orderingKey: `k${i % 8}`, payload: i });
  await eventually('all', () => inbox.messages.length >= 600);
  expect(inbox.messages.length).toBe(600);
  for (let key = 0; key < 8; key += 1) {
    const payloads = inbox.messages
      .filter(({ orderingKey }) => orderingKey === `k${key}`)
      .map(({ payload }) => payload);
    expect(payloads).toEqual([...payloads].sort((a, b) => Number(a) - Number(b)));
  }
  await eventually('nothing pending', async () => (await pendingOf(lab.server, heir, 'desk')) === 0);
  await eventually('only the heir', async () => [...(await consumersOf(heir))].join(',') === 'heir');
});

test('keeps a slow message with its consumer, and does not count it again', async () => {
  const desk = lab.desk({ claimIdleMs: 150 });
  const other = lab.desk({ claimIdleMs: 150 });
  const inbox = await desk.inbox({ consumer: 'slow' }, { onBatch: () => undefined });
  const idle = await other.inbox({ consumer: 'other' }, { onBatch: () => undefined });
  await new Writer(desk).write({ payload: 'slow' });
  await eventually('the message', () => inbox.messages.length + idle.messages.length === 1);
  await new Promise((resolve) => {
    setTimeout(resolve, 600);
  });
  expect(inbox.messages.length + idle.messages.length).toBe(1);
  const [batch] = [...inbox.batches, ...idle.batches];
  expect(batch?.signal?.aborted).toBe(false);
  batch?.settle(0);
  await eventually('it counts', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
});

test('gives back what it read and nobody saw without counting that as a delivery', async () => {
  const desk = lab.desk({ readCount: 100, shards: 1 });
  const inbox = await desk.inbox({}, { onBatch: () => new Promise(() => undefined) });
  const writer = new Writer(desk);
  const stream = desk.keys.stream(0, 2);
  const packed = Array.from({ length: 10 }, (_, i) => writer.pack({ payload: i }));
  await desk.connections.commands.pipeline(
    stream,
    packed.map(({ bytes }) => ({ command: 'XADD', args: [stream, '*', 'b', bytes] })),
  );
  await eventually('one in hand', () => inbox.messages.length === 1);
  await eventually('more read', async () => (await pendingOf(lab.server, desk, 'desk')) > 1);
  await inbox.consumer.close({ deadlineMs: 0 });
  const next = await desk.inbox({ consumer: 'next' });
  await eventually('all', () => next.messages.length === 10);
  expect(next.payloads).toEqual(Array.from({ length: 10 }, (_, i) => i));
  expect(next.messages.map(({ deliveryCount }) => deliveryCount)).toEqual([2, ...Array.from({ length: 9 }, () => 1)]);
});

test('aborts what it has in hand when its shards went to another, and settles nothing of it', async () => {
  const paused = lab.desk({ shards: 1 });
  const inbox = await paused.inbox({ consumer: 'paused' }, { onBatch: () => undefined });
  await new Writer(paused).write({ payload: 'contested' });
  await eventually('the message', () => inbox.messages.length === 1);
  // As if it had been paused for longer than its lease.
  await lab.server.command('SET', paused.keys.lease(0, 'desk'), 'thief/token', 'PX', 60_000);
  await eventually('aborted', () => inbox.batches[0]?.signal?.aborted === true);
  inbox.batches[0]?.settle(0);
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  expect(await pendingOf(lab.server, paused, 'desk')).toBe(1);
  await lab.server.command('DEL', paused.keys.lease(0, 'desk'));
  await eventually('it comes again', () => inbox.messages.length === 2);
  expect(inbox.messages[1]?.deliveryCount).toBe(2);
});

test('gives up a shard that another had meanwhile, although its own lease would still hold', async () => {
  const desk = lab.desk({ shards: 1, claimIdleMs: 3000, redeliveryDelayMs: 0 });
  const inbox = await desk.inbox({ consumer: 'first' }, { onBatch: () => undefined });
  await new Writer(desk).write({ payload: 'contested' });
  await eventually('the message', () => inbox.messages.length === 1);
  // As if the server had forgotten the lease, another consumer had taken it, and given it back: in one step, so that no beat comes in between.
  const forget = "redis.call('DEL', KEYS[1]) return redis.call('SET', KEYS[2], ARGV[1])";
  await lab.server.command('EVAL', forget, 2, desk.keys.lease(0, 'desk'), desk.keys.owner(0, 'desk'), 'thief/token');
  await eventually('aborted', () => inbox.batches[0]?.signal?.aborted === true);
  await eventually('it comes again', () => inbox.messages.length === 2);
  expect(inbox.messages[1]?.deliveryCount).toBe(2);
  inbox.batches[1]?.settle(0);
  await eventually('nothing pending', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
});

test('renews its leases while acknowledgements never pause', async () => {
  const desk = lab.desk({ claimIdleMs: 200, readCount: 4 });
  const inbox = await desk.inbox();
  const writer = new Writer(desk);
  const endMs = performance.now() + 1_500;
  let count = 0;
  while (performance.now() < endMs) {
    await writer.write({ orderingKey: `k${count % 8}`, payload: count });
    count += 1;
  }
  await eventually('all', () => inbox.messages.length >= count);
  expect(inbox.messages.length).toBe(count);
  expect(inbox.losses).toEqual([]);
  expect(desk.consuming.trouble()).toBeUndefined();
  await eventually('nothing pending', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
});

test('keeps a shard whose handlers take too long, serves it on, and runs nothing twice', async () => {
  const desk = lab.desk({ claimIdleMs: 200, shards: 2, redeliveryDelayMs: 0 });
  const other = lab.desk({ claimIdleMs: 200, shards: 2, redeliveryDelayMs: 0 });
  const slow: IncomingBatch[] = [];
  const inbox = await desk.inbox(
    { consumer: 'slow' },
    {
      onBatch: (batch) => {
        if (String(batch.messages[0]?.payload).startsWith('slow')) slow.push(batch);
        else acknowledge(batch);
      },
    },
  );
  const writer = new Writer(desk);
  for (let i = 0; i < 8; i += 1) await writer.write({ orderingKey: `k${i}`, payload: `slow ${i}` });
  await eventually('all slow ones in hand', () => slow.length === 8);
  const newcomer = await other.inbox({ consumer: 'newcomer' });
  // One fails while its shard is being given back.
  slow[0]?.settle(0, { error: 'no', next: 'redeliver' });
  for (let i = 0; i < 40; i += 1) await writer.write({ orderingKey: `k${i % 8}`, payload: `quick ${i}` });
  await eventually('the quick ones', () => {
    const quick = [...inbox.payloads, ...newcomer.payloads].filter((payload) => String(payload).startsWith('quick'));
    return quick.length >= 40;
  });
  await eventually('the one that failed', () => slow.length === 9);
  for (const batch of slow) acknowledge(batch);
  await eventually('nothing pending', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
  expect(newcomer.payloads.filter((payload) => String(payload).startsWith('slow'))).toEqual([]);
  const quick = [...inbox.payloads, ...newcomer.payloads].filter((payload) => String(payload).startsWith('quick'));
  expect(new Set(quick).size).toBe(40);
  expect(quick.length).toBe(40);
});

test('reports what vanished between two owners of a shard, with its count', async () => {
  const desk = lab.desk({ shards: 1 });
  const writer = new Writer(desk);
  const first = await desk.inbox({ consumer: 'first' });
  for (let i = 1; i <= 10; i += 1) await writer.write({ payload: i });
  await eventually('the first ten', () => first.messages.length === 10);
  await first.consumer.close();
  const stream = desk.keys.stream(0, 2);
  for (let i = 11; i <= 20; i += 1) await writer.write({ payload: i }, { payload: i });
  const entries = (await lab.server.command('XRANGE', stream, '-', '+')) as [string, unknown][];
  await lab.server.command('XDEL', stream, ...entries.slice(10).map(([id]) => id));
  for (let i = 21; i <= 30; i += 1) await writer.write({ payload: i });
  const second = await desk.inbox({ consumer: 'second' });
  await eventually('the last ten', () => second.messages.length === 10);
  expect(second.payloads).toEqual(Array.from({ length: 10 }, (_, i) => i + 21));
  await eventually('the loss', () => second.losses.length > 0);
  expect(second.losses).toEqual([expect.objectContaining({ kind: 'sequenceGap', count: 20, producer: 'writer' })]);
});

test('reports no loss to a new owner or a new group where nothing is missing', async () => {
  const desk = lab.desk({ shards: 1 });
  const writer = new Writer(desk);
  const other = new Writer(desk, 'other');
  const first = await desk.inbox({ consumer: 'first' }, { onBatch: (batch) => batch.settle(0) });
  for (let i = 0; i < 100; i += 1) await (i < 10 ? other : writer).write({ payload: i });
  await eventually('the first hundred', () => first.messages.length === 100);
  await first.consumer.close();
  const young = await desk.inbox({ group: 'young', from: 'now' });
  for (let i = 100; i < 110; i += 1) await (i % 2 === 0 ? other : writer).write({ payload: i });
  const second = await desk.inbox({ consumer: 'second' });
  const expected = Array.from({ length: 10 }, (_, i) => i + 100);
  await eventually('what is new', () => second.messages.length === 10 && young.messages.length === 10);
  expect([second.payloads, young.payloads]).toEqual([expected, expected]);
  expect([...second.losses, ...young.losses]).toEqual([]);
  expect(desk.counters.duplicatesDropped).toBe(0);
});

test('drops nothing as seen that it never saw, when its group is set back', async () => {
  const dying = lab.desk({ shards: 1 });
  await dying.inbox({ consumer: 'dying' }, { onBatch: () => undefined });
  const writer = new Writer(dying);
  for (let i = 0; i < 50; i += 1) await writer.write({ payload: i });
  await eventually('all pending', async () => (await pendingOf(lab.server, dying, 'desk')) === 50);
  await dying.connections.close();
  let goOn = (): void => undefined;
  const blocked = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const desk = lab.desk({ shards: 1, readCount: 4 });
  const heir = await desk.inbox(
    { consumer: 'heir' },
    {
      onBatch: async (batch) => {
        await blocked;
        acknowledge(batch);
      },
    },
  );
  await eventually('one in hand', () => heir.messages.length === 1);
  // What it has not taken over by now is pending with nobody any more.
  const stream = desk.keys.stream(0, 2);
  await lab.server.command('XGROUP', 'DESTROY', stream, 'desk');
  await lab.server.command('XGROUP', 'CREATE', stream, 'desk', '0');
  goOn();
  await eventually('all', () => new Set(heir.payloads).size === 50);
  expect(heir.losses).toEqual([]);
});

/** As a long garbage collection does it, or a machine with too much to do. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('keeps its shards and what it has in hand when it stood still for longer than its leases, and nobody else came', async () => {
  const desk = lab.desk({ claimIdleMs: 1_000 });
  const batches: IncomingBatch[] = [];
  const inbox = await desk.inbox({}, { onBatch: (batch) => void batches.push(batch) });
  const writer = new Writer(desk);
  for (let i = 0; i < 8; i += 1) await writer.write({ orderingKey: `k${i}`, payload: i });
  await eventually('all are in hand', () => inbox.messages.length === 8);
  for (let stall = 0; stall < 3; stall += 1) {
    standStill(1_500);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  expect(batches.some(({ signal }) => signal?.aborted)).toBe(false);
  for (const batch of batches) acknowledge(batch);
  await eventually('nothing is pending', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
  await writer.write({ payload: 'next' });
  await eventually('what comes next', () => inbox.payloads.includes('next'));
  expect(new Set(inbox.payloads)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 'next']));
  expect(inbox.messages.length).toBe(9);
  expect(inbox.messages.every(({ deliveryCount }) => deliveryCount === 1)).toBe(true);
});

test('gives up what it has in hand when another had its shard while it stood still, even if that one is gone again', async () => {
  const desk = lab.desk({ claimIdleMs: 200, shards: 1 });
  const inbox = await desk.inbox({}, { onBatch: () => undefined });
  await new Writer(desk).write({ payload: 'contested' });
  await eventually('it is in hand', () => inbox.messages.length === 1);
  const other = new Redis(lab.server.url);
  await other.ping();
  // Sent before the pause, carried out behind the end of the lease: somebody comes, and goes.
  const came = other.eval(
    "redis.call('DEL', KEYS[1]) redis.call('SET', KEYS[2], 'other/token') return 1",
    2,
    desk.keys.lease(0, 'desk'),
    desk.keys.owner(0, 'desk'),
  );
  standStill(500);
  await came;
  other.disconnect();
  await eventually('it is given up, and comes again', () => inbox.messages.length === 2);
  expect(inbox.batches[0]?.signal?.aborted).toBe(true);
  expect(inbox.messages[1]?.deliveryCount).toBe(2);
});

test('takes what killed consumers twice one by one, so that nothing behind it is put aside', async () => {
  const options = { shards: 1, claimIdleMs: 100, maxDeliveries: 3 };
  const desk = lab.desk(options);
  const writer = new Writer(desk);
  let stream = '';
  for (let i = 0; i < 20; i += 1) stream = await writer.write({ payload: i });
  await lab.server.command('XGROUP', 'CREATE', stream, 'desk', '0');
  // Two lives in which all were delivered, and then one that takes the fifth and dies of it.
  for (const life of ['first', 'second']) {
    if (life === 'first')
      await lab.server.command('XREADGROUP', 'GROUP', 'desk', life, 'COUNT', 100, 'STREAMS', stream, '>');
    else await lab.server.command('XAUTOCLAIM', stream, 'desk', life, 0, '0-0', 'COUNT', 100);
  }
  for (let life = 0; life < 2; life += 1) {
    const dying = lab.desk(options);
    const seen = await dying.inbox(
      { consumer: `dying-${life}` },
      {
        onBatch: (batch) => {
          if (batch.messages[0]?.payload !== 4) acknowledge(batch);
        },
      },
    );
    if (life === 0) {
      await eventually('the fifth', () => seen.payloads.includes(4));
      await eventually('those before it are settled', async () => (await pendingOf(lab.server, dying, 'desk')) === 16);
      expect(seen.payloads).toEqual([0, 1, 2, 3, 4]);
      await dying.connections.close();
      await lab.server.command('DEL', dying.keys.lease(0, 'desk'), dying.keys.members('desk'));
    } else {
      await eventually('all others', () => seen.payloads.length === 15);
      expect(seen.payloads).toEqual(Array.from({ length: 15 }, (_, i) => i + 5));
      await eventually('nothing is pending', async () => (await pendingOf(lab.server, dying, 'desk')) === 0);
      expect(dying.counters.deadLettered).toBe(1);
    }
  }
});
