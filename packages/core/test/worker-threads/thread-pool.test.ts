import { threadId } from 'node:worker_threads';
import { Priority, type MessageMeta } from '@tradewind/core-types';
import { afterEach, expect, test } from 'vitest';
import { openThreadPool, type ThreadPool, type ThreadPoolOptions } from '../../src/worker-threads/index.ts';
import { loadPiscina } from '../../src/worker-threads/load-piscina.ts';
import { recordingLogger, scrape } from '../routing/routing-fixture.ts';
import type { Task } from './modules/handlers.ts';

const module = new URL('./modules/handlers.ts', import.meta.url);
const pools: ThreadPool<Task>[] = [];

async function open(options: Partial<ThreadPoolOptions> = {}): Promise<ThreadPool<Task>> {
  const pool = await openThreadPool<Task>({ module, threads: 1, ...options });
  pools.push(pool);
  return pool;
}

function sharedArray(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(16));
}

const meta: MessageMeta = {
  topic: 'risk.var',
  priority: Priority.NORMAL,
  publishedAtMs: 1,
  deliveryCount: 3,
  producer: 'desk',
  sequence: 1,
};

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close({ deadlineMs: 0 })));
});

test('the handler runs in another thread, with the payload and the meta of either bus', async () => {
  const pool = await open();
  const shared = sharedArray();
  await pool.handler({ shared }, meta);
  expect([...shared.subarray(0, 1), ...shared.subarray(2)]).toEqual([1, 'risk.var'.length, 3]);
  expect(shared[1]).not.toBe(threadId);
  await pool.handler({ shared }, { topic: 'x' });
  expect([...shared.subarray(2)]).toEqual([1, -1]);
});

test('as many run at once as there are threads', async () => {
  const pool = await open({ export: 'slow', threads: 2 });
  const shared = sharedArray();
  const calls = Promise.all(Array.from({ length: 4 }, () => pool.handler({ shared }, meta)));
  while (shared[1] === 0)
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  expect(Number(shared[0]) - Number(shared[1])).toBeLessThanOrEqual(2);
  await calls;
  expect([...shared.subarray(0, 2)]).toEqual([4, 4]);
  expect(pool.threads).toBe(2);
});

test('what the handler throws comes back with message, name, code and stack', async () => {
  const failing = await open({ export: 'failing' });
  await expect(failing.handler({ shared: sharedArray(), fail: 'range' }, meta)).rejects.toMatchObject({
    name: 'RangeError',
    message: 'range',
    code: 'TOO_WIDE',
    stack: expect.stringContaining('handlers.ts') as unknown,
  });
  const text = await open({ export: 'throwingText' });
  await expect(text.handler({ shared: sharedArray() }, meta)).rejects.toMatchObject({ message: 'just text' });
});

test('a thread that crashes fails its message with THREAD_CRASHED, and another takes its place', async () => {
  const logger = recordingLogger();
  const pool = await open({ export: 'crashing', logger });
  const shared = sharedArray();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await expect(pool.handler({ shared }, meta)).rejects.toMatchObject({
      code: 'THREAD_CRASHED',
      message: expect.stringContaining('code: 7') as unknown,
    });
  }
  await pool.handler({ shared }, meta);
  expect(shared[0]).toBe(3);
  expect(logger.lines.map(({ event, module: crashed }) => [event, crashed])).toEqual([
    ['thread.crashed', module.href],
    ['thread.crashed', module.href],
  ]);
  expect(pool.health()).toMatchObject({
    status: 'degraded',
    reason: 'a thread has crashed (2 since the pool was opened)',
  });
  expect(scrape(pool).get('tradewind_threads_crashes_total{}')).toBe(2);
  expect(scrape(pool).get('tradewind_threads_failed_total{}')).toBe(2);
  expect(scrape(pool).get('tradewind_threads_handled_total{}')).toBe(1);
});

test('an exception that nobody catches ends the thread and fails the message', async () => {
  const pool = await open({ export: 'leaking' });
  await expect(pool.handler({ shared: sharedArray() }, meta)).rejects.toMatchObject({
    code: 'THREAD_CRASHED',
    message: expect.stringContaining('nobody waits for this') as unknown,
  });
});

