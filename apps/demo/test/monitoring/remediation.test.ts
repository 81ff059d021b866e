import { setTimeout as sleep } from 'node:timers/promises';
import { BufferedMessageBusClient } from '@tradewind/core';
import { Remediator, STANDARD_RULES, componentsOf, createMonitoring, serveMonitoring } from '@tradewind/monitoring';
import { redisStreamTransport } from '@tradewind/redis-streams';
import { startRedisServer } from '@tradewind/redis-streams/testing';
import { expect, test } from 'vitest';

/** Asks again and again; the time limit of the test ends what never comes. */
async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(50);
}

test('a Redis that is killed shows in health and metrics; reconnecting fails while it is away, and works when it is back', async () => {
  const server = await startRedisServer({ appendOnly: 'always' });
  const redis = redisStreamTransport({ connection: server.url, commandTimeoutMs: 500, connectTimeoutMs: 500 });
  const client = new BufferedMessageBusClient({ name: 'risk', group: 'risk', paths: { redis } });
  const received = new Set<unknown>();
  client.subscribe('data.*', (payload) => {
    received.add(payload);
  });
  await client.ready();
  const monitoring = createMonitoring({ bus: client, transports: { redis } });
  const endpoint = await serveMonitoring({ monitorings: [monitoring], port: 0 });
  const rule = {
    name: 'reconnect',
    component: 'transports/redis',
    from: 'down',
    forMs: 100,
    remedy: 'reconnect',
  } as const;
  const rules = [{ ...rule, cooldownMs: 300, settleMs: 300, budget: 100 }];
  const remediator = new Remediator({ monitoring, rules, enabled: true });
  const status = () =>
    [...componentsOf(monitoring.health())].find(({ component }) => component === 'transports/redis')?.status;

  client.publish('data.a', 'before');
  await eventually(() => received.has('before'));
  expect(status()).toBe('up');

  await server.kill();
  await eventually(() => status() === 'down');
  expect(await (await fetch(`${endpoint.url}/metrics`)).text()).toContain(
    'tradewind_health_status{bus="risk",component="transports/redis"} 0\n',
  );
  await eventually(async () => (await remediator.step()).length > 0);
  expect(remediator.recent().at(-1)?.result).toMatch(/^(?:failed|no-better)$/);

  await server.restart();
  await eventually(async () => {
    await remediator.step();
    return status() === 'up';
  });
  expect(await remediator.run('transports/redis', 'reconnect', 'an operator')).toMatchObject({ result: 'done' });
  client.publish('data.a', 'after');
  await eventually(() => received.has('after'));

  await endpoint.close();
  await client.close();
  await monitoring[Symbol.asyncDispose]();
  await server.stop();
});

test('a Redis whose memory is nearly used up is trimmed of what was settled, and has room again', async () => {
  const server = await startRedisServer();
  const redis = redisStreamTransport({ connection: server.url });
  const client = new BufferedMessageBusClient({ name: 'risk', group: 'risk', paths: { redis } });
  const received = new Set<unknown>();
  client.subscribe('data.*', (payload) => {
    received.add(payload);
  });
  await client.ready();
  const monitoring = createMonitoring({ bus: client, transports: { redis } });
  const rules = STANDARD_RULES.filter(({ name }) => name === 'trim-streams').map((rule) => ({ ...rule, forMs: 0 }));
  const remediator = new Remediator({ monitoring, rules, enabled: true });
  const filler = 'x'.repeat(2_000);
  for (let i = 0; i < 5_000; i += 1) await client.publishWhenReady('data.a', `${i} ${filler}`);
  await eventually(() => received.size === 5_000);
  const used = async (): Promise<number> =>
    Number(/^used_memory:(\d+)/mu.exec(String(await server.command('INFO', 'memory')))?.[1]);
  await server.command('CONFIG', 'SET', 'maxmemory', Math.round((await used()) / 0.95));
  const before = await used();

  await eventually(async () => (await remediator.step()).length > 0);
  expect(remediator.recent()).toMatchObject([{ rule: 'trim-streams', result: 'healed' }]);
  expect(await used()).toBeLessThan(before / 2);
  client.publish('data.a', 'after');
  await eventually(() => received.has('after'));

  await client.close();
  await monitoring[Symbol.asyncDispose]();
  await server.stop();
});
