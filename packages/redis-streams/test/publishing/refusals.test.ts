import { Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { shardOf } from '../../src/keys.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { openPublisher, payloads, pause, startServer } from './publisher-fixture.ts';

test('a server without memory refuses with TRANSPORT_FULL, and takes the batch when it has some', async () => {
  const server = await startServer();
  const { publisher, batch, keys } = await openPublisher(server);
  await publisher.publish(batch({}));
  await server.command('CONFIG', 'SET', 'maxmemory', '1');
  const second = batch({});
  await expect(publisher.publish(second)).rejects.toMatchObject({
    code: 'TRANSPORT_FULL',
    reply: 'OOM',
    retryable: true,
    mayHaveBeenStored: false,
  });
  await server.command('CONFIG', 'SET', 'maxmemory', '0');
  // An attempt that was on its way before may still bring the old answer.
  await eventually('stored', 10_000, () =>
    publisher.publish(second).then(
      () => true,
      () => false,
    ),
  );
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([1, 2]);
});

test('a key of another type is a final, typed error, and other lanes go on', async () => {
  const server = await startServer();
  const { publisher, batch, keys } = await openPublisher(server);
  const stream = keys.stream(0, Priority.NORMAL);
  await server.command('SET', stream, 'in the way');
  const answers = await Promise.allSettled([
    publisher.publish(batch({})),
    publisher.publish(batch({})),
    publisher.publish(batch({ priority: Priority.HIGH })),
  ]);
  const refusal = expect.objectContaining({
    code: 'TRANSPORT_REFUSED',
    reply: 'WRONGTYPE',
    retryable: false,
  }) as unknown;
  expect(answers.map((answer) => (answer.status === 'rejected' ? (answer.reason as unknown) : 'stored'))).toEqual([
    refusal,
    refusal,
    'stored',
  ]);
  await server.command('DEL', stream);
  await publisher.publish(batch({}));
  expect(await payloads(server, stream)).toEqual([4]);
});

test('a key of another type refuses what is for its shard, first or last in a write, and all else is stored', async () => {
  const server = await startServer();
  for (const blocked of [0, 2]) {
    const { publisher, batch, keys } = await openPublisher(server, { shards: 3, streamsPrefix: `blocked${blocked}` });
    await server.command('SET', keys.stream(blocked, Priority.NORMAL), 'in the way');
    const topics = Array.from({ length: 30 }, (_, i) => `topic-${i}`);
    const refused = topics.flatMap((topic, index) => (shardOf(topic, 3) === blocked ? [index] : []));
    await expect(publisher.publish(batch(...topics.map((topic) => ({ topic, payload: topic }))))).rejects.toMatchObject(
      {
        code: 'TRANSPORT_REFUSED',
        retryable: false,
        rejected: refused.map((index) => ({ index, code: 'TRANSPORT_REFUSED' })),
      },
    );
    const kept = await Promise.all(
      [0, 1, 2]
        .filter((shard) => shard !== blocked)
        .map((shard) => payloads(server, keys.stream(shard, Priority.NORMAL))),
    );
    expect(new Set(kept.flat())).toEqual(new Set(topics.filter((_, index) => !refused.includes(index))));
    expect(kept.flat()).toHaveLength(topics.length - refused.length);
  }
});

test('what may not be written is denied, without the name of a secret', async () => {
  const server = await startServer();
  await server.command('ACL', 'SETUSER', 'reader', 'on', '>hush', '~*', '+@all', '-xadd');
  const { publisher, batch } = await openPublisher({ url: server.url.replace('redis://', 'redis://reader:hush@') });
  const failure = await publisher.publish(batch({})).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'TRANSPORT_DENIED', retryable: false });
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('hush');
});

test('what is behind a refused entry and on its way with it is no loss of what was confirmed', async () => {
  const server = await startServer();
  await server.command('ACL', 'SETUSER', 'writer', 'on', '>hush', '~*', '+@all');
  const { publisher, batch, keys, counters } = await openPublisher({
    url: server.url.replace('redis://', 'redis://writer:hush@'),
  });
  await publisher.publish(batch({}));
  await server.command('ACL', 'SETUSER', 'writer', '-xadd');
  // Settled from the start: the first may be refused within the pause, before anybody asks for it.
  const refused = Promise.allSettled([publisher.publish(batch({}))]);
  // The first is sent at the end of the turn; the second goes in a write of its own.
  await pause(0);
  const behind = Promise.allSettled([publisher.publish(batch({}))]);
  const denied = { status: 'rejected', reason: { code: 'TRANSPORT_DENIED', retryable: false } };
  expect([...(await refused), ...(await behind)]).toMatchObject([denied, denied]);
  await server.command('ACL', 'SETUSER', 'writer', '+xadd');
  await publisher.publish(batch({}));
  expect(counters.lostConfirmedEntries).toBe(0);
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([1, 4]);
});

