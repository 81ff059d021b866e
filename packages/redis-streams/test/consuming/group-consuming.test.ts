import { Priority, PRIORITIES } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { serverOfFile } from './bench-server.ts';
import { Writer, eventually, pendingOf, streamsOf } from './lab.ts';

const lab = serverOfFile();

test('brings every message of every lane once and leaves nothing pending', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox();
  const writer = new Writer(desk);
  for (let i = 0; i < 200; i += 1)
    await writer.write({ orderingKey: `k${i % 17}`, priority: PRIORITIES[i % 4] ?? Priority.LOW, payload: i });
  await eventually('200 messages', () => inbox.messages.length >= 200);
  expect([...inbox.payloads].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 200 }, (_, i) => i));
  await eventually('all acknowledged', () => desk.counters.acknowledgedMessages === 200);
  expect(await pendingOf(lab.server, desk, 'desk')).toBe(0);
});

test('acknowledges what nobody wants, and brings the rest of its entry', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox({ patterns: ['wanted.*'] });
  const writer = new Writer(desk);
  await writer.write({ topic: 'other.1', orderingKey: 'k' });
  await writer.write(
    { topic: 'other.2', orderingKey: 'k' },
    { topic: 'wanted.1', orderingKey: 'k' },
    { topic: 'other.3', orderingKey: 'k' },
  );
  await eventually('the wanted one', () => inbox.messages.length === 1);
  expect(inbox.messages[0]?.topic).toBe('wanted.1');
  await eventually('both entries acknowledged', () => desk.counters.acknowledgedMessages === 4);
  expect(await pendingOf(lab.server, desk, 'desk')).toBe(0);
});

test('begins a new group now or with the oldest, and a known one where it was', async () => {
  const desk = lab.desk();
  const writer = new Writer(desk);
  await writer.write({ payload: 'before' });
  const fromNow = await desk.inbox({ group: 'now', from: 'now' });
  const fromOldest = await desk.inbox({ group: 'oldest', from: 'oldest' });
  await writer.write({ payload: 'after' });
  await eventually('both', () => fromOldest.messages.length === 2 && fromNow.messages.length === 1);
  expect(fromNow.payloads).toEqual(['after']);
  expect(fromOldest.payloads).toEqual(['before', 'after']);
  await fromNow.consumer.close();
  await writer.write({ payload: 'meanwhile' });
  const again = await desk.inbox({ group: 'now', from: 'now', consumer: 'two' });
  await eventually('what came meanwhile', () => again.messages.length === 1);
  expect(again.payloads).toEqual(['meanwhile']);
});

test('reads nothing more of a lane while the receiver has no room, and other lanes go on', async () => {
  const desk = lab.desk({ readCount: 1 });
  let makeRoom = (): void => undefined;
  const inbox = await desk.inbox(
    {},
    {
      onBatch: (batch) => {
        if (batch.priority !== Priority.LOW) return;
        return new Promise<void>((resolve) => {
          makeRoom = resolve;
        });
      },
    },
  );
  const writer = new Writer(desk);
  await writer.write({ payload: 'low 1', priority: Priority.LOW });
  await writer.write({ payload: 'low 2', priority: Priority.LOW });
  await writer.write({ payload: 'critical', priority: Priority.CRITICAL });
  await eventually('both lanes', () => inbox.payloads.includes('critical') && inbox.payloads.includes('low 1'));
  expect(inbox.payloads).not.toContain('low 2');
  makeRoom();
  await eventually('the rest', () => inbox.payloads.includes('low 2'));
});

test('shares the shards with those who come, and takes back those of who goes', async () => {
  const desks = [lab.desk(), lab.desk()] as const;
  const first = await desks[0].inbox({ consumer: 'a' });
  const second = await desks[1].inbox({ consumer: 'b' });
  const writer = new Writer(desks[0]);
  for (let i = 0; i < 64; i += 1) await writer.write({ orderingKey: `k${i}`, payload: i });
  await eventually('all', () => first.messages.length + second.messages.length >= 64);
  expect(first.messages.length).toBeGreaterThan(0);
  expect(second.messages.length).toBeGreaterThan(0);
  expect(first.messages.length + second.messages.length).toBe(64);
  await second.consumer.close();
  const had = first.messages.length;
  for (let i = 0; i < 64; i += 1) await writer.write({ orderingKey: `k${i}`, payload: i });
  await eventually('all at the one that stays', () => first.messages.length >= had + 64);
  expect(first.messages.length).toBe(had + 64);
});

test('refuses a name that is taken in its group, as long as the other one lives', async () => {
  const desks = [lab.desk(), lab.desk()] as const;
  const first = await desks[0].inbox({ consumer: 'same' });
  await expect(desks[1].inbox({ consumer: 'same' })).rejects.toMatchObject({ code: 'TRANSPORT_DENIED' });
  await expect(desks[1].inbox({ consumer: 'same', group: 'another' })).resolves.toBeDefined();
  const stream = await new Writer(desks[0]).write({ payload: 'still served' });
  await eventually('the first goes on', () => first.messages.length === 1);
  expect(await lab.server.command('XINFO', 'CONSUMERS', stream, 'desk')).toHaveLength(1);
});

test('forgets its consumer in every stream when it closes with nothing pending', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox();
  const writer = new Writer(desk);
  for (let i = 0; i < 20; i += 1) await writer.write({ orderingKey: `k${i}` });
  await eventually('all', () => inbox.messages.length === 20);
  await inbox.consumer.close();
  for (const stream of streamsOf(desk))
    expect(await lab.server.command('XINFO', 'CONSUMERS', stream, 'desk')).toEqual([]);
});

test('keeps its consumer where something is pending with it, and the next one gets that', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox({}, { onBatch: () => undefined });
  await new Writer(desk).write({ payload: 'open' });
  await eventually('the message', () => inbox.messages.length === 1);
  await inbox.consumer.close({ deadlineMs: 0 });
  expect(await pendingOf(lab.server, desk, 'desk')).toBe(1);
  expect(inbox.batches[0]?.signal?.aborted).toBe(true);
  const next = await desk.inbox({ consumer: 'next' });
  await eventually('the message again', () => next.messages.length === 1);
  expect(next.messages[0]?.deliveryCount).toBe(2);
});
