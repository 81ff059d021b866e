import { Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { eventually } from '../../src/testing/eventually.ts';
import { count, openPublisher, pause, payloads, startServer, stored } from './publisher-fixture.ts';

test('what is published is stored, in order, many messages to an entry', async () => {
  const server = await startServer();
  const { publisher, batch, keys, counters } = await openPublisher(server);
  await Promise.all(
    Array.from({ length: 50 }, () => publisher.publish(batch(...Array.from({ length: 100 }, () => ({}))))),
  );
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual(count(5_000));
  expect(counters.publishedMessages).toBe(5_000);
  expect(counters.publishedEntries).toBeLessThan(60);
  expect(counters.bytesOutStored).toBe(counters.bytesOutRaw + counters.publishedEntries * (29 + 36) - 0);
});

test('connections that are killed while messages flow lose none, store none twice, and keep their order', async () => {
  const server = await startServer();
  const { publisher, batch, keys, counters } = await openPublisher(server);
  let publishing = true;
  const sent: Promise<void>[] = [];
  const publish = (async () => {
    while (publishing || sent.length < 200) {
      sent.push(publisher.publish(batch(...Array.from({ length: 20 }, () => ({})))));
      await pause(1);
    }
  })();
  for (let i = 0; i < 10; i += 1) {
    const before = counters.publishedMessages;
    await eventually('messages flow', 60_000, async () => counters.publishedMessages > before);
    await pause(20);
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  }
  publishing = false;
  await publish;
  await Promise.all(sent);
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual(count(sent.length * 20));
  expect(counters.connectionsLost).toBeGreaterThanOrEqual(5);
  expect(counters.possibleDuplicates).toBe(0);
});

test('an answer that is lost costs a repetition, and no second copy', async () => {
  const server = await startServer();
  const { publisher, batch, keys, counters } = await openPublisher(server, { commandTimeoutMs: 100 });
  await publisher.publish(batch({}));
  server.pause();
  const late = publisher.publish(batch({}));
  await pause(250);
  server.resume();
  await late;
  await publisher.publish(batch({}));
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([1, 2, 3]);
  expect(counters.publishRetries).toBeGreaterThan(0);
  expect(counters.publishDuplicates).toBe(1);
});

test('a server that is stopped does not hang a publish, and the batch may come again', async () => {
  const server = await startServer();
  const { publisher, batch, keys } = await openPublisher(server, { commandTimeoutMs: 100, publishTimeoutMs: 300 });
  await publisher.publish(batch({}));
  server.pause();
  const second = batch({});
  const third = batch({});
  const answers = await Promise.allSettled([publisher.publish(second), publisher.publish(third)]);
  expect(answers.map((answer) => (answer.status === 'rejected' ? (answer.reason as unknown) : 'stored'))).toEqual([
    expect.objectContaining({ retryable: true, mayHaveBeenStored: true }),
    expect.objectContaining({ retryable: true }),
  ]);
  await expect(publisher.publish(batch({}))).rejects.toMatchObject({ code: 'TRANSPORT_REFUSED', retryable: true });
  server.resume();
  await publisher.publish(second);
  await publisher.publish(third);
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([1, 2, 3]);
});

test('a batch that was stored may come again, and another one under its number not', async () => {
  const server = await startServer();
  const { publisher, batch, keys } = await openPublisher(server);
  const first = batch({});
  await publisher.publish(first);
  await publisher.publish(first);
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([1]);
  await expect(
    publisher.publish({ ...first, messages: first.messages.map((one) => ({ ...one, sequence: 99 })) }),
  ).rejects.toMatchObject({ code: 'TRANSPORT_REFUSED', retryable: false });
});

test('a server that forgot everything gets what comes next, and the loss is counted', async () => {
  const server = await startServer();
  const { publisher, batch, keys, counters } = await openPublisher(server);
  await publisher.publish(batch({}));
  await publisher.publish(batch({}));
  await server.command('FLUSHALL');
  await publisher.publish(batch({}, {}));
  await publisher.publish(batch({}));
  const messages = await stored(server, keys.stream(0, Priority.NORMAL));
  expect(messages.map(({ payload }) => payload)).toEqual([3, 4, 5]);
  expect(counters.possibleDuplicates).toBe(0);
});

test('a server that lost a part of what it confirmed is found out', async () => {
  const server = await startServer();
  const { publisher, batch, keys, counters } = await openPublisher(server, { producerId: 'feed-1' });
  const stream = keys.stream(0, Priority.NORMAL);
  await publisher.publish(batch({}));
  const state = keys.producer(stream, 'feed-1');
  const before = (await server.command('GET', state)) as string;
  await publisher.publish(batch({}));
  await publisher.publish(batch({}));
  await server.command('SET', state, before);
  await publisher.publish(batch({}));
  expect(counters.lostConfirmedEntries).toBe(2);
  expect(await payloads(server, stream)).toEqual([1, 2, 3, 4]);
});

test('the server may be restarted while messages flow', async () => {
  const server = await startServer({ appendOnly: 'always' });
  const { publisher, batch, keys } = await openPublisher(server);
  const sent = [publisher.publish(batch({}))];
  await sent[0];
  await server.kill();
  sent.push(publisher.publish(batch({})), publisher.publish(batch({})));
  await server.restart();
  await Promise.all(sent);
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([1, 2, 3]);
});

test('two transports with one producerId are told apart: the later one writes, the earlier one is denied', async () => {
  const server = await startServer();
  const earlier = await openPublisher(server, { producerId: 'twin' });
  await earlier.publisher.publish(earlier.batch({ payload: 'a' }));
  const later = await openPublisher(server, { producerId: 'twin' });
  await later.publisher.publish(later.batch({ payload: 'b' }));
  await expect(earlier.publisher.publish(earlier.batch({ payload: 'c' }))).rejects.toMatchObject({
    code: 'TRANSPORT_DENIED',
    retryable: false,
  });
  expect(await payloads(server, later.keys.stream(0, Priority.NORMAL))).toEqual(['a', 'b']);
});
