import { Priority } from '@tradewind/core-types';
import { pack } from 'msgpackr';
import { expect, test } from 'vitest';
import { serverOfFile } from './bench-server.ts';
import { Writer, acknowledge, eventually } from './lab.ts';

const lab = serverOfFile();

test('brings everything to each consumer without a group, from its own start on', async () => {
  const desk = lab.desk();
  const writer = new Writer(desk);
  await writer.write({ payload: 'before' });
  const fromNow = await desk.inbox({ group: undefined, from: 'now' });
  const fromOldest = await desk.inbox({ group: undefined, from: 'oldest' });
  await writer.write({ payload: 'after' });
  await eventually('both', () => fromOldest.messages.length === 2 && fromNow.messages.length === 1);
  expect(fromNow.payloads).toEqual(['after']);
  expect(fromOldest.payloads).toEqual(['before', 'after']);
});

test('brings what failed again from memory, and puts it aside in the end', async () => {
  const desk = lab.desk({ redeliveryDelayMs: 5, maxDeliveries: 3 });
  const inbox = await desk.inbox(
    { group: undefined },
    {
      onBatch: (batch) => {
        for (const [i, { payload }] of batch.messages.entries())
          if (payload === 'poison') batch.settle(i, { error: 'no', next: 'redeliver' });
          else batch.settle(i);
      },
    },
  );
  const writer = new Writer(desk);
  await writer.write({ payload: 'poison' }, { payload: 'good' });
  await writer.write({ payload: 'later' });
  await eventually('the letter', () => desk.counters.deadLettered === 1);
  await eventually('the later one', () => inbox.payloads.includes('later'));
  expect(inbox.payloads.filter((payload) => payload === 'poison').length).toBe(3);
  expect(inbox.payloads.filter((payload) => payload === 'good').length).toBe(1);
});

test('reads streams of others in the form of NautilusTrader, with a group and without', async () => {
  const desk = lab.desk({ externalStreams: ['nautilus'] });
  const alone = await desk.inbox({ group: undefined, consumer: 'alone', from: 'now' });
  const shared = await desk.inbox({ from: 'now' });
  const payload = { type: 'QuoteTick', ts_event: 1_700_000_000_000_000_001n, bid: '1.25' };
  await lab.server.command('XADD', 'nautilus', '*', 'topic', 'data.quotes.X.Y', 'payload', pack(payload));
  await lab.server.command('XADD', 'nautilus', '*', 'topic', 'no..topic', 'payload', pack(1));
  await new Writer(desk).write({ payload: 'ours' });
  for (const inbox of [alone, shared]) {
    await eventually('both', () => inbox.messages.length === 2);
    const message = inbox.messages.find(({ topic }) => topic === 'data.quotes.X.Y');
    expect(message).toMatchObject({ payload, priority: Priority.NORMAL, producer: 'nautilus', deliveryCount: 1 });
  }
  await eventually('what is no message is put aside', () => desk.counters.undecodableEntries === 2);
});

test('goes on after the server lost everything', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox({ group: undefined });
  const writer = new Writer(desk);
  await writer.write({ payload: 1 });
  await eventually('the first', () => inbox.messages.length === 1);
  await lab.server.command('FLUSHALL');
  await lab.server.command('CLIENT', 'KILL', 'TYPE', 'normal');
  const { stream, bytes } = writer.pack({ payload: 2 });
  await eventually('it is stored', () =>
    writer.add(stream, bytes).then(
      () => true,
      () => false,
    ),
  );
  await eventually('the second', () => inbox.payloads.includes(2));
  expect(inbox.payloads.filter((payload) => payload === 1)).toEqual([1]);
});

test('waits for open settlements when it closes, and gives up the rest', async () => {
  const desk = lab.desk();
  const inbox = await desk.inbox({ group: undefined }, { onBatch: () => undefined });
  await new Writer(desk).write({ payload: 1 });
  await eventually('the message', () => inbox.batches.length === 1);
  let isClosed = false;
  const closing = inbox.consumer.close({ deadlineMs: 10_000 }).then(() => {
    isClosed = true;
    return undefined;
  });
  await new Promise((resolve) => {
    setTimeout(resolve, 30);
  });
  expect(isClosed).toBe(false);
  for (const batch of inbox.batches) acknowledge(batch);
  await closing;
});