test('a server that becomes a replica holds messages back until it is a master again', async () => {
  const server = await startServer();
  const { publisher, batch, keys } = await openPublisher(server);
  await publisher.publish(batch({}));
  await server.command('CONFIG', 'SET', 'replica-serve-stale-data', 'yes');
  await server.command('REPLICAOF', '127.0.0.1', '1');
  const held = publisher.publish(batch({}));
  await pause(200);
  expect(publisher.failure).toMatchObject({ code: 'TRANSPORT_UNAVAILABLE', reply: 'READONLY', retryable: true });
  await server.command('REPLICAOF', 'NO', 'ONE');
  await held;
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([1, 2]);
});

test('messages that cannot be carried are named, and the others are stored', async () => {
  const server = await startServer();
  const { publisher, batch, keys } = await openPublisher(server, { maxPayloadBytes: 100 });
  const mixed = batch(
    { payload: 1 },
    { payload: () => 1 },
    { payload: 'x'.repeat(101) },
    { topic: 'x'.repeat(256) },
    { topic: 'a.*' },
    { payload: 6 },
  );
  await expect(publisher.publish(mixed)).rejects.toMatchObject({
    code: 'PAYLOAD_NOT_ENCODABLE',
    retryable: false,
    mayHaveBeenStored: true,
    rejected: [
      { index: 1, code: 'PAYLOAD_NOT_ENCODABLE' },
      { index: 2, code: 'PAYLOAD_TOO_LARGE' },
      { index: 3, code: 'TOPIC_NOT_ALLOWED', message: expect.stringContaining('received 256') as unknown },
      { index: 4, code: 'TOPIC_NOT_ALLOWED' },
    ],
  });
  await publisher.publish(batch({ payload: 7 }));
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([1, 6, 7]);
});

test('an option that filters types leaves them out', async () => {
  const server = await startServer();
  const { publisher, batch, keys, counters } = await openPublisher(server, { typesFilter: ['quote'] });
  await publisher.publish(batch({ payload: { type: 'quote' } }, { payload: { type: 'trade' } }, { payload: 'quote' }));
  await publisher.publish(batch({ payload: { type: 'quote' } }));
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([{ type: 'trade' }, 'quote']);
  expect(counters.filteredMessages).toBe(2);
});

test('with an interval NORMAL gathers, and CRITICAL does not wait', async () => {
  const server = await startServer();
  const { publisher, batch, counters } = await openPublisher(server, { bufferIntervalMs: 200 });
  const held = [publisher.publish(batch({})), publisher.publish(batch({}))];
  await publisher.publish(batch({ priority: Priority.CRITICAL }));
  expect(counters.publishedEntries).toBe(1);
  await Promise.all(held);
  expect(counters.publishedEntries).toBe(2);
  expect(counters.publishedMessages).toBe(3);
});

test('with a stream for each topic the set of topics is known to consumers', async () => {
  const server = await startServer();
  const { publisher, batch, keys } = await openPublisher(server, { streamPerTopic: true, producerId: 'p' });
  await publisher.publish(batch({ topic: 'a.b' }, { topic: 'a.c' }, { topic: 'a.b' }));
  await publisher.publish(batch({ topic: 'a.c', priority: Priority.LOW }));
  expect(await payloads(server, keys.stream(0, Priority.NORMAL, 'a.b'))).toEqual([1, 3]);
  const topics = (await server.command('SMEMBERS', keys.topics(0))) as string[];
  expect(topics.toSorted()).toEqual(['low:a.c', 'normal:a.b', 'normal:a.c']);
});

test('messages of one key share a stream, and keys are spread over all', async () => {
  const server = await startServer();
  const { publisher, batch, keys } = await openPublisher(server, { shards: 4 });
  await publisher.publish(batch(...Array.from({ length: 100 }, (_, i) => ({ payload: i, orderingKey: `k${i % 10}` }))));
  const shards = await Promise.all([0, 1, 2, 3].map((shard) => payloads(server, keys.stream(shard, Priority.NORMAL))));
  expect(shards.flat()).toHaveLength(100);
  for (const shard of shards) {
    expect(shard.length).toBeGreaterThan(0);
    for (let key = 0; key < 10; key += 1) {
      const ofKey = (shard as number[]).filter((n) => n % 10 === key);
      expect([0, 10]).toContain(ofKey.length);
      expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
    }
  }
});

test('closing waits for what was accepted; what comes later is refused', async () => {
  const server = await startServer();
  const { publisher, batch, keys } = await openPublisher(server);
  const open = publisher.publish(batch({}));
  await publisher.close();
  await open;
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([1]);
  await expect(publisher.publish(batch({}))).rejects.toMatchObject({ code: 'TRANSPORT_CLOSED', retryable: false });
});

test('closing while the server is away rejects what is open, and says that it may be stored', async () => {
  const server = await startServer();
  const { publisher, batch } = await openPublisher(server);
  await publisher.publish(batch({}));
  server.pause();
  const open = publisher.publish(batch({}));
  const closing = publisher.close({ deadlineMs: 50 });
  await expect(open).rejects.toMatchObject({ code: 'TRANSPORT_CLOSED', mayHaveBeenStored: true });
  await closing;
  server.resume();
});
