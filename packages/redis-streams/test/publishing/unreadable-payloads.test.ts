import { BufferedMessageBusClient } from '@tradewind/core';
import { Priority } from '@tradewind/core-types';
import { describe, expect, onTestFinished, test } from 'vitest';
import { redisStreamTransport } from '../../src/index.ts';
import { resolveOptions } from '../../src/options-schema.ts';
import { OpenBatch } from '../../src/publishing/open-batch.ts';
import { StreamOutlet } from '../../src/publishing/stream-outlet.ts';
import { message } from '../wire/entries.ts';
import { openPublisher, payloads, startServer, stored } from './publisher-fixture.ts';

/** An object whose member throws from its `from`th reading on. */
function throwing(from = 1): object {
  let readings = 0;
  return {
    a: 1,
    get b(): number {
      readings += 1;
      if (readings >= from) throw new RangeError('not today');
      return 2;
    },
  };
}

function revocable(): { readonly proxy: object; readonly revoke: () => void } {
  return Proxy.revocable({ a: 1, b: [1] }, {});
}

function revoked(): object {
  const { proxy, revoke } = revocable();
  revoke();
  return proxy;
}

/** What throws may itself be something that cannot be read. */
function throwingWorse(): object {
  return {
    get b(): number {
      // oxlint-disable-next-line typescript/only-throw-error -- that is what is tried
      throw revoked();
    },
  };
}

const UNREADABLE: readonly [name: string, payload: unknown][] = [
  ['a getter that throws', throwing()],
  ['a getter that throws, nested', { level: [{ deep: throwing() }] }],
  ['a getter that throws what cannot be read', throwingWorse()],
  ['a revoked proxy', revoked()],
  ['a revoked proxy, nested', { a: 1, order: revoked() }],
  ['a revoked proxy in an array', [1, revoked()]],
];

describe.each(['msgpack', 'json'] as const)('in %s', (encoding) => {
  test('a payload that throws while it is read is refused alone, and its lane goes on', async () => {
    const server = await startServer();
    const { publisher, batch, keys, counters } = await openPublisher(server, { encoding, typesFilter: ['unwanted'] });
    for (const [name, payload] of UNREADABLE) {
      await expect(
        publisher.publish(batch({ payload: `before ${name}` }, { payload }, { payload: `after ${name}` })),
        name,
      ).rejects.toMatchObject({
        code: 'PAYLOAD_NOT_ENCODABLE',
        retryable: false,
        rejected: [{ index: 1, code: 'PAYLOAD_NOT_ENCODABLE' }],
      });
    }
    await publisher.publish(batch({ payload: 'next' }));
    expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual([
      ...UNREADABLE.flatMap(([name]) => [`before ${name}`, `after ${name}`]),
      'next',
    ]);
    expect(counters.publishRejected).toBe(UNREADABLE.length);
    expect(publisher.open).toBe(0);
  });

  test('through the client all neighbours of such a payload are handled', async () => {
    const server = await startServer();
    const transport = redisStreamTransport({ connection: server.url, shards: 1, encoding });
    const client = new BufferedMessageBusClient({
      name: 'feed',
      group: 'feed',
      from: 'oldest',
      paths: { redis: transport },
    });
    onTestFinished(async () => {
      await client.close();
    });
    const handled: unknown[] = [];
    const codes: unknown[] = [];
    client.events.on('deadLetter', ({ cause }) => codes.push(cause.code));
    client.subscribe('data.test', (payload) => {
      handled.push(payload);
    });
    await client.ready();
    for (const [name, payload] of UNREADABLE) {
      client.publish('data.test', name);
      client.publish('data.test', payload);
    }
    client.publish('data.test', 'last');
    await client.flush();
    await expect.poll(() => handled, { timeout: 10_000 }).toEqual([...UNREADABLE.map(([name]) => name), 'last']);
    expect(codes).toEqual(UNREADABLE.map(() => 'PAYLOAD_NOT_ENCODABLE'));
  });
});

