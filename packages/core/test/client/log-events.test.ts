import { Priority, type Loss } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { bench } from '../delivery/delivery-fixture.ts';
import { ScriptedTransport } from '../delivery/scripted-transport.ts';

test('transport.lost has the fields of the loss, its lane by name, and nothing else that a transport may have added', async () => {
  const redis = new ScriptedTransport();
  const { client, logger, rest } = bench({ paths: { redis }, group: 'desk' });
  client.subscribe('a', () => undefined);
  await rest();
  const added = { event: 'client.closed', stream: 'tradewind:HIGH' };
  const loss: Loss = { kind: 'overrun', count: 3, atMs: 17, priority: Priority.HIGH, producer: 'desk-7f', ...added };
  redis.lose(loss);
  expect(logger.lines.filter(({ path }) => path === 'redis')).toEqual([
    {
      event: 'transport.lost',
      level: 'error',
      message: 'The path redis lost messages: overrun.',
      path: 'redis',
      kind: 'overrun',
      count: 3,
      atMs: 17,
      priority: 'HIGH',
      producer: 'desk-7f',
    },
  ]);
});

test('a lane is named in every line that is about one', async () => {
  const { client, logger } = bench({ lanes: { LOW: { capacity: 1, overflow: 'dropNewest' } } });
  client.pause();
  for (let n = 1; n <= 3; n += 1) client.publish('a', n, { priority: Priority.LOW });
  const lines = logger.lines.filter(({ event }) => event.startsWith('lane.'));
  expect(lines.map(({ event, priority }) => [event, priority])).toEqual([
    ['lane.high-water', 'LOW'],
    ['lane.dropping', 'LOW'],
  ]);
});

test('closing says in one number how many messages are queued, before and after', async () => {
  const { client, logger, clock } = bench();
  client.pause();
  client.subscribe('a', () => new Promise(() => undefined), { concurrency: 1 });
  for (let n = 1; n <= 3; n += 1) client.publish(`a`, n, { priority: Priority.LOW, orderingKey: `key-${n}` });
  const closing = client.close({ deadlineMs: 10 });
  await clock.advance(200);
  await closing;
  const counts = logger.lines.filter(({ event }) => event.startsWith('client.clos'));
  expect(counts.map(({ event, queued }) => [event, queued])).toEqual([
    ['client.closing', 3],
    ['client.closed', 0],
  ]);
});
