import type { IncomingBatch } from '@tradewind/core-types';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import type { RedisStreamOptions } from '../../src/options.ts';
import { settleScript } from '../../src/scripts/settle.ts';
import { Retention } from '../../src/retention/retention.ts';
import { trimStream } from '../../src/retention/trimming.ts';
import { serverOfFile } from '../consuming/bench-server.ts';
import { Writer, eventually, pendingOf, type Desk } from '../consuming/lab.ts';

// One entry a node, so that approximate trimming is exact.
const lab = serverOfFile({ config: { 'stream-node-max-entries': '1' } });

async function filled(desk: Desk, count: number): Promise<string> {
  const writer = new Writer(desk);
  let stream = '';
  for (let i = 0; i < count; i += 1) stream = await writer.write({ payload: i });
  return stream;
}

async function idsOf(stream: string): Promise<string[]> {
  return ((await lab.server.command('XRANGE', stream, '-', '+')) as [string, unknown][]).map(([id]) => id);
}

test('keeps what a group has not read', async () => {
  const desk = lab.desk();
  const stream = await filled(desk, 10);
  const ids = await idsOf(stream);
  await lab.server.command('XGROUP', 'CREATE', stream, 'slow', ids[3] ?? '');
  await lab.server.command('XGROUP', 'CREATE', stream, 'quick', ids[8] ?? '');
  const trimmed = await trimStream(desk.connections.commands, stream, { minId: '9999999999999-0', maxEntries: 1 });
  expect(trimmed).toEqual({ removedEntries: 4, overruns: [] });
  expect(await idsOf(stream)).toEqual(ids.slice(4));
});