test('what can be read no more when its entry is packed is refused alone, with all that was given beside the others', async () => {
  const server = await startServer();
  const { publisher, batch, keys } = await openPublisher(server);
  const { proxy, revoke } = revocable();
  const kept = { n: 2n ** 63n, list: [{ raw: new Uint8Array([1, 2]) }], none: undefined };
  const published = [
    batch(
      { payload: kept, headers: { h: 'x' }, correlationId: 'c' },
      { payload: { order: proxy } },
      { payload: { level: throwing(2) } },
      { payload: undefined },
    ),
    batch({ payload: { order: proxy } }),
    batch({ payload: 'third' }),
  ].map((one) => publisher.publish(one));
  // As drafts are, when the function that was given them returns.
  revoke();
  expect(await Promise.allSettled(published)).toMatchObject([
    {
      reason: {
        code: 'PAYLOAD_NOT_ENCODABLE',
        mayHaveBeenStored: true,
        rejected: [
          { index: 1, message: expect.stringContaining('revoked') as unknown },
          { index: 2, message: expect.stringContaining('not today') as unknown },
        ],
      },
    },
    { reason: { code: 'PAYLOAD_NOT_ENCODABLE', mayHaveBeenStored: false, rejected: [{ index: 0 }] } },
    { status: 'fulfilled' },
  ]);
  expect(kept.list[0]?.raw).toBeInstanceOf(Uint8Array);
  expect(await stored(server, keys.stream(0, Priority.NORMAL))).toMatchObject([
    {
      sequence: 1,
      payload: { n: 2n ** 63n, list: [{ raw: new Uint8Array([1, 2]) }] },
      headers: { h: 'x' },
      correlationId: 'c',
    },
    { sequence: 4, payload: undefined, headers: undefined, correlationId: undefined },
    { sequence: 6, payload: 'third' },
  ]);
});

test('an entry of nothing but such payloads is not sent, and its batch settles', async () => {
  const server = await startServer();
  const { publisher, batch, keys, counters } = await openPublisher(server);
  const { proxy, revoke } = revocable();
  const only = publisher.publish(batch({ payload: [proxy] }));
  revoke();
  await expect(only).rejects.toMatchObject({ code: 'PAYLOAD_NOT_ENCODABLE', mayHaveBeenStored: false });
  expect(publisher.open).toBe(0);
  expect(counters.publishedEntries).toBe(0);
  await publisher.publish(batch({ payload: 'next' }));
  expect(await payloads(server, keys.stream(0, Priority.NORMAL))).toEqual(['next']);
});

test('an entry that cannot be packed for any other reason is refused, and none of it counts as part of the next', () => {
  const refused: unknown[] = [];
  const settings = resolveOptions({ connection: 'redis://127.0.0.1' });
  const outOfMemory = {
    algorithm: 'zstd' as const,
    thresholdBytes: 150,
    get level(): number {
      throw new RangeError('no memory');
    },
  };
  const outlet = new StreamOutlet({
    stream: '{stream:0}:normal',
    shard: 0,
    producerKey: '{stream:0}:normal:producer:p',
    priority: Priority.NORMAL,
    topics: undefined,
    epoch: 1,
    settings: { ...settings, compression: outOfMemory },
    onRefused: (_, rejected) => refused.push(...rejected),
  });
  const large = message({ payload: 'x'.repeat(200) });
  const small = message({ payload: 1, topic: 'a' });
  const lost = new OpenBatch({ priority: Priority.NORMAL, batchSequence: 1, messages: [large] }, Infinity);
  const taken = new OpenBatch({ priority: Priority.NORMAL, batchSequence: 2, messages: [small] }, Infinity);
  outlet.add(large, lost, 0);
  outlet.seal();
  expect(refused).toMatchObject([
    { index: 0, code: 'PAYLOAD_NOT_ENCODABLE', message: expect.stringContaining('no memory') as unknown },
  ]);
  expect(lost.entries).toBe(0);
  outlet.add(small, taken, 0);
  outlet.seal();
  expect(outlet.queue).toMatchObject([{ number: 1, count: 1, parts: [{ batch: { sequence: 2 }, indices: [0] }] }]);
});
