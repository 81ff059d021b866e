import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

test('100,000 topics that never come back leave the heap of the client as it was', async () => {
  const clock = new ManualClock();
  const client = new BufferedMessageBusClient({ clock });
  let received = 0;
  client.subscribe('data.*', () => {
    received += 1;
  });
  const publish = async (from: number, count: number): Promise<void> => {
    for (let i = from; i < from + count; i += 1) {
      client.publish(`data.quotes.V${i % 10}.T${i}`, i);
      if (i % 1_000 === 999) await clock.settle();
    }
  };
  await publish(0, 20_000);
  const before = heapBytes();
  await publish(20_000, 100_000);
  const grown = heapBytes() - before;
  expect(received).toBe(120_000);
  // A client that kept them would hold more than 300 bytes each, thirty million in all. Its caches of idle keys come and go by five million.
  expect(grown).toBeLessThan(10_000_000);
});
