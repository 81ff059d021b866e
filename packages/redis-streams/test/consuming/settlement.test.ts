import type { IncomingBatch } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { unpackLetter } from '../../src/dead-letters/letter-format.ts';
import { serverOfFile } from './bench-server.ts';
import { Writer, acknowledge, eventually, pendingOf, type Desk } from './lab.ts';

const lab = serverOfFile();

const AGAIN = { error: new Error('failed'), next: 'redeliver' } as const;

async function lettersOf(desk: Desk): Promise<{ topic: string; payload: unknown; attempts: number; cause: unknown }[]> {
  const entries = (await desk.connections.commands.call('XRANGE', desk.keys.dead, [desk.keys.dead, '-', '+'])) as [
    Buffer,
    [Buffer, Buffer],
  ][];
  return entries.map(([id, [, bytes]]) => unpackLetter(id.toString(), bytes));
}

test('brings a message that failed again, counted by Redis, before what is new of its stream', async () => {
  const desk = lab.desk({ redeliveryDelayMs: 20, readCount: 1 });
  const inbox = await desk.inbox(
    {},
    {
      onBatch: (batch) => {
        const [message] = batch.messages;
        if (message?.payload === 'poor' && message.deliveryCount < 3) batch.settle(0, AGAIN);
        else acknowledge(batch);
      },
    },
  );
  const writer = new Writer(desk);
  const { stream, bytes } = writer.pack({ payload: 'poor' });
  const later = writer.pack({ payload: 'later' });
  await desk.connections.commands.pipeline(stream, [
    { command: 'XADD', args: [stream, '*', 'b', bytes] },
    { command: 'XADD', args: [stream, '*', 'b', later.bytes] },
  ]);
  await eventually('everything', () => inbox.payloads.includes('later'));
  expect(inbox.payloads).toEqual(['poor', 'poor', 'poor', 'later']);
  expect(inbox.messages.map(({ deliveryCount }) => deliveryCount)).toEqual([1, 2, 3, 1]);
  await eventually('nothing pending', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
});

test('counts the deliveries of each message of an entry by itself', async () => {
  const desk = lab.desk({ redeliveryDelayMs: 5 });
  const failuresOf: Record<string, number> = { a: 0, b: 1, c: 3 };
  const counts: Record<string, number[]> = {};
  await desk.inbox(
    {},
    {
      onBatch: (batch) => {
        for (const [i, { payload, deliveryCount }] of batch.messages.entries()) {
          (counts[payload as string] ??= []).push(deliveryCount);
          if (deliveryCount <= (failuresOf[payload as string] ?? 0)) batch.settle(i, AGAIN);
          else batch.settle(i);
        }
      },
    },
  );
  await new Writer(desk).write({ payload: 'a' }, { payload: 'b' }, { payload: 'c' });
  await eventually('all settled', () => desk.counters.acknowledgedMessages === 3);
  expect(counts).toEqual({ a: [1], b: [1, 2], c: [1, 2, 3, 4] });
});

test('puts a message aside after its last delivery, and brings the others of its entry once', async () => {
  const desk = lab.desk({ redeliveryDelayMs: 0, maxDeliveries: 3 });
  const inbox = await desk.inbox(
    {},
    {
      onBatch: (batch) => {
        for (const [i, { payload }] of batch.messages.entries())
          if (payload === 'poison') batch.settle(i, AGAIN);
          else batch.settle(i);
      },
    },
  );
  await new Writer(desk).write({ payload: 'good' }, { payload: 'poison' }, { payload: 'fine' });
  await eventually('the letter', () => desk.counters.deadLettered === 1);
  await eventually('nothing pending', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
  expect(inbox.payloads).toEqual(['good', 'poison', 'fine', 'poison', 'poison']);
  expect(await lettersOf(desk)).toMatchObject([
    { topic: 'data.test', payload: 'poison', attempts: 3, cause: { message: 'failed' } },
  ]);
});

test('keeps a message pending while there is no room among the dead letters', async () => {
  const desk = lab.desk({ maxDeadLetters: 1 });
  await desk.inbox({}, { onBatch: (batch) => batch.settle(0, { error: 'no', next: 'deadLetter' }) });
  const writer = new Writer(desk);
  await writer.write({ payload: 1 });
  await eventually('the first letter', () => desk.counters.deadLettered === 1);
  await writer.write({ payload: 2 });
  await eventually('it is tried', async () => (await pendingOf(lab.server, desk, 'desk')) === 1);
  await lab.server.command('DEL', desk.keys.dead);
  await eventually('the second letter', () => desk.counters.deadLettered === 2);
  await eventually('nothing pending', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
  expect(await lettersOf(desk)).toMatchObject([{ payload: 2 }]);
});

test('puts what is no entry aside as it is, says so, and goes on', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox();
  const writer = new Writer(desk);
  const { stream, bytes } = writer.pack({ payload: 'cut' });
  await writer.add(stream, bytes.subarray(0, bytes.length - 3));
  await lab.server.command('XADD', stream, '*', 'foreign', 'field');
  await writer.write({ payload: 'whole' });
  await eventually('the whole one', () => inbox.messages.length === 1);
  await eventually('the letters', () => desk.counters.deadLettered === 2);
  expect(inbox.losses.map(({ kind }) => kind)).toContain('undecodable');
  const letters = await lettersOf(desk);
  expect(letters[0]).toMatchObject({ topic: 'redis.undecodable', payload: bytes.subarray(0, bytes.length - 3) });
  await eventually('nothing pending', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
});

test('does not run again what was settled inside an entry when its consumer dies', async () => {
  const dying = lab.desk();
  const held: IncomingBatch[] = [];
  await dying.inbox(
    {},
    {
      onBatch: (batch) => {
        held.push(batch);
        for (let i = 0; i < batch.messages.length; i += 1) if (i % 2 === 0) batch.settle(i);
      },
    },
  );
  await new Writer(dying).write(...Array.from({ length: 10 }, (_, i) => ({ payload: i })));
  await eventually('the entry', () => held.length === 1);
  const note = dying.keys.partial(Number(/:(\d+)\}/.exec(await streamWithEntries(dying))?.[1]), 'desk');
  await eventually('the note', async () => Number(await lab.server.command('HLEN', note)) === 1);
  // Nothing is given back: it is as if the process were killed.
  await dying.connections.close();
  const heir = lab.desk();
  const inbox = await heir.inbox({ consumer: 'heir' });
  await eventually('the rest', () => inbox.messages.length === 5);
  expect(inbox.payloads).toEqual([1, 3, 5, 7, 9]);
  expect(inbox.messages.every(({ deliveryCount }) => deliveryCount === 2)).toBe(true);
  await eventually('the note goes', async () => Number(await lab.server.command('HLEN', note)) === 0);
});

test('puts aside what killed its consumers too often, without bringing it once more', async () => {
  const first = lab.desk({ maxDeliveries: 2 });
  const stuck = await first.inbox({}, { onBatch: () => undefined });
  await new Writer(first).write({ payload: 'killer' });
  await eventually('the first delivery', () => stuck.messages.length === 1);
  await first.connections.close();
  const second = lab.desk({ maxDeliveries: 2 });
  const stuckToo = await second.inbox({ consumer: 'b' }, { onBatch: () => undefined });
  await eventually('the second delivery', () => stuckToo.messages.length === 1);
  await second.connections.close();
  const third = lab.desk({ maxDeliveries: 2 });
  const inbox = await third.inbox({ consumer: 'c' });
  await eventually('the letter', () => third.counters.deadLettered === 1);
  expect(inbox.messages).toEqual([]);
  expect(await lettersOf(third)).toMatchObject([{ payload: 'killer', attempts: 2 }]);
});

async function streamWithEntries(desk: Desk): Promise<string> {
  for (let shard = 0; shard < desk.settings.shards; shard += 1) {
    const stream = desk.keys.stream(shard, 2);
    if (Number(await lab.server.command('XLEN', stream)) > 0) return stream;
  }
  throw new Error('Expected a stream with entries.');
}
