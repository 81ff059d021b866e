import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRedisServer, type RedisServer } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf, repeatedOf } from './support/handled-log.ts';

const KEYS = 40;

describe('several processes', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());

  test('two of a group share the messages: each is handled once, by one of them', async () => {
    const bench = new FaultBench(server.url, { streamsPrefix: 'share' });
    try {
      const count = 5000;
      const producer = await bench.producer({ keys: KEYS });
      const consumers = [await bench.consumer(), await bench.consumer()];
      await producer.ask({ kind: 'publish', from: 0, to: count, perSecond: 5000 }, 'published');
      await bench.untilHandled(count);
      for (const { log } of consumers) expect(log.distinct.size).toBeGreaterThan(0);
      const { numbers, distinct } = bench.handled();
      expect(missingOf(distinct, count)).toEqual([]);
      expect(repeatedOf(numbers)).toEqual([]);
      expect(outOfOrderOf(numbers, KEYS)).toEqual([]);
    } finally {
      await bench.end();
    }
  });

  test('two groups, and one without a group, each get everything', async () => {
    const bench = new FaultBench(server.url, { streamsPrefix: 'each' });
    try {
      const count = 2000;
      const producer = await bench.producer({ keys: KEYS });
      const consumers = [
        await bench.consumer({ group: 'risk' }),
        await bench.consumer({ group: 'strategy' }),
        await bench.consumer({ group: undefined, from: 'now' }),
      ];
      await producer.ask({ kind: 'publish', from: 0, to: count, perSecond: 5000 }, 'published');
      for (const { log } of consumers) {
        while (log.distinct.size < count) await new Promise((resolve) => setTimeout(resolve, 50));
        expect(missingOf(log.distinct, count)).toEqual([]);
        expect(repeatedOf(log.numbers)).toEqual([]);
      }
    } finally {
      await bench.end();
    }
  });

  test("two nodes exchange messages on each other's buses", async () => {
    const bench = new FaultBench(server.url, { streamsPrefix: 'exchange' });
    try {
      const count = 500;
      const answers = bench.answersLog('asking');
      const { log } = await bench.consumer({ answers: true });
      const asking = await bench.producer({ name: 'asking', keys: KEYS, answersLog: answers.file });
      await asking.ask({ kind: 'publish', from: 0, to: count, perSecond: 5000 }, 'published');
      while (answers.distinct.size < count) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(missingOf(log.distinct, count)).toEqual([]);
      expect(missingOf(answers.distinct, count)).toEqual([]);
      expect(repeatedOf(answers.numbers)).toEqual([]);
    } finally {
      await bench.end();
    }
  });
});
