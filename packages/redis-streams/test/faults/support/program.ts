// One process of a fault test: a bus client over Redis that publishes, or one that handles. Its task is its first argument, as JSON.
//
// What a handler has done is written to a file before anything else happens: it is known after `kill -9` as well.
import { openSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { BufferedMessageBusClient } from '@tradewind/core';
import { PRIORITIES, type Loss, type Priority } from '@tradewind/core-types';
import { redisStreamTransport, type RedisStreamTransport } from '../../../src/index.ts';
import type { ConsumerTask, FromProgram, ProducerTask, Task, ToProgram } from './tasks.ts';

const task = JSON.parse(process.argv[2] ?? '') as Task;
const losses: Loss[] = [];
let refused = 0;
let published = 0;
/** Messages that the client let go of: dropped, or put aside. */
let givenUp = 0;
/** How often the transport rejected a batch. */
let rejections = 0;
let isStopped = false;
let client = makeClient();

process.on('message', (message: ToProgram) => {
  obey(message).catch(fail);
});
process.once('disconnect', () => process.exit(1));

try {
  await begin();
  tell({ kind: 'ready' });
} catch (error) {
  fail(error);
}

function makeClient(): BufferedMessageBusClient & { readonly transport: RedisStreamTransport } {
  const transport = redisStreamTransport(task.transport);
  const publishBatch = transport.publish.bind(transport);
  transport.publish = (batch) =>
    publishBatch(batch).catch((error: unknown) => {
      rejections += 1;
      throw error;
    });
  const made = new BufferedMessageBusClient({
    name: task.name,
    group: task.role === 'consumer' ? task.group : task.name,
    from: task.role === 'consumer' ? (task.from ?? 'oldest') : 'now',
    lanes: { CRITICAL: lane(), HIGH: lane(), NORMAL: lane(), LOW: lane() },
    retry:
      task.role === 'consumer' && task.attempts !== undefined ? { maxAttempts: task.attempts, initialDelayMs: 10 } : {},
    paths: { redis: transport },
  });
  made.events.on('loss', ({ loss }) => losses.push(loss));
  made.events.on('drop', ({ dropped }) => {
    givenUp += dropped;
  });
  made.events.on('deadLetter', () => {
    givenUp += 1;
  });
  return Object.assign(made, { transport });
}

async function begin(): Promise<void> {
  if (task.role === 'consumer') consume(task);
  else if (task.answersLog !== undefined) takeAnswers(task.answersLog);
  await client.ready();
}

async function obey(message: ToProgram): Promise<void> {
  switch (message.kind) {
    case 'publish': {
      await publish(task as ProducerTask, message.from, message.to, message.perSecond);
      tell({ kind: 'published', count: published, refused });
      return;
    }
    case 'stop': {
      isStopped = true;
      return;
    }
    case 'flush': {
      await client.flush();
      tell({ kind: 'flushed' });
      return;
    }
    case 'report': {
      const health = client.transport.health().status;
      const resent = { publishRetries: countOf('publish_retries'), publishDuplicates: countOf('publish_duplicates') };
      tell({ kind: 'report', losses, health, published, refused, givenUp, rejections, ...resent });
      return;
    }
    case 'stopAndStart': {
      let left = 0;
      for (let stop = 0; stop < message.times; stop += 1) {
        // One after the other: each stop is graceful, each start joins the group anew.
        const { unsettled, queued } = await client.close({ deadlineMs: message.deadlineMs });
        left += unsettled + queued.reduce((sum, one) => sum + one, 0);
        client = makeClient();
        await begin();
        await delay(message.runMs);
      }
      tell({ kind: 'stopped', left });
      return;
    }
    case 'close': {
      isStopped = true;
      const report = await client.close({ deadlineMs: message.deadlineMs });
      tell({ kind: 'closed', unsettled: report.unsettled, queued: report.queued.reduce((sum, one) => sum + one, 0) });
      process.disconnect();
      process.exit(0);
    }
  }
}

/** Publishes numbers in order; each key's messages have one priority, so that its order can be checked. */
async function publish({ keys, mixed }: ProducerTask, from: number, to: number, perSecond: number): Promise<void> {
  const startMs = performance.now();
  for (let n = from; n < to && !isStopped; n += 1) {
    const key = n % keys;
    const priority = mixed === true ? (PRIORITIES[key % PRIORITIES.length] as Priority) : undefined;
    const accepted = client.publish(`data.trades.TEST.K${key}`, { n, key }, { priority, orderingKey: `K${key}` });
    if (accepted) published += 1;
    else refused += 1;
    const aheadMs = ((n - from + 1) * 1000) / perSecond - (performance.now() - startMs);
    if (aheadMs > 1) await delay(aheadMs);
    else if ((n & YIELD_MASK) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

function consume(consumer: ConsumerTask): void {
  const log = openSync(consumer.log, 'a');
  let handled = 0;
  client.subscribe(consumer.pattern ?? 'data.trades.TEST.*', (payload, meta) => {
    const { n } = payload as { readonly n: number };
    if (n === consumer.dieAt && consumer.dieWhen === 'beforeHandling') die();
    if (consumer.failAt?.includes(n) === true) {
      writeSync(log, `F ${n} ${meta.deliveryCount} ${nowUs()}\n`);
      throw new Error(`Message ${n} is poison.`);
    }
    writeSync(log, `H ${n} ${meta.deliveryCount} ${nowUs()}\n`);
    if (consumer.answers === true) client.publish(`data.answers.TEST.K${n}`, payload);
    handled += 1;
    if (n === consumer.dieAt && consumer.dieWhen === 'whileAcknowledging') dieAfter(consumer.dieAfterMs ?? 0);
    if (handled === consumer.tellAt) tell({ kind: 'reached', handled });
    return slowness(consumer, n);
  });
}

function takeAnswers(file: string): void {
  const log = openSync(file, 'a');
  client.subscribe('data.answers.TEST.*', (payload, meta) => {
    const { n } = payload as { readonly n: number };
    writeSync(log, `H ${n} ${meta.deliveryCount} ${nowUs()}\n`);
  });
}

/** Most handlers are synchronous; some take a while. */
function slowness({ slow }: ConsumerTask, n: number): void | Promise<void> {
  if (slow === undefined || (slow.at !== undefined && !slow.at.includes(n))) return undefined;
  return delay(slow.ms);
}

/** After so many milliseconds: in some of these the acknowledgement is on its way. */
function dieAfter(ms: number): void {
  if (ms === 0) die();
  setTimeout(die, ms);
}

/** As `kill -9` does it: nothing is flushed, nobody is told. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** By the clock that all processes of a machine share, so that logs can be put together. */
function nowUs(): bigint {
  return process.hrtime.bigint() / 1000n;
}

function tell(message: FromProgram): void {
  process.send?.(message);
}

function fail(error: unknown): void {
  tell({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

/** A counter of the transport by its name, without what all names begin and end with. */
function countOf(name: string): number {
  let count = 0;
  client.transport.collect({
    describe: () => undefined,
    counter: (full, value) => {
      if (full === `tradewind_transport_${name}_total`) count += value;
    },
    gauge: () => undefined,
    histogram: () => undefined,
  });
  return count;
}

function lane(): { readonly capacity: number } {
  return { capacity: task.laneCapacity ?? 1_000_000 };
}

const YIELD_MASK = 127;
