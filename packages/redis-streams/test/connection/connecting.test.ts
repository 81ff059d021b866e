import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { RedisConnections } from '../../src/connection/redis-connections.ts';
import { Keys } from '../../src/keys.ts';
import { createCounters } from '../../src/observing/counters.ts';
import { resolveOptions } from '../../src/options-schema.ts';
import type { RedisStreamOptions } from '../../src/options.ts';
import { defineScript } from '../../src/scripts/script.ts';
import { startRedisCluster, startRedisSentinel } from '../../src/testing/index.ts';
import { pause, startServer } from '../publishing/publisher-fixture.ts';

function connect(options: RedisStreamOptions): RedisConnections {
  const settings = resolveOptions(options);
  const connections = new RedisConnections(settings, new Keys(settings.base, settings.shards), createCounters());
  onTestFinished(() => connections.close());
  return connections;
}

function logged(): { readonly logger: NonNullable<RedisStreamOptions['logger']>; readonly events: string[] } {
  const events: string[] = [];
  const note = ({ event }: { readonly event: string }): void => {
    events.push(event);
  };
  return { events, logger: { debug: note, info: note, warn: note, error: note } };
}

const NOBODY = 'redis://127.0.0.1:1';

test('a required Redis that is not there is an error, within the time for connecting', async () => {
  const connections = connect({ connection: NOBODY, startup: 'require', commandTimeoutMs: 100, connectTimeoutMs: 100 });
  await expect(connections.open()).rejects.toMatchObject({
    code: 'TRANSPORT_UNAVAILABLE',
    retryable: true,
    mayHaveBeenStored: false,
  });
});

test('a Redis that may come later does not fail the start, and is used when it comes', async () => {
  const server = await startServer();
  await server.kill();
  const connections = connect({ connection: server.url, commandTimeoutMs: 100 });
  await connections.open();
  expect(connections.state.status).toBe('lost');
  await server.restart();
  await expect.poll(() => connections.state.status).toBe('ready');
  expect(String(await connections.commands.call('PING', undefined, []))).toBe('PONG');
});

test.each(['require', 'degrade'] as const)(
  'a wrong password is told at once with %s, and is in no message',
  async (startup) => {
    const server = await startServer({ password: 'right-secret' });
    const { logger, events } = logged();
    const url = new URL(server.url);
    url.password = 'wrong-secret';
    const connections = connect({ connection: url.href, startup, logger });
    const failure = await connections.open().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'TRANSPORT_DENIED', reply: 'WRONGPASS', retryable: false });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('secret');
    expect(events).toContain('redis.disconnected');
    await expect(connections.commands.call('PING', undefined, [])).rejects.toMatchObject({ code: 'TRANSPORT_DENIED' });
  },
);

test('a missing password is told at once, and a right one is let in', async () => {
  const server = await startServer({ password: 'right-secret' });
  const without = connect({ connection: `redis://127.0.0.1:${server.port}` });
  await expect(without.open()).rejects.toMatchObject({ code: 'TRANSPORT_DENIED', reply: 'NOAUTH' });
  const withIt = connect({ connection: { host: '127.0.0.1', port: server.port, password: 'right-secret' } });
  await withIt.open();
  expect(withIt.state.status).toBe('ready');
});

test('a server that does not know AUTH repeats the password, and we do not', async () => {
  const server = await startServer({ config: { 'rename-command': 'AUTH ""' } });
  const connection = `redis://:topsecret@127.0.0.1:${server.port}`;
  const connections = connect({ connection, startup: 'require', connectTimeoutMs: 300 });
  const error: unknown = await connections.open().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'RedisTransportError', retryable: false });
  for (let fault: unknown = error; fault instanceof Error; fault = fault.cause)
    expect(fault.message).not.toContain('topsecret');
});

test('other shards under the same prefix are refused, and both are named', async () => {
  const server = await startServer();
  await connect({ connection: server.url, shards: 4 }).open();
  await expect(connect({ connection: server.url, shards: 8 }).open()).rejects.toMatchObject({
    code: 'TRANSPORT_REFUSED',
    retryable: false,
    message: expect.stringMatching(/shards 4 .* shards 8/u) as unknown,
  });
  await connect({ connection: server.url, shards: 8, streamsPrefix: 'other' }).open();
});

test('an eviction policy and missing persistence are warned of once each', async () => {
  const server = await startServer({ evictionPolicy: 'allkeys-lru' });
  const { logger, events } = logged();
  const connections = connect({ connection: server.url, logger });
  await connections.open();
  await expect.poll(() => events.length).toBe(2);
  await connections.reconnect();
  await pause(50);
  expect(events.filter((event) => event === 'redis.eviction-policy')).toHaveLength(1);
  expect(events.filter((event) => event === 'redis.no-persistence')).toHaveLength(1);
  expect(connections.facts?.version[0]).toBeGreaterThanOrEqual(6);
});

test('a client of the user is used for commands, and stays open', async () => {
  const server = await startServer();
  const client = new Redis(server.url, { lazyConnect: true });
  onTestFinished(() => client.disconnect());
  const connections = connect({ connection: () => client });
  await connections.open();
  const id = Number(await client.call('CLIENT', 'ID'));
  expect(await connections.commands.call('CLIENT', undefined, ['ID'])).toBe(id);
  expect(await connections.claims.call('CLIENT', undefined, ['ID'])).not.toBe(id);
  await connections.close();
  expect(await client.ping()).toBe('PONG');
});

