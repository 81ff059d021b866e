import { readFile } from 'node:fs/promises';
import { Priority } from '@tradewind/core-types';
import { expect, onTestFinished, test } from 'vitest';
import { redisStreamTransport } from '../../src/index.ts';
import { pause, startServer } from '../publishing/publisher-fixture.ts';

/** The rules as the README gives them, behind `ACL SETUSER name`. */
async function rulesOfReadme(): Promise<readonly string[]> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const line = /^ACL SETUSER \S+ (?<rules>.+)$/mu.exec(readme)?.groups?.['rules'];
  expect(line, 'a line `ACL SETUSER …` in the README').toBeDefined();
  return (line ?? '').replace(/>\S+/u, '>pass').split(' ');
}

test('the permissions that the README lists are enough for everything, and nothing is refused for want of one', async () => {
  const server = await startServer();
  await server.command('ACL', 'SETUSER', 'bus', ...(await rulesOfReadme()));
  await server.command('ACL', 'LOG', 'RESET');
  const transport = redisStreamTransport({
    connection: { host: '127.0.0.1', port: server.port, username: 'bus', password: 'pass' },
    claimIdleMs: 400,
    redeliveryDelayMs: 10,
    maxDeliveries: 2,
    retention: { maxEntries: 10 },
    replicas: 0,
  });
  onTestFinished(() => transport.close());
  const seen: unknown[] = [];
  const receiver = {
    onBatch: (batch: {
      readonly messages: readonly { readonly payload: unknown }[];
      settle(index: number, failure?: { readonly error: unknown; readonly next: 'redeliver' }): void;
    }): Promise<void> => {
      for (const [i, { payload }] of batch.messages.entries()) {
        seen.push(payload);
        if (payload === 'poison') batch.settle(i, { error: new Error('no'), next: 'redeliver' });
        else batch.settle(i);
      }
      return Promise.resolve();
    },
  };
  await transport.consume({ group: 'g', consumer: 'c', patterns: ['a.*'], from: 'oldest' }, receiver);
  await transport.consume({ consumer: 'alone', patterns: ['a.*'], from: 'now' }, receiver);
  const messages = ['fine', 'poison'].map((payload, i) => ({
    topic: 'a.b',
    payload,
    priority: Priority.NORMAL,
    producer: 'p',
    sequence: i + 1,
    publishedAtMs: 1,
  }));
  await transport.publish({ priority: Priority.NORMAL, batchSequence: 1, messages });
  const letters = async (): Promise<readonly string[]> => {
    const ids: string[] = [];
    for await (const { id } of transport.deadLetters.list()) ids.push(id);
    return ids;
  };
  await expect.poll(async () => (await letters()).length, { timeout: 10_000 }).toBeGreaterThan(0);
  await transport.deadLetters.purge(await letters());
  // Several rounds of leases, claims and trimming.
  await pause(1_000);
  await transport.close();
  expect(seen).toContain('fine');
  expect(await server.command('ACL', 'LOG')).toEqual([]);
});