test('an aborted call ends its thread, which nothing else can stop, and rejects with the reason', async () => {
  const pool = await open({ export: 'endless' });
  const abort = new AbortController();
  const shared = sharedArray();
  const call = pool.handler({ shared }, { ...meta, signal: abort.signal } as MessageMeta);
  while (shared[0] === 0)
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  abort.abort(new Error('its time is over'));
  await expect(call).rejects.toThrow('its time is over');
  expect(pool.health().status).toBe('up');
  const again = new AbortController();
  const second = pool.handler({ shared }, { ...meta, signal: again.signal } as MessageMeta);
  while (shared[0] === 1)
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  again.abort('text');
  await expect(second).rejects.toMatchObject({ code: 'ABORTED' });
});

test('a payload that cannot be copied is refused, and the pool goes on', async () => {
  const pool = await open();
  const shared = sharedArray();
  await expect(pool.handler({ shared, fail: (() => '') as unknown as string }, meta)).rejects.toMatchObject({
    code: 'PAYLOAD_NOT_ENCODABLE',
  });
  await pool.handler({ shared }, meta);
  expect(shared[0]).toBe(1);
  expect(pool.health().status).toBe('up');
});

test('what a handler returns is not sent back', async () => {
  const pool = await open({ export: 'returningFunction' });
  await expect(pool.handler({ shared: sharedArray() }, meta)).resolves.toBeUndefined();
});

test('beyond its queue the pool refuses', async () => {
  const pool = await open({ export: 'slow', maxQueued: 1 });
  const shared = sharedArray();
  const taken = [pool.handler({ shared }, meta), pool.handler({ shared }, meta)];
  await expect(pool.handler({ shared }, meta)).rejects.toMatchObject({ code: 'THREADS_BUSY' });
  await Promise.all(taken);
  expect(shared[1]).toBe(2);
});

test('close waits for what is in hand, then refuses; without a deadline it ends at once', async () => {
  const patient = await open({ export: 'slow' });
  const shared = sharedArray();
  const call = patient.handler({ shared }, meta);
  const closing = patient.close();
  expect(patient.close()).toBe(closing);
  await closing;
  await call;
  expect(shared[1]).toBe(1);
  await expect(patient.handler({ shared }, meta)).rejects.toMatchObject({ code: 'CLOSED' });
  expect(patient.health().status).toBe('down');
  const abrupt = await open({ export: 'endless' });
  const cut = abrupt.handler({ shared }, meta);
  await Promise.all([abrupt.close({ deadlineMs: 0 }), expect(cut).rejects.toMatchObject({ code: 'CLOSED' })]);
});

test.each<[string, Partial<ThreadPoolOptions>, string]>([
  ['a module that throws', { module: new URL('./modules/broken.ts', import.meta.url) }, 'the model file is missing'],
  ['a module that is not there', { module: new URL('./modules/none.ts', import.meta.url) }, 'none.ts'],
  ['an export that is not there', { export: 'nothing' }, 'it exports '],
  ['an export that is no function', { export: 'notFunction' }, 'a function named notFunction'],
  ['a module that is no file', { module: 'lodash' }, 'the URL of a file'],
  ['too many threads', { threads: 65 }, 'an integer from 1 to 64'],
])('%s is refused when the pool is opened', async (_, options, text) => {
  await expect(open(options)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining(text) as unknown,
  });
});

test('without piscina the error says how to install it', async () => {
  const missing = Object.assign(new Error("Cannot find package 'piscina'"), { code: 'ERR_MODULE_NOT_FOUND' });
  await expect(loadPiscina(() => Promise.reject(missing))).rejects.toMatchObject({
    code: 'MISSING_PEER',
    message: expect.stringContaining('npm install piscina') as unknown,
    cause: missing,
  });
  const broken = new SyntaxError('unexpected token');
  await expect(loadPiscina(() => Promise.reject(broken))).rejects.toBe(broken);
});