test.each([[{ keyPrefix: 'x:' }], [{ stringNumbers: true }]])('a client with %o cannot be used', async (options) => {
  const client = new Redis({ ...options, lazyConnect: true });
  onTestFinished(() => client.disconnect());
  expect(() => connect({ connection: () => client })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
});

test.each(['http://host', 'redis://', 'redis://user:pa%ss@host', 'host:6379', 'redis://:secret@host/notanumber'])(
  'the URL %s is refused without showing it',
  (connection) => {
    const failure = ((): unknown => {
      try {
        return resolveOptions({ connection });
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toMatchObject({ code: 'INVALID_OPTIONS', path: 'connection' });
    expect(String(failure)).not.toContain('secret');
  },
);

test('a wrong option beside a password does not show the password', () => {
  expect(() => resolveOptions({ connection: { host: 'h', port: 0, password: 5 }, shards: 0, nonsense: 1 })).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTIONS',
      issues: [
        { path: 'connection.port', expected: 'an integer from 1 to 65535', received: 'a value of type number' },
        expect.objectContaining({ path: 'connection.password' }),
        { path: 'shards', expected: 'an integer from 1 to 256', received: '0' },
        { path: 'nonsense', expected: 'an option that exists', received: '1' },
      ],
    }),
  );
});

test('a reader waits for what comes, and can be woken', async () => {
  const server = await startServer();
  const connections = connect({ connection: server.url });
  const reader = connections.reader('s');
  const first = reader.read('XREAD', ['BLOCK', 5_000, 'STREAMS', 's', '$'], 5_000);
  await pause(50);
  await connections.commands.call('XADD', 's', ['s', '1-1', 'f', 'v']);
  const reply = (await first) as [[Buffer, [[Buffer, [Buffer, Buffer]]]]];
  expect(String(reply[0][1][0][0])).toBe('1-1');
  const second = reader.read('XREAD', ['BLOCK', 5_000, 'STREAMS', 's', '$'], 5_000);
  await pause(50);
  await reader.unblock();
  expect(await second).toBeNull();
});

test('a script is found again by a server that forgot it, alone and in a pipeline', async () => {
  const server = await startServer();
  const connections = connect({ connection: server.url });
  const script = defineScript('echo', 'return redis.call("RPUSH", KEYS[1], ARGV[1])');
  expect(await connections.commands.run(script, ['k'], ['a'])).toBe(1);
  await server.command('SCRIPT', 'FLUSH');
  const call = (value: string) => ({ script, keys: ['k'], args: [value] });
  expect(await connections.commands.pipeline('k', [call('b'), call('c'), { command: 'LLEN', args: ['k'] }])).toEqual([
    2, 3, 1,
  ]);
  expect(await connections.commands.call('LRANGE', 'k', ['k', 0, -1])).toEqual(
    ['a', 'b', 'c'].map((one) => Buffer.from(one)),
  );
});

test('a WAIT behind a script that had to be sent again is about that script', async () => {
  const set = await startRedisSentinel({ replicas: 1, sentinels: 3 });
  onTestFinished(() => set.stop());
  const master = await set.master();
  const replica = set.servers.find(({ port }) => port !== master.port);
  const connections = connect({ connection: `redis://127.0.0.1:${master.port}` });
  await connections.open();
  const script = defineScript('written', 'return redis.call("INCR", KEYS[1])');
  const calls = [
    { script, keys: ['k'], args: [] },
    { command: 'WAIT', args: [1, 300] },
  ];
  expect(await connections.commands.pipeline('k', calls)).toEqual([1, 1]);
  await master.command('SCRIPT', 'FLUSH');
  replica?.pause();
  expect(await connections.commands.pipeline('k', calls)).toEqual([2, 0]);
  replica?.resume();
}, 60_000);

test('a wrong password for a Cluster is told as such, and is in no message', async () => {
  const cluster = await startRedisCluster({ password: 'right-secret', replicasPerMaster: 0 });
  onTestFinished(() => cluster.stop());
  const nodes = cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
  const wrong = connect({ connection: { cluster: nodes, password: 'wrong-secret' } });
  const failure = await wrong.open().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'TRANSPORT_DENIED', reply: 'WRONGPASS', retryable: false });
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('secret');
  const right = connect({ connection: { cluster: nodes, password: 'right-secret' } });
  await right.open();
  expect(right.state.status).toBe('ready');
}, 60_000);

test('a Cluster that is not there is an error where it is required', async () => {
  const nobody = { cluster: [{ host: '127.0.0.1', port: 1 }] };
  const connections = connect({ connection: nobody, startup: 'require', commandTimeoutMs: 200, connectTimeoutMs: 200 });
  await expect(connections.open()).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE', retryable: true });
});

test('Sentinels that are not there are an error where they are required', async () => {
  const nobody = { sentinels: [{ host: '127.0.0.1', port: 1 }], masterName: 'm' };
  const connections = connect({ connection: nobody, startup: 'require', commandTimeoutMs: 200, connectTimeoutMs: 200 });
  await expect(connections.open()).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE', retryable: true });
});

test('a server is reached over its Unix socket, by URL and by options', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tradewind-socket-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'redis.sock');
  await startServer({ config: { unixsocket: path } });
  for (const connection of [`unix://${path}`, { path }]) {
    const connections = connect({ connection, startup: 'require' });
    await connections.open();
    expect(String(await connections.commands.call('PING', undefined, []))).toBe('PONG');
  }
});
