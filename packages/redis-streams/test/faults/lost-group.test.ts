import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startRedisServer, type RedisServer } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf } from './support/handled-log.ts';
import { storedNumbers } from './support/stored.ts';

const KEYS = 20;

/** Commands that a consumer may need in a quiet second: ticks of its lease, blocked reads that end. Far fewer than one that spins. */
const QUIET_COMMANDS = 300;

test('after FLUSHALL the groups are there again, what was lost is reported, and nobody spins', async () => {
  const server = await startRedisServer();
  const bench = new FaultBench(server.url, { streamsPrefix: 'flushall', claimIdleMs: 30_000 });
  try {
    const producer = await bench.producer({ keys: KEYS });
    const { program: consumer } = await bench.consumer();
    await producer.ask({ kind: 'publish', from: 0, to: 2000, perSecond: 5000 }, 'published');
    await bench.untilHandled(2000);
    // What is published while the consumer stands still is what the server forgets unread.
    consumer.kill('SIGSTOP');
    await producer.ask({ kind: 'publish', from: 2000, to: 6000, perSecond: 8000 }, 'published');
    await producer.ask({ kind: 'flush' }, 'flushed');
    await server.command('FLUSHALL');
    consumer.kill('SIGCONT');
    producer.tell({ kind: 'publish', from: 6000, to: 10_000, perSecond: 4000 });
    await delay(500);
    // Once more, in the midst of it all.
    await server.command('FLUSHALL');
    await producer.hear('published');
    // All that is published now has to arrive.
    await producer.ask({ kind: 'publish', from: 10_000, to: 11_000, perSecond: 4000 }, 'published');
    await producer.ask({ kind: 'flush' }, 'flushed');
    await untilAll(bench, 10_000, 11_000);
    const { losses } = await consumer.ask({ kind: 'report' }, 'report');
    expect(losses.some(({ kind }) => kind === 'groupRecreated')).toBe(true);
    const missing = missingOf(bench.handled().distinct, 11_000).length;
    expect(missing).toBeGreaterThan(1000);
    const counted = losses.reduce((sum, { count }) => sum + (count === 'unknown' ? 0 : count), 0);
    expect(counted).toBe(missing);
    expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
    const before = await commandsOf(server);
    await delay(1000);
    expect((await commandsOf(server)) - before).toBeLessThan(QUIET_COMMANDS);
  } finally {
    await bench.end();
    await server.stop();
  }
});

test('a server that evicts what nobody has read: each message is counted as lost, and everything published afterwards arrives', async () => {
  const server = await startRedisServer({ maxMemoryBytes: 6 * 2 ** 20, evictionPolicy: 'allkeys-random' });
  // Its shards stay with the consumer while it stands still: it knows what it has read.
  const bench = new FaultBench(server.url, { streamsPrefix: 'eviction', claimIdleMs: 30_000 });
  try {
    const producer = await bench.producer({ keys: KEYS });
    const { program: consumer } = await bench.consumer();
    await producer.ask({ kind: 'publish', from: 0, to: 2000, perSecond: 5000 }, 'published');
    await bench.untilHandled(2000);
    consumer.kill('SIGSTOP');
    await producer.ask({ kind: 'publish', from: 2000, to: 4000, perSecond: 5000 }, 'published');
    await producer.ask({ kind: 'flush' }, 'flushed');
    expect((await storedNumbers(server.port, 'eviction')).size).toBeGreaterThanOrEqual(4);
    await fillUntilEvicted(server, 'eviction');
    const left = new Set([...(await storedNumbers(server.port, 'eviction')).values()].flat());
    const evicted = missingOf(left, 4000).filter((n) => n >= 2000);
    // It happened: messages are gone that nobody had read, and others are not.
    expect(evicted.length).toBeGreaterThan(0);
    expect(evicted.length).toBeLessThan(2000);
    // Room again, as after whatever filled the memory has gone; what was evicted does not come back.
    await server.command('CONFIG', 'SET', 'maxmemory', 0);
    consumer.kill('SIGCONT');
    await producer.ask({ kind: 'publish', from: 4000, to: 6000, perSecond: 5000 }, 'published');
    await producer.ask({ kind: 'flush' }, 'flushed');
    await untilAll(bench, 4000, 6000);
    const { losses } = await consumer.ask({ kind: 'report' }, 'report');
    expect(losses.some(({ kind }) => kind === 'groupRecreated')).toBe(true);
    // A read that waited when the consumer was stopped may have been answered with the first of them: they lay in its socket, and are not lost.
    const lost = missingOf(bench.handled().distinct, 6000);
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.filter((n) => !evicted.includes(n))).toEqual([]);
    const counted = losses.reduce((sum, { count }) => sum + (count === 'unknown' ? 0 : count), 0);
    expect(counted).toBe(lost.length);
    expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
  } finally {
    await bench.end();
    await server.stop();
  }
});

/** Fills the memory of a server until it has evicted a stream with messages in it. */
async function fillUntilEvicted(server: RedisServer, prefix: string): Promise<void> {
  const redis = new Redis({ port: server.port });
  const filling = 'x'.repeat(20_000);
  const streams = async (): Promise<number> => (await redis.keys(`{${prefix}:*}:normal`)).length;
  try {
    const before = await streams();
    for (let i = 0; (await streams()) === before; i += 1) {
      if (i > 20_000) throw new Error('Expected the server to evict a stream.');
      await redis.set(`filling:${i}`, filling);
    }
  } finally {
    redis.disconnect();
  }
}

async function commandsOf(server: { command(name: string, ...args: string[]): Promise<unknown> }): Promise<number> {
  return Number(/total_commands_processed:(\d+)/u.exec(String(await server.command('INFO', 'stats')))?.[1]);
}

async function untilAll(bench: FaultBench, from: number, to: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { distinct } = bench.handled();
    const missing = Array.from({ length: to - from }, (_, i) => from + i).filter((n) => !distinct.has(n));
    if (missing.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`Expected ${from} to ${to} handled; ${missing.length} are missing, the first is ${missing[0]}.`);
    await delay(50);
  }
}
