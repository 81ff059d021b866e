import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { startRedisSentinel, type RedisSentinel } from '../../src/testing/index.ts';
import { untilAccounted } from './support/accounting.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf, repeatedOf } from './support/handled-log.ts';
import type { ProgramProcess } from './support/program-process.ts';
import { cutOff, untilAhead } from './support/replication.ts';
import { storedNumbers } from './support/stored.ts';

const KEYS = 20;
/** More than is published until it is stopped, however busy the machine is. */
const ENDLESS = 10_000_000;
const PREFIX = 'sentinel';
/** Long enough for a consumer to keep its shards over a fail-over. */
const LONG_IDLE_MS = 30_000;

describe('a fail-over by Sentinel under load', () => {
  let set: RedisSentinel | undefined;
  let bench: FaultBench | undefined;
  afterEach(async () => {
    await bench?.end();
    await set?.stop();
  });

  async function start(options: { readonly replicas: number; readonly claimIdleMs?: number | undefined }): Promise<{
    readonly bench: FaultBench;
    readonly producer: ProgramProcess;
    readonly consumer: ProgramProcess;
  }> {
    set = await startRedisSentinel();
    const sentinels = set.sentinels.map(({ host, port }) => ({ host, port }));
    bench = new FaultBench({ sentinels, masterName: set.name }, { streamsPrefix: PREFIX, ...options });
    const producer = await bench.producer({ keys: KEYS });
    const { program: consumer } = await bench.consumer();
    producer.tell({ kind: 'publish', from: 0, to: ENDLESS, perSecond: 2500 });
    await bench.untilHandled(4000);
    return { bench, producer, consumer };
  }

  /** The master dies with entries that no replica has. `meanwhile` is done between the two. */
  async function failOver(entries: number, meanwhile: () => Promise<void>): Promise<void> {
    if (set === undefined) throw new Error('Expected a running set.');
    const old = await set.master();
    const replicas = set.servers.filter(({ port }) => port !== old.port);
    const letIn = await cutOff(old, replicas);
    await untilAhead(old, replicas, PREFIX, entries);
    await meanwhile();
    await old.kill();
    await letIn();
    await set.whenFailedOver(old);
  }

  /** All were accepted and none given up; what the new master holds is there once, and in order. */
  async function storedInOrder(
    producer: ProgramProcess,
  ): Promise<{ readonly stored: ReadonlySet<number>; readonly count: number }> {
    await delay(2000);
    producer.tell({ kind: 'stop' });
    const { count, refused } = await producer.hear('published');
    expect(refused).toBe(0);
    await producer.ask({ kind: 'flush' }, 'flushed');
    expect(await producer.ask({ kind: 'report' }, 'report')).toMatchObject({ refused: 0, givenUp: 0 });
    const { port } = (await set?.master()) ?? { port: 0 };
    const stored = await storedNumbers(port, PREFIX);
    const numbers = [...stored.values()].flat();
    expect(repeatedOf(numbers)).toEqual([]);
    for (const inStream of stored.values()) expect(outOfOrderOf(inStream, KEYS)).toEqual([]);
    return { stored: new Set(numbers), count };
  }

  test.each([
    [0, 'without WAIT loses at most what it reports'],
    [1, 'with WAIT for a replica loses nothing'],
  ])('%i replicas: %s', async (replicas) => {
    const running = await start({ replicas });
    // What is published from now on reaches neither the consumer nor a replica; it counts as stored only where no replica is waited for.
    running.consumer.kill('SIGSTOP');
    // With WAIT nothing new is sent while what was sent is not confirmed.
    await failOver(replicas > 0 ? 1 : 4, () => Promise.resolve());
    running.consumer.kill('SIGCONT');
    const { stored, count } = await storedInOrder(running.producer);
    const missing = await untilAccounted(running.bench, running.consumer, count);
    if (replicas > 0) expect(missing).toEqual([]);
    else expect(missing.length).toBeGreaterThan(0);
    expect(missingOf(stored, count)).toEqual(missing);
    expect(outOfOrderOf(running.bench.handled().numbers, KEYS)).toEqual([]);
  });

  test.each([
    [0, 'a consumer that went on while no replica followed handles nothing twice, and misses only what it reports'],
    [1, 'a consumer that went on while no replica followed handles nothing twice, and misses nothing'],
  ])('with %i replicas %s', async (replicas) => {
    const running = await start({ replicas, claimIdleMs: LONG_IDLE_MS });
    const handled = running.bench.handled().distinct.size;
    // What the group reads and acknowledges meanwhile the new master does not know.
    await failOver(replicas > 0 ? 1 : 4, () => running.bench.untilHandled(handled + 1));
    const { stored, count } = await storedInOrder(running.producer);
    const missing = await untilAccounted(running.bench, running.consumer, count);
    const { numbers, distinct } = running.bench.handled();
    expect(missing.filter((n) => stored.has(n))).toEqual([]);
    if (replicas > 0) expect(missingOf(distinct, count)).toEqual([]);
    else expect(missingOf(stored, count).filter((n) => distinct.has(n)).length).toBeGreaterThan(0);
    expect(repeatedOf(numbers)).toEqual([]);
    expect(outOfOrderOf(numbers, KEYS)).toEqual([]);
    expect(await running.consumer.close()).toMatchObject({ unsettled: 0, queued: 0 });
  });
});
