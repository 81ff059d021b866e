import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { MessageBus } from '../../src/message-bus/message-bus.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

test('100,000 topics that never come back leave the heap as it was', () => {
  const bus = new MessageBus();
  let received = 0;
  bus.subscribe('data.*', () => {
    received += 1;
  });
  bus.subscribe('*.S7', () => {
    received += 1;
  });
  const publish = (from: number, count: number): void => {
    for (let i = from; i < from + count; i += 1) bus.publish(`data.quotes.V${i % 10}.T${i}`, i);
  };
  publish(0, 20_000);
  const before = heapBytes();
  publish(20_000, 100_000);
  const grown = heapBytes() - before;
  expect(received).toBe(120_000);
  // A bus that kept them would hold more than 100 bytes each, ten million in all.
  expect(grown).toBeLessThan(1_000_000);
});

test('100,000 subscriptions leave the heap as it was when they end', () => {
  const bus = new MessageBus();
  const round = (): void => {
    const subscriptions = Array.from({ length: 100_000 }, (_, i) =>
      bus.subscribe(i % 2 === 0 ? `data.S${i}` : `data.+.S${i}.*`, () => i),
    );
    for (const subscription of subscriptions) subscription.unsubscribe();
  };
  round();
  const before = heapBytes();
  round();
  round();
  expect(heapBytes() - before).toBeLessThan(2_000_000);
  expect(bus.patterns()).toEqual([]);
});

test('a subscription that ended is not kept alive by a topic that fell silent', async () => {
  const bus = new MessageBus();
  bus.subscribe('*', () => undefined);
  const ended = (() => {
    const payload = { large: new Array<number>(1000).fill(1) };
    const subscription = bus.subscribe('data.*', () => payload);
    for (let i = 0; i < 3; i += 1) bus.publish('data.X', undefined);
    subscription.unsubscribe();
    return new WeakRef(payload);
  })();
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  collectGarbage();
  expect(ended.deref()).toBeUndefined();
});
