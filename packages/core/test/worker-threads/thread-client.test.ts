import { afterEach, expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { openThreadPool, type ThreadPool } from '../../src/worker-threads/index.ts';
import type { Task } from './modules/handlers.ts';

const module = new URL('./modules/handlers.ts', import.meta.url);
let pool: ThreadPool<Task> | undefined;
let client: BufferedMessageBusClient | undefined;

afterEach(async () => {
  await client?.close({ deadlineMs: 0 });
  await pool?.close({ deadlineMs: 0 });
});

function sharedArray(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(16));
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 2_000 && !holds(); i += 1)
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
}

test('the message of a crashed thread is retried by the client, and handled', async () => {
  pool = await openThreadPool<Task>({ module, export: 'crashing', threads: 1 });
  client = new BufferedMessageBusClient({ retry: { maxAttempts: 3, initialDelayMs: 1 } });
  client.subscribe('risk.*', pool.handler, { concurrency: pool.threads });
  const shared = sharedArray();
  client.publish('risk.var', { shared });
  await until(() => shared[0] === 3);
  const report = await client.close();
  expect(shared[0]).toBe(3);
  expect(report).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
  expect((await Array.fromAsync(client.deadLetters.list())).length).toBe(0);
});

test(
  'a handler that never ends is stopped by handlerTimeoutMs, with its thread; the next message gets a new one',
  { timeout: 30_000 },
  async () => {
    pool = await openThreadPool<Task>({ module, export: 'endless', threads: 1 });
    client = new BufferedMessageBusClient({ retry: { maxAttempts: 1 } });
    client.subscribe('risk.*', pool.handler, { handlerTimeoutMs: 1_500 });
    const [first, second] = [sharedArray(), sharedArray()];
    client.publish('risk.var', { shared: first });
    client.publish('risk.var', { shared: second });
    await until(() => second[0] === 1);
    expect([first[0], second[0]]).toEqual([1, 1]);
    await client.close({ deadlineMs: 10_000 });
    const letters = await Array.fromAsync(client.deadLetters.list());
    expect(letters.map(({ cause }) => cause.code)).toEqual(['HANDLER_TIMEOUT', 'HANDLER_TIMEOUT']);
  },
);
