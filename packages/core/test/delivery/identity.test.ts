import { expect, test } from 'vitest';
import { MessageBus } from '../../src/index.ts';
import { bench, codeOfThrown } from './delivery-fixture.ts';

test('the same pattern and function is the same subscription, and is called once', async () => {
  let calls = 0;
  const handler = (): void => {
    calls += 1;
  };
  const bus = new MessageBus();
  expect(bus.subscribe('a.*', handler)).toBe(bus.subscribe('a.**', handler));
  bus.publish('a.b', 1);
  expect(calls).toBe(1);

  const { client, settled } = bench();
  expect(client.subscribe('a.*', handler)).toBe(client.subscribe('a.**', handler));
  client.publish('a.b', 1);
  await settled();
  expect(calls).toBe(2);
});

test('another pattern, another function or another id makes another subscription', async () => {
  let calls = 0;
  const handler = (): void => {
    calls += 1;
  };
  const { client, settled } = bench();
  const ids = new Set([
    client.subscribe('a.*', handler).id,
    client.subscribe('a.?', handler).id,
    client.subscribe('a.*', () => handler()).id,
    client.subscribe('a.*', handler, { id: 'mine' }).id,
  ]);
  expect(ids.size).toBe(4);
  client.publish('a.b', 1);
  await settled();
  expect(calls).toBe(4);
});

test('the same subscription with other options throws DUPLICATE_SUBSCRIPTION, and the first stays as it is', async () => {
  const calls: number[] = [];
  const handler = (payload: number): void => {
    calls.push(payload);
  };
  const bus = new MessageBus();
  bus.subscribe('a', handler, { handlerPriority: 1 });
  expect(codeOfThrown(() => bus.subscribe('a', handler, { handlerPriority: 2 }))).toBe('DUPLICATE_SUBSCRIPTION');
  bus.publish('a', 1);

  const { client, settled } = bench();
  const first = client.subscribe('a', handler, { concurrency: 2 });
  expect(client.subscribe('a', handler, { concurrency: 2 })).toBe(first);
  for (const options of [
    {},
    { concurrency: 3 },
    { concurrency: 2, handlerTimeoutMs: 5 },
    { concurrency: 2, conflateBy: 'topic' as const },
  ]) {
    expect(
      codeOfThrown(() => client.subscribe('a', handler, options)),
      JSON.stringify(options),
    ).toBe('DUPLICATE_SUBSCRIPTION');
  }
  client.publish('a', 2);
  await settled();
  expect(calls).toEqual([1, 2]);
});

test('a taken id throws DUPLICATE_SUBSCRIPTION, and is free again when its subscription has ended', () => {
  const { client } = bench();
  const first = client.subscribe('a', () => 1, { id: 'risk' });
  expect(codeOfThrown(() => client.subscribe('a', () => 2, { id: 'risk' }))).toBe('DUPLICATE_SUBSCRIPTION');
  expect(codeOfThrown(() => client.subscribe('b', () => 2, { id: 'risk' }))).toBe('DUPLICATE_SUBSCRIPTION');
  first.unsubscribe();
  expect(first.active).toBe(false);
  expect(client.subscribe('b', () => 2, { id: 'risk' }).active).toBe(true);
});

test('a subscription that ended and is made again is a new one', async () => {
  let calls = 0;
  const handler = (): void => {
    calls += 1;
  };
  const { client, settled } = bench();
  const first = client.subscribe('a', handler);
  first.unsubscribe();
  const second = client.subscribe('a', handler);
  expect(second).not.toBe(first);
  first.unsubscribe();
  expect(second.active).toBe(true);
  client.publish('a', 1);
  await settled();
  expect(calls).toBe(1);
});

test('the identity of a message is its producer and sequence: unique, counted from 1, the same for every subscription and attempt', async () => {
  const { client, clock, settled } = bench();
  const other = bench();
  const seen: string[] = [];
  let failures = 0;
  client.subscribe('a', (_, { producer, sequence }) => {
    seen.push(`first ${producer}/${sequence}`);
  });
  client.subscribe('a', (_, { producer, sequence, deliveryCount }) => {
    seen.push(`second ${producer}/${sequence} attempt ${deliveryCount}`);
    failures += 1;
    if (failures === 1) throw new Error('once');
  });
  let producer = '';
  let otherProducer = '';
  client.subscribe('b', (_, meta) => {
    producer = meta.producer;
    expect(meta.sequence).toBe(2);
  });
  other.client.subscribe('b', (_, meta) => {
    otherProducer = meta.producer;
    expect(meta.sequence).toBe(1);
  });
  client.publish('a', 1);
  client.publish('b', 1);
  other.client.publish('b', 1);
  await settled();
  await other.settled();
  await clock.advance(100);
  expect(producer).not.toBe('');
  expect(otherProducer).not.toBe(producer);
  expect(seen).toEqual([`first ${producer}/1`, `second ${producer}/1 attempt 1`, `second ${producer}/1 attempt 2`]);
});
