import { expect, test } from 'vitest';
import { parseConnectionUrl } from '../src/connection/connection-url.ts';
import { resolveOptions } from '../src/options-schema.ts';
import type { RedisStreamOptions } from '../src/options.ts';

const connection = 'redis://127.0.0.1';

test.each<[Partial<RedisStreamOptions>, string]>([
  [{}, 'stream'],
  [{ traderId: 'T-1' }, 'trader-T-1:stream'],
  [{ traderId: 'T-1', useTraderPrefix: false }, 'T-1:stream'],
  [{ traderId: 'T-1', useTraderId: false }, 'trader-stream'],
  [{ traderId: 'T-1', instanceId: 'i', useInstanceId: true, streamsPrefix: 'bus' }, 'trader-T-1:i:bus'],
])('with %o keys begin as those of NautilusTrader do', (options, base) => {
  expect(resolveOptions({ connection, ...options }).base).toBe(base);
});

test('all that is wrong is told at once', () => {
  expect(() =>
    resolveOptions({ connection, shards: 1.5, encoding: 'xml', spool: { directory: 'd' }, replicaTimeoutMs: 5_000 }),
  ).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTIONS',
      issues: [
        { path: 'shards', expected: 'an integer from 1 to 256', received: '1.5' },
        { path: 'encoding', expected: 'msgpack or json', received: '"xml"' },
      ],
    }),
  );
  expect(() =>
    resolveOptions({ connection, spool: { directory: 'd' }, replicaTimeoutMs: 5_000, useTraderId: true }),
  ).toThrow(
    expect.objectContaining({
      issues: [
        expect.objectContaining({ path: 'replicaTimeoutMs' }),
        expect.objectContaining({ path: 'traderId' }),
        expect.objectContaining({ path: 'producerId' }),
      ],
    }),
  );
});

test('without a connection there are no options', () => {
  expect(() => resolveOptions(undefined)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  expect(() => resolveOptions({})).toThrow(expect.objectContaining({ path: 'connection' }));
});

test('two transports have two producers, unless they are told otherwise', () => {
  const [a, b] = [resolveOptions({ connection }), resolveOptions({ connection })];
  expect(a.producerId).not.toBe(b.producerId);
});

test.each([
  ['redis://h', { host: 'h', port: 6379, db: 0 }],
  ['rediss://me:p%40ss@[::1]:7000/3', { host: '::1', port: 7000, db: 3, username: 'me', password: 'p@ss', tls: {} }],
  ['rediss://h.example', { host: 'h.example', port: 6379, db: 0, tls: { servername: 'h.example' } }],
  ['redis://:p@h?db=2', { host: 'h', port: 6379, db: 2, password: 'p' }],
  ['unix:///run/redis.sock?db=1', { path: '/run/redis.sock', db: 1 }],
])('the URL %s gives what stands in it', (url, options) => {
  expect(parseConnectionUrl(url)).toEqual(options);
});
