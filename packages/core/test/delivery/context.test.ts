import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from 'vitest';
import { MessageBus } from '../../src/index.ts';
import { bench } from './delivery-fixture.ts';

const storage = new AsyncLocalStorage<string>();

test('on the synchronous bus handlers run in the AsyncLocalStorage context of the publisher', () => {
  const bus = new MessageBus();
  const seen: (string | undefined)[] = [];
  storage.run('subscriber', () => bus.subscribe('a', () => seen.push(storage.getStore())));
  storage.run('publisher', () => bus.publish('a', 1));
  bus.publish('a', 2);
  expect(seen).toEqual(['publisher', undefined]);
});

test('on the client every handler runs in the AsyncLocalStorage context in which the client was made, never in the publisher’s', async () => {
  const { client, clock, settled, rest } = storage.run('maker', () => bench());
  const seen: string[] = [];
  const note = (where: string) => (): void => {
    seen.push(`${where}: ${storage.getStore() ?? 'none'}`);
  };
  storage.run('subscriber', () => {
    client.subscribe('sync', note('sync'));
    client.subscribe('async', async () => {
      await Promise.resolve();
      note('async')();
    });
    client.subscribe('retry', (_, { deliveryCount }) => {
      note(`attempt ${deliveryCount}`)();
      if (deliveryCount === 1) throw new Error('once');
    });
    client.subscribeBatch('batch', note('batch'), { maxSize: 10, maxDelayMs: 10 });
  });
  storage.run('publisher', () => {
    for (const topic of ['sync', 'async', 'retry', 'batch']) client.publish(topic, 1);
  });
  await settled();
  await clock.advance(1_000);
  // What is parked starts in the drain that some other handler's end has asked for.
  storage.run('another publisher', () => {
    client.publish('async', 2);
    client.publish('async', 3);
  });
  await rest();
  expect(seen.toSorted()).toEqual(
    [
      'async: maker',
      'async: maker',
      'async: maker',
      'attempt 1: maker',
      'attempt 2: maker',
      'batch: maker',
      'sync: maker',
    ].toSorted(),
  );
});

test('a client made outside of any context runs handlers in none, though its publishers have one', async () => {
  const { client, settled } = bench();
  const seen: (string | undefined)[] = [];
  client.subscribe('a', () => seen.push(storage.getStore()));
  storage.run('publisher', () => client.publish('a', 1));
  await settled();
  expect(seen).toEqual([undefined]);
});
