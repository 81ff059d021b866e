import { readFileSync } from 'node:fs';
import { Priority, type DeadLetter, type Loss } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { redisStreamTransport } from '../../src/index.ts';
import { startRedisServer } from '../../src/testing/index.ts';

const README = new URL('../../README.md', import.meta.url);

/** The words behind `ACL` of the one line of the README that makes the user. */
function documentedRules(): readonly string[] {
  const line = /^ACL (SETUSER tradewind .+)$/mu.exec(readFileSync(README, 'utf8'))?.[1];
  if (line === undefined) throw new Error('Expected the README to say ACL SETUSER tradewind ….');
  return line.replace('>PASSWORD', '>secret').split(' ');
}

test('the minimum ACL of the README is enough for publishing, handling, dead letters, retention and closing', async () => {
  const server = await startRedisServer();
  await server.command('ACL', ...documentedRules());
  const connection = `redis://tradewind:secret@127.0.0.1:${server.port}`;
  const options = { connection, claimIdleMs: 500, retention: { maxEntries: 100 }, autotrimMins: 1 };
  const publisher = redisStreamTransport(options);
  const consumer = redisStreamTransport(options);
  const losses: Loss[] = [];
  let handled = 0;
  try {
    await consumer.consume(
      { group: 'risk', consumer: 'c1', patterns: ['data.*'], from: 'oldest' },
      {
        onBatch: async (batch) => {
          for (let i = 0; i < batch.messages.length; i += 1) {
            const { n } = batch.messages[i]?.payload as { readonly n: number };
            if (n === 7) batch.settle(i, { error: new Error('poison'), next: 'deadLetter' });
            else if (n === 9 && batch.messages[i]?.deliveryCount === 1)
              batch.settle(i, { error: new Error('again'), next: 'redeliver' });
            else batch.settle(i);
            handled += 1;
          }
        },
        onLoss: (loss) => losses.push(loss),
      },
    );
    for (let n = 0; n < 20; n += 1) {
      // One after the other: each is an entry of its own.
      await publisher.publish({
        priority: Priority.NORMAL,
        batchSequence: n + 1,
        messages: [
          {
            topic: `data.trades.TEST.K${n % 5}`,
            payload: { n },
            priority: Priority.NORMAL,
            producer: 'p',
            sequence: n + 1,
            publishedAtMs: 1,
          },
        ],
      });
    }
    let letters: readonly DeadLetter[] = [];
    const deadline = performance.now() + 30_000;
    while ((handled < 21 || letters.length === 0) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      letters = await Array.fromAsync(consumer.deadLetters.list());
    }
    expect(handled).toBe(21);
    expect(await consumer.deadLetters.purge(letters.map(({ id }) => id))).toBe(1);
    // Long enough for a sweep, a round of retention and a look at the lag.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(losses).toEqual([]);
    await consumer.close();
    await publisher.close();
    // Redis keeps a list of everything that it has refused.
    expect(await server.command('ACL', 'LOG')).toEqual([]);
  } finally {
    await Promise.all([consumer.close(), publisher.close()]);
    await server.stop();
  }
});
