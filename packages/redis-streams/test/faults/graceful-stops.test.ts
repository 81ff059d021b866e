import { expect, test } from 'vitest';
import { startRedisServer } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf, repeatedOf } from './support/handled-log.ts';
import { consumersOf, pendingOf } from './support/stored.ts';

const KEYS = 20;
const STOPS = 100;

test(`after ${STOPS} graceful stops under load nothing is stuck, nothing ran twice, and nobody is left behind`, async () => {
  const server = await startRedisServer();
  const bench = new FaultBench(server.url, { streamsPrefix: 'stops' });
  try {
    const producer = await bench.producer({ keys: KEYS });
    let published = 0;
    const running = [await bench.consumer(), await bench.consumer()];
    for (let stop = 0; stop < STOPS; stop += 1) {
      producer.tell({ kind: 'publish', from: published, to: published + 100, perSecond: 1000 });
      published += 100;
      // The next one comes while the oldest goes.
      const next = bench.consumer();
      expect(await running.shift()?.program.close()).toMatchObject({ unsettled: 0, queued: 0 });
      running.push(await next);
      await producer.hear('published');
    }
    await producer.ask({ kind: 'flush' }, 'flushed');
    await bench.untilHandled(published);
    for (const { program } of running) expect(await program.close()).toMatchObject({ unsettled: 0, queued: 0 });
    const { numbers, distinct } = bench.handled();
    expect(missingOf(distinct, published)).toEqual([]);
    expect(repeatedOf(numbers)).toEqual([]);
    expect(outOfOrderOf(numbers, KEYS)).toEqual([]);
    expect(await pendingOf(server.port, 'stops', 'desk')).toBe(0);
    expect(await consumersOf(server.port, 'stops', 'desk')).toBe(0);
  } finally {
    await bench.end();
    await server.stop();
  }
});