test('keeps what a group has read and not settled', async () => {
  const desk = lab.desk();
  const stream = await filled(desk, 10);
  const ids = await idsOf(stream);
  await lab.server.command('XGROUP', 'CREATE', stream, 'g', '0');
  await lab.server.command('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 8, 'STREAMS', stream, '>');
  await lab.server.command('XACK', stream, 'g', ...ids.slice(0, 2), ...ids.slice(3, 8));
  await trimStream(desk.connections.commands, stream, { maxEntries: 1 });
  expect(await idsOf(stream)).toEqual(ids.slice(2));
});

test('removes freely where there is no group, down to the number that is kept', async () => {
  const desk = lab.desk();
  const stream = await filled(desk, 10);
  expect((await trimStream(desk.connections.commands, stream, { maxEntries: 3 })).removedEntries).toBe(7);
  expect((await idsOf(stream)).length).toBe(3);
});

test('removes what is unread when it is told so, and counts it by group', async () => {
  const desk = lab.desk();
  const stream = await filled(desk, 10);
  const ids = await idsOf(stream);
  await lab.server.command('XGROUP', 'CREATE', stream, 'slow', '0');
  await lab.server.command('XREADGROUP', 'GROUP', 'slow', 'c', 'COUNT', 2, 'STREAMS', stream, '>');
  await lab.server.command('XACK', stream, 'slow', ids[0] ?? '');
  await lab.server.command('XGROUP', 'CREATE', stream, 'quick', ids[9] ?? '');
  const trimmed = await trimStream(desk.connections.commands, stream, { maxEntries: 4, dropUnread: true });
  expect(trimmed).toEqual({ removedEntries: 6, overruns: [{ group: 'slow', unreadEntries: 4, pendingEntries: 1 }] });
});

/** So many entries of one message each. */
async function filledQuickly(desk: Desk, count: number): Promise<string> {
  const writer = new Writer(desk);
  const packed = Array.from({ length: count }, () => writer.pack({}));
  const [{ stream }] = packed as [(typeof packed)[number]];
  for (let i = 0; i < count; i += 1000) {
    const calls = packed.slice(i, i + 1000).map(({ bytes }) => ({ command: 'XADD', args: [stream, '*', 'b', bytes] }));
    await desk.connections.commands.pipeline(stream, calls);
  }
  return stream;
}

// Where a node has one entry, Redis ends each approximate trim after a hundred.
test.each([{ minId: '9999999999999-0' }, { maxEntries: 0 }, { dropSettled: true }])(
  'removes all that is due in one trim, more than Redis removes in one command: %o',
  async (limits) => {
    const desk = lab.desk();
    const stream = await filledQuickly(desk, 2500);
    if ('dropSettled' in limits) await lab.server.command('XGROUP', 'CREATE', stream, 'g', '$');
    expect(await trimStream(desk.connections.commands, stream, limits)).toEqual({ removedEntries: 2500, overruns: [] });
    expect(await lab.server.command('XLEN', stream)).toBe(0);
  },
);

test('counts what each group lost exactly over the steps of one trim, and notes each pending entry once', async () => {
  const desk = lab.desk();
  const stream = await filledQuickly(desk, 3500);
  const ids = await idsOf(stream);
  await lab.server.command('XGROUP', 'CREATE', stream, 'slow', '0');
  await lab.server.command('XREADGROUP', 'GROUP', 'slow', 'c', 'COUNT', 2300, 'STREAMS', stream, '>');
  await lab.server.command('XACK', stream, 'slow', ...ids.slice(0, 50), ...ids.slice(1500, 1550));
  // Gone before, and so not lost by retention.
  await lab.server.command('XDEL', stream, ...ids.slice(60, 65), ...ids.slice(2400, 2407));
  await lab.server.command('XGROUP', 'CREATE', stream, 'behind', ids[3298] ?? '');
  await lab.server.command('XGROUP', 'CREATE', stream, 'quick', '$');
  const notes = { hashOf: () => desk.keys.partial(0, 'slow'), keepMs: 60_000 };
  const limits = { maxEntries: 100, dropUnread: true };
  expect(await trimStream(desk.connections.commands, stream, limits, notes)).toEqual({
    removedEntries: 3500 - 12 - 100,
    overruns: [
      { group: 'slow', unreadEntries: 1200 - 7 - 100, pendingEntries: 2300 - 100 - 5 },
      { group: 'behind', unreadEntries: 101, pendingEntries: 0 },
    ],
  });
  expect(await idsOf(stream)).toEqual(ids.slice(-100));
  expect(await lab.server.command('HLEN', desk.keys.partial(0, 'slow'))).toBe(2195);
});

test('removes what all groups have settled also where unread entries may go', async () => {
  const desk = lab.desk();
  const stream = await filledQuickly(desk, 300);
  const ids = await idsOf(stream);
  await lab.server.command('XGROUP', 'CREATE', stream, 'g', ids[249] ?? '');
  const limits = { dropSettled: true, dropUnread: true };
  expect(await trimStream(desk.connections.commands, stream, limits)).toEqual({ removedEntries: 250, overruns: [] });
});

test('does nothing to a stream that is not there', async () => {
  const desk = lab.desk();
  const trimmed = await trimStream(desk.connections.commands, '{nothing}:here', { maxEntries: 1 });
  expect(trimmed).toEqual({ removedEntries: 0, overruns: [] });
});

function retentionOf(desk: Desk): Retention {
  return new Retention(desk);
}

test('trims all streams in one round, and leaves the next one to others until its time is over', async () => {
  const options: Partial<RedisStreamOptions> = { retention: { maxEntries: 2 } };
  const desks = [lab.desk(options), lab.desk(options)] as const;
  const stream = await filled(desks[0], 10);
  await retentionOf(desks[0]).round();
  expect((await idsOf(stream)).length).toBe(2);
  await filled(desks[0], 10);
  await retentionOf(desks[1]).round();
  expect((await idsOf(stream)).length).toBe(12);
});

test('keeps up in one round with more than Redis removes in one command, and counts all of it', async () => {
  const desk = lab.desk({ retention: { maxEntries: 10, dropUnread: true } });
  const stream = await filledQuickly(desk, 2500);
  await lab.server.command('XGROUP', 'CREATE', stream, 'g', '0');
  await retentionOf(desk).round();
  expect(await lab.server.command('XLEN', stream)).toBe(10);
  expect(desk.counters).toMatchObject({ trimmedEntries: 2490, overrunEntries: 2490 });
});

test('removes what is too old, nothing younger', async () => {
  const desk = lab.desk({ autotrimMins: 1 });
  const stream = desk.keys.stream(0, 2);
  const { bytes } = new Writer(desk).pack({});
  const nowMs = Date.now();
  for (const ageMs of [90_000, 61_000, 30_000, 0])
    await lab.server.command('XADD', stream, `${nowMs - ageMs}-0`, 'b', bytes);
  await retentionOf(desk).round();
  expect(await idsOf(stream)).toEqual([`${nowMs - 30_000}-0`, `${nowMs}-0`]);
});

test('tells consumers how many messages they lost by it', async () => {
  const desk = lab.desk({ retention: { maxEntries: 1, dropUnread: true }, readCount: 1 });
  let makeRoom = (): void => undefined;
  const inbox = await desk.inbox(
    { from: 'now' },
    {
      onBatch: (batch) => {
        batch.settle(0);
        return new Promise<void>((resolve) => {
          makeRoom = resolve;
        });
      },
    },
  );
  const writer = new Writer(desk);
  await writer.write({ payload: 0 });
  await eventually('the first is acknowledged', () => desk.counters.acknowledgedMessages === 1);
  for (let i = 1; i < 6; i += 1) await writer.write({ payload: i });
  await retentionOf(desk).round();
  makeRoom();
  await eventually('the last', () => inbox.payloads.includes(5));
  await eventually('the loss', () => inbox.losses.length > 0);
  expect(inbox.losses).toMatchObject([{ kind: 'overrun', count: 4 }]);
  expect(desk.counters.overrunEntries).toBe(4);
});

/** Read by a consumer that is gone, and settled by nobody. */
async function leavePending(stream: string, count: number): Promise<void> {
  await lab.server.command('XGROUP', 'CREATE', stream, 'desk', '0');
  await lab.server.command('XREADGROUP', 'GROUP', 'desk', 'dead', 'COUNT', count, 'STREAMS', stream, '>');
}

test('tells who takes over how many messages were lost with what was pending', async () => {
  const desk = lab.desk({ retention: { maxEntries: 1, dropUnread: true }, shards: 1 });
  const writer = new Writer(desk);
  const stream = await writer.write({}, {}, {});
  await writer.write({}, {});
  await writer.write({ payload: 'kept' });
  await leavePending(stream, 3);
  const [first] = await idsOf(stream);
  const notes = desk.keys.partial(0, 'desk');
  // Of the first entry one message was settled.
  await lab.server.command('HSET', notes, `normal/${first}`, Buffer.of(1, 0, 1));
  await retentionOf(desk).round();
  expect(await idsOf(stream)).toHaveLength(1);
  const inbox = await desk.inbox();
  await eventually('what was kept', () => inbox.payloads.includes('kept'));
  await eventually('the loss', () => inbox.losses.length > 0);
  expect(inbox.losses).toMatchObject([{ kind: 'overrun', count: 4 }]);
  expect(desk.counters).toMatchObject({ lostMessages: 4, overrunEntries: 2 });
  await eventually('no note is left', async () => (await lab.server.command('EXISTS', notes)) === 0);
});

test('says that a number is not known where somebody else removed what was pending', async () => {
  const desk = lab.desk({ shards: 1 });
  const stream = await filled(desk, 3);
  await leavePending(stream, 2);
  const [first] = await idsOf(stream);
  await lab.server.command('XDEL', stream, first ?? '');
  const inbox = await desk.inbox();
  await eventually('the rest', () => inbox.messages.length === 2);
  await eventually('the loss', () => inbox.losses.length > 0);
  expect(inbox.losses).toMatchObject([{ kind: 'overrun', count: 'unknown' }]);
  await eventually('nothing is pending', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
});

test('counts what was lost with an entry whose delivery never arrived', async () => {
  const desk = lab.desk({ shards: 1 });
  const inbox = await desk.inbox();
  const { stream } = new Writer(desk).pack({});
  const meddler = new Redis(lab.server.url);
  const notes = desk.keys.partial(0, 'desk');
  const id = `${Date.now()}-7`;
  await meddler
    .multi()
    .xadd(stream, id, 'b', new Writer(desk).pack({}, {}).bytes)
    .call('XREADGROUP', 'GROUP', 'desk', 'one', 'STREAMS', stream, '>')
    .hset(notes, `normal/${id}`, Buffer.of(1, 1))
    .xdel(stream, id)
    .call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    .exec();
  meddler.disconnect();
  await eventually('the loss', () => inbox.losses.length > 0);
  expect(inbox.losses).toMatchObject([{ kind: 'overrun', count: 2 }]);
  await eventually('nothing is pending', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
  await eventually('no note is left', async () => (await lab.server.command('EXISTS', notes)) === 0);
});

test('keeps no note of what is pending no more, and those of what is', async () => {
  const desk = lab.desk({ retention: { maxEntries: 1, dropUnread: true }, shards: 1 });
  const batches: IncomingBatch[] = [];
  const inbox = await desk.inbox({}, { onBatch: (batch) => void batches.push(batch) });
  const writer = new Writer(desk);
  const stream = await writer.write({ payload: 'goes' });
  await writer.write({ payload: 'stays' }, { payload: 'settled' });
  await eventually('both are in hand', () => inbox.messages.length === 3);
  batches[1]?.settle(1);
  await retentionOf(desk).round();
  const [stays] = await idsOf(stream);
  const notes = desk.keys.partial(0, 'desk');
  await eventually('both are noted', async () => (await lab.server.command('HLEN', notes)) === 2);
  // The first was in hand when it went: nothing is lost, and its note is one too many.
  batches[0]?.settle(0);
  const strays = Array.from({ length: 3000 }, (_, i) => [`normal/${i}-0`, 'x']).flat();
  await lab.server.command('HSET', notes, ...strays, 'no-such-stream/1-0', 'x');
  await eventually('one note is left', async () => (await lab.server.command('HLEN', notes)) === 1);
  expect(await lab.server.command('HKEYS', notes)).toEqual([`normal/${stays}`]);
  expect(inbox.losses).toEqual([]);
});

test('removes everything that all groups have settled when it is told so, and nothing where there is no group', async () => {
  const desk = lab.desk();
  const stream = await filled(desk, 10);
  const { commands } = desk.connections;
  expect((await trimStream(commands, stream, { dropSettled: true })).removedEntries).toBe(0);
  const ids = await idsOf(stream);
  await lab.server.command('XGROUP', 'CREATE', stream, 'g', '0');
  await lab.server.command('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 5, 'STREAMS', stream, '>');
  await lab.server.command('XACK', stream, 'g', ...ids.slice(0, 3));
  await trimStream(commands, stream, { dropSettled: true });
  expect(await idsOf(stream)).toEqual(ids.slice(3));
  await lab.server.command('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', stream, '>');
  await lab.server.command('XACK', stream, 'g', ...ids);
  await trimStream(commands, stream, { dropSettled: true });
  expect(await idsOf(stream)).toEqual([]);
});

test('acknowledges on a server without XACKDEL all the same', async () => {
  const desk = lab.desk();
  const stream = await filled(desk, 3);
  const ids = await idsOf(stream);
  await lab.server.command('XGROUP', 'CREATE', stream, 'g', '0');
  await lab.server.command('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', stream, '>');
  const lease = stream.replace(/[a-z]+$/u, 'lease:g');
  await lab.server.command('SET', lease, 'c/token');
  const args = ['c/token', 'g', 'c', 1_000, 'X', 3, ids.length, ...ids];
  expect(await desk.connections.claims.run(settleScript, [lease, `${lease}:partial`, stream], args)).toBe(1);
  expect(await lab.server.command('XPENDING', stream, 'g')).toEqual([0, null, null, null]);
});

test('empties streams of what is settled, round by round', async () => {
  const desk = lab.desk({ retention: { dropSettled: true } });
  await desk.inbox();
  const stream = await filled(desk, 3);
  await eventually('acknowledged', () => desk.counters.acknowledgedMessages === 3);
  await retentionOf(desk).round();
  expect(await idsOf(stream)).toEqual([]);
});

test('frees a server that takes nothing more: all that every group has settled goes, and what one still needs stays', async () => {
  const desk = lab.desk();
  await desk.inbox();
  const stream = await filled(desk, 10);
  await eventually('acknowledged', () => desk.counters.acknowledgedMessages === 10);
  const ids = await idsOf(stream);
  await lab.server.command('XGROUP', 'CREATE', stream, 'slow', ids[6] ?? '');
  await lab.server.command('CONFIG', 'SET', 'maxmemory', '1');
  try {
    await expect(filled(desk, 1)).rejects.toThrow('OOM');
    await retentionOf(desk).free();
    expect(await idsOf(stream)).toEqual(ids.slice(7));
    expect(desk.counters.trimmedEntries).toBe(7);
  } finally {
    await lab.server.command('CONFIG', 'SET', 'maxmemory', '0');
  }
});
