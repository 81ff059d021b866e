import type { IncomingBatch } from '@tradewind/core-types';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { serverOfFile } from './bench-server.ts';
import { Writer, acknowledge, eventually, pendingOf, streamsOf } from './lab.ts';

const lab = serverOfFile();

test('goes on after FLUSHALL, makes the groups again and counts what the server lost', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox();
  const writer = new Writer(desk);
  await writer.write({ payload: 'before' });
  await eventually('the first', () => inbox.payloads.includes('before'));
  writer.pack({ payload: 'lost 1' }, { payload: 'lost 2' });
  await lab.server.command('FLUSHALL');
  await writer.write({ payload: 'after' });
  await eventually('what came after', () => inbox.payloads.includes('after'));
  await eventually('the gap', () => inbox.losses.some(({ kind }) => kind === 'sequenceGap'));
  expect(inbox.losses.find(({ kind }) => kind === 'sequenceGap')?.count).toBe(2);
  expect(inbox.losses.some(({ kind }) => kind === 'groupRecreated')).toBe(true);
  await writer.write({ payload: 'and on' });
  await eventually('what comes later', () => inbox.payloads.includes('and on'));
  expect(inbox.payloads).toEqual(['before', 'after', 'and on']);
});

test('brings nothing twice when only the group was destroyed', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox();
  const writer = new Writer(desk);
  for (let i = 0; i < 10; i += 1) await writer.write({ payload: i });
  await eventually('all', () => inbox.messages.length === 10);
  for (const stream of streamsOf(desk)) await lab.server.command('XGROUP', 'DESTROY', stream, 'desk');
  for (let i = 10; i < 20; i += 1) await writer.write({ payload: i });
  await eventually('all', () => inbox.messages.length >= 20);
  expect(inbox.payloads).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('makes groups that go again and again without spinning', async () => {
  const desk = lab.desk();
  await desk.inbox();
  for (let i = 0; i < 5; i += 1) {
    await lab.server.command('FLUSHALL');
    await eventually('made again', () => desk.counters.groupsRecreated >= 16 * (i + 1));
  }
  const commands = async (): Promise<number> =>
    Number(/total_commands_processed:(\d+)/.exec(String(await lab.server.command('INFO', 'stats')))?.[1]);
  const before = await commands();
  await new Promise((resolve) => {
    setTimeout(resolve, 500);
  });
  // Two beats of some thirty commands, and four lanes that wait 133 ms each time.
  expect((await commands()) - before).toBeLessThan(600);
});

test('drops what is stored twice, and tells what is missing', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox();
  const writer = new Writer(desk);
  const first = writer.pack({ payload: 1 });
  await writer.add(first.stream, first.bytes);
  await writer.add(first.stream, first.bytes);
  writer.pack({ payload: 2 }, { payload: 3 });
  await writer.write({ payload: 4 });
  await eventually('the last', () => inbox.payloads.includes(4));
  expect(inbox.payloads).toEqual([1, 4]);
  expect(desk.counters.duplicatesDropped).toBe(1);
  await eventually('the gap', () => inbox.losses.length === 1);
  expect(inbox.losses[0]).toMatchObject({ kind: 'sequenceGap', count: 2, producer: 'writer' });
});

test('finds what it was sent in an answer that never arrived', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox();
  const meddler = new Redis(lab.server.url);
  const writer = new Writer(desk);
  await writer.write({ payload: 0 });
  await eventually('the first', () => inbox.messages.length === 1);
  for (let round = 0; round < 5; round += 1) {
    const { stream, bytes } = writer.pack({ payload: `stray ${round}` });
    // In one step: the server delivers it to the consumer, somebody else gets the answer, and every connection is cut.
    await meddler
      .multi()
      .xadd(stream, '*', 'b', bytes)
      .call('XREADGROUP', 'GROUP', 'desk', 'one', 'STREAMS', stream, '>')
      .call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      .exec();
    await eventually('it arrives', () => inbox.payloads.includes(`stray ${round}`));
  }
  meddler.disconnect();
  expect(inbox.messages.length).toBe(6);
  expect(inbox.losses).toEqual([]);
});

test('leaves a message in hand alone when its group is set back, and settles it once its handler is done', async () => {
  const desk = lab.desk();
  const batches: IncomingBatch[] = [];
  const inbox = await desk.inbox({}, { onBatch: (batch) => void batches.push(batch) });
  const writer = new Writer(desk);
  const stream = await writer.write({ payload: 'in hand' });
  await eventually('it is in hand', () => batches.length === 1);
  // As a fail-over does to a group whose reading the new master has not heard of.
  await lab.server.command('XGROUP', 'SETID', stream, 'desk', '0');
  await writer.write({ payload: 'next' });
  await eventually('the next one', () => batches.length === 2);
  acknowledge(batches[1] as IncomingBatch);
  await eventually('the next one is settled', () => desk.counters.acknowledgedMessages === 1);
  expect(await pendingOf(lab.server, desk, 'desk')).toBe(1);
  acknowledge(batches[0] as IncomingBatch);
  await eventually('all is settled', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
  expect(inbox.payloads).toEqual(['in hand', 'next']);
});

test('reports groups that went while nobody was there', async () => {
  const desk = lab.desk();
  const before = await desk.inbox();
  const stream = await new Writer(desk).write({ payload: 'before' });
  await eventually('it arrives', () => before.messages.length === 1);
  await before.consumer.close();
  await lab.server.command('DEL', stream);
  const after = await desk.inbox();
  expect(after.losses).toMatchObject([{ kind: 'groupRecreated', count: 'unknown' }]);
  expect(desk.counters.groupsRecreated).toBe(1);
  const again = lab.desk();
  expect((await again.inbox({ consumer: 'two' })).losses).toEqual([]);
});

test('reports groups that went while no lease was held', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox();
  const stream = await new Writer(desk).write({ payload: 'before' });
  await eventually('it arrives', () => inbox.messages.length === 1);
  // In one step: somebody else has all shards, and a stream is gone.
  const meddler = new Redis(lab.server.url);
  const step = meddler.multi().del(stream);
  for (let shard = 0; shard < 4; shard += 1) step.set(desk.keys.lease(shard, 'desk'), 'other/token', 'PX', 200);
  await step.exec();
  meddler.disconnect();
  await eventually('the loss', () => inbox.losses.length > 0);
  await new Writer(desk, 'another').write({ payload: 'after' });
  await eventually('what comes after', () => inbox.payloads.includes('after'));
  expect(inbox.losses).toMatchObject([{ kind: 'groupRecreated' }]);
});
