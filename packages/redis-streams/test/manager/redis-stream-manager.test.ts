import { Priority } from '@tradewind/core-types';
import { afterEach, expect, test } from 'vitest';
import { RedisStreamManager } from '../../src/index.ts';
import { serverOfFile } from '../consuming/bench-server.ts';
import { eventually } from '../consuming/lab.ts';

const lab = serverOfFile();
let manager: RedisStreamManager;

afterEach(() => manager.close());

const MESSAGES = Array.from({ length: 20 }, (_, i) => ({
  topic: `data.${i % 5}`,
  payload: { i },
  priority: i % 2 === 0 ? Priority.NORMAL : Priority.HIGH,
}));

test('adds, reads, acknowledges, and says what is left', async () => {
  manager = new RedisStreamManager({ connection: lab.server.url });
  expect(await manager.createGroup('g', 'oldest')).toBe(16);
  expect(await manager.createGroup('g', 'oldest')).toBe(0);
  await manager.add(MESSAGES);
  const entries = await manager.read({ group: 'g', consumer: 'c' });
  const numbers = entries.flatMap(({ messages }) => messages.map(({ payload }) => (payload as { i: number }).i));
  expect(numbers.sort((a, b) => a - b)).toEqual(MESSAGES.map(({ payload }) => payload.i));
  expect(await manager.ack('g', entries.slice(1))).toBe(entries.length - 1);
  const infos = await manager.info();
  const pending = infos.flatMap(({ groups }) => groups).reduce((sum, { pendingEntries }) => sum + pendingEntries, 0);
  expect(pending).toBe(1);
  expect(infos.reduce((sum, { entries: count }) => sum + count, 0)).toBe(entries.length);
  expect(await manager.groups()).toEqual(['g']);
});

test('claims what another consumer left, and deletes the group with it', async () => {
  manager = new RedisStreamManager({ connection: lab.server.url });
  await manager.createGroup('g', 'oldest');
  await manager.add(MESSAGES);
  const read = await manager.read({ group: 'g', consumer: 'gone', priority: Priority.HIGH });
  expect(await manager.claim({ group: 'g', consumer: 'heir' })).toEqual([]);
  const claimed = await manager.claim({ group: 'g', consumer: 'heir', idleMs: 0 });
  expect(claimed.map(({ id }) => id)).toEqual(read.map(({ id }) => id));
  const consumers = await manager.consumers('g');
  expect(
    consumers.filter(({ pendingEntries }) => pendingEntries > 0).every(({ consumer }) => consumer === 'heir'),
  ).toBe(true);
  expect(await manager.deleteGroup('g')).toBe(read.length);
  expect(await manager.groups()).toEqual([]);
});

test.each([{ dropUnread: false }, { dropUnread: true }])(
  'trims more than ten thousand entries in one call: %o',
  async ({ dropUnread }) => {
    manager = new RedisStreamManager({ connection: lab.server.url, shards: 1 });
    const stream = '{stream:0}:normal';
    const fill = "for i = 1, 30004 do redis.call('XADD', KEYS[1], i .. '-1', 'f', 'v') end";
    await lab.server.command('EVAL', fill, 1, stream);
    if (dropUnread) await lab.server.command('XGROUP', 'CREATE', stream, 'g', '4-1');
    const overruns = dropUnread ? [{ group: 'g', unreadEntries: 30_000, pendingEntries: 0 }] : [];
    expect(await manager.trim({ minId: '30005-0', dropUnread })).toEqual({ removedEntries: 30_004, overruns });
    expect(await lab.server.command('XLEN', stream)).toBe(0);
  },
);

test('trims streams whose nodes are larger than one step of a trim', async () => {
  manager = new RedisStreamManager({ connection: lab.server.url, shards: 1 });
  const stream = '{stream:0}:normal';
  await lab.server.command('CONFIG', 'SET', 'stream-node-max-entries', '4000', 'stream-node-max-bytes', '0');
  try {
    const fill = "for i = 1, 9000 do redis.call('XADD', KEYS[1], i .. '-1', 'f', 'v') end";
    await lab.server.command('EVAL', fill, 1, stream);
    await lab.server.command('XGROUP', 'CREATE', stream, 'g', '0');
    // Whole nodes go, and the third one holds entries that are kept.
    expect(await manager.trim({ maxEntries: 500, dropUnread: true })).toEqual({
      removedEntries: 8000,
      overruns: [{ group: 'g', unreadEntries: 8000, pendingEntries: 0 }],
    });
  } finally {
    await lab.server.command('CONFIG', 'SET', 'stream-node-max-entries', '100', 'stream-node-max-bytes', '4096');
  }
});

test('shows an entry that cannot be read beside those that can', async () => {
  manager = new RedisStreamManager({ connection: lab.server.url, shards: 1 });
  await manager.createGroup('g', 'oldest');
  await lab.server.command('XADD', '{stream:0}:normal', '*', 'b', 'nonsense');
  await manager.add([{ topic: 'a', payload: 1, priority: Priority.NORMAL }]);
  const entries = await manager.read({ group: 'g', consumer: 'c' });
  expect(entries.map(({ messages }) => messages.length)).toEqual([0, 1]);
  expect(entries[0]?.error).toMatchObject({ code: 'UNKNOWN_VERSION' });
  expect(entries[0]?.bytes?.toString()).toBe('nonsense');
});

test('trims, and refuses to lose what a group has not read', async () => {
  manager = new RedisStreamManager({ connection: lab.server.url, shards: 1 });
  await manager.createGroup('g', 'oldest');
  for (let i = 0; i < 5; i += 1) await manager.add([{ topic: 'a', payload: i, priority: Priority.NORMAL }]);
  expect(await manager.trim({ maxEntries: 1 })).toEqual({ removedEntries: 0, overruns: [] });
  await manager.deleteGroup('g');
  const infos = await manager.info();
  expect(infos.find(({ priority }) => priority === Priority.NORMAL)?.entries).toBe(5);
});

test('publishes a dead letter again, and goes on after one that cannot be', async () => {
  const desk = lab.desk({ shards: 1 });
  const inbox = await desk.inbox(
    { from: 'now' },
    {
      onBatch: (batch) => {
        for (let i = 0; i < batch.messages.length; i += 1)
          if (inbox.messages.length <= 1) batch.settle(i, { error: new Error('no'), next: 'deadLetter' });
          else batch.settle(i);
      },
    },
  );
  manager = new RedisStreamManager({ connection: lab.server.url, shards: 1 });
  await manager.add([{ topic: 'a', payload: 'once more', priority: Priority.NORMAL, correlationId: 'c' }]);
  await eventually('the letter', () => desk.counters.deadLettered === 1);
  await lab.server.command('XADD', desk.keys.dead, '*', 'b', 'nonsense');
  const letters = await Array.fromAsync(manager.deadLetters.list());
  expect(letters.map(({ topic }) => topic)).toEqual(['a', 'redis.undecodable']);
  const ids = letters.map(({ id }) => id);
  const result = await manager.deadLetters.retry(ids);
  expect(result.retried).toEqual(ids.slice(0, 1));
  expect(result.failed.map(({ id }) => id)).toEqual(ids.slice(1));
  await eventually('it comes again', () => inbox.messages.length === 2);
  expect(inbox.messages[1]).toMatchObject({
    payload: 'once more',
    correlationId: 'c',
    deliveryCount: 1,
    producer: 'dead-letters',
  });
  expect(await manager.deadLetters.purge(ids)).toBe(1);
});
