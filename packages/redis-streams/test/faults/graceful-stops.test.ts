import { expect, test } from 'vitest';
import { startRedisServer } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf, repeatedOf } from './support/handled-log.ts';
import { consumersOf, pendingOf } from './support/stored.ts';

const KEYS = 20;
const PROCESSES = 4;
const STOPS_EACH = 25;

test('after 100 graceful stops under load nothing is stuck, nothing ran twice, and nobody is left behind', async () => {
  const server = await startRedisServer();
  const bench = new FaultBench(server.url, { streamsPrefix: 'stops' });
  try {
    const producer = await bench.producer({ keys: KEYS });
    const consumers = await Promise.all(Array.from({ length: PROCESSES }, () => bench.consumer()));
    // More than the stops take: they are under load from the first to the last.
    producer.tell({ kind: 'publish', from: 0, to: 1_000_000, perSecond: 1000 });
    for (const { program } of consumers) {
      program.tell({ kind: 'stopAndStart', times: STOPS_EACH, runMs: 50, deadlineMs: 10_000 });
    }
    for (const { program } of consumers) expect(await program.hear('stopped', 150_000)).toMatchObject({ left: 0 });
    producer.tell({ kind: 'stop' });
    const { count } = await producer.hear('published');
    await producer.ask({ kind: 'flush' }, 'flushed');
    await bench.untilHandled(count);
    for (const { program } of consumers) expect(await program.close()).toMatchObject({ unsettled: 0, queued: 0 });
    const { numbers, distinct } = bench.handled();
    expect(missingOf(distinct, count)).toEqual([]);
    expect(repeatedOf(numbers)).toEqual([]);
    expect(outOfOrderOf(numbers, KEYS)).toEqual([]);
    expect(await pendingOf(server.port, 'stops', 'desk')).toBe(0);
    expect(await consumersOf(server.port, 'stops', 'desk')).toBe(0);
  } finally {
    await bench.end();
    await server.stop();
  }
});
