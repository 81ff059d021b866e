import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { startRedisServer } from '@tradewind/redis-streams/testing';
import { DemoError } from '../errors.ts';

/** The Redis that a demo runs over. */
export interface RedisPlace {
  readonly url: string;
  /** Started by the demo, and gone with it. */
  readonly isPrivate: boolean;
  /** Of this run alone: a server that others use too is left as it was found. */
  readonly streamsPrefix: string;
  readonly version: string;
  /** What the streams of this run hold now. */
  measure(): Promise<{ readonly entries: number; readonly memoryBytes: number }>;
  close(): Promise<void>;
}

/**
 * The server that `REDIS_URL` names; without it a private one, which keeps an append-only file in a temporary folder.
 *
 * @throws DemoError `REDIS_UNAVAILABLE` when there is none.
 */
export async function findRedis(url: string | undefined): Promise<RedisPlace> {
  const own = url === undefined ? await startPrivate() : undefined;
  const address = url ?? own?.url ?? '';
  const redis = new Redis(address, { lazyConnect: true, retryStrategy: () => null, connectTimeout: CONNECT_MS });
  redis.on('error', () => undefined);
  const streamsPrefix = `demo-${randomBytes(4).toString('hex')}`;
  try {
    await redis.connect();
    const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown';
    return {
      url: address,
      isPrivate: own !== undefined,
      streamsPrefix,
      version,
      measure: () => measure(redis, streamsPrefix),
      async close() {
        if (own === undefined) for (const page of await keysOf(redis, streamsPrefix)) await redis.unlink(...page);
        redis.disconnect();
        await own?.stop();
      },
    };
  } catch (cause) {
    redis.disconnect();
    await own?.stop();
    throw unavailable(`Expected a Redis server at ${withoutSecret(address)}, and it could not be reached.`, cause);
  }
}

async function startPrivate(): ReturnType<typeof startRedisServer> {
  try {
    return await startRedisServer({ appendOnly: 'everysec' });
  } catch (cause) {
    throw unavailable('Expected to start a private redis-server, and it could not be started.', cause);
  }
}

function unavailable(message: string, cause: unknown): DemoError {
  const hint = 'Install it (apt-get install redis-server), or name a running one in REDIS_URL.';
  return new DemoError('REDIS_UNAVAILABLE', { message, hint, cause });
}

async function measure(redis: Redis, prefix: string): Promise<{ entries: number; memoryBytes: number }> {
  let entries = 0;
  let memoryBytes = 0;
  for (const page of await keysOf(redis, prefix)) {
    for (const key of page) {
      // One key after the other: the server answers them so in any case.
      if ((await redis.type(key)) !== 'stream') continue;
      entries += await redis.xlen(key);
      memoryBytes += Number(await redis.call('MEMORY', 'USAGE', key));
    }
  }
  return { entries, memoryBytes };
}

/** The keys of a run, in pages. */
async function keysOf(redis: Redis, prefix: string): Promise<readonly (readonly string[])[]> {
  const pages: string[][] = [];
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `{${prefix}*`, 'COUNT', SCAN_COUNT);
    cursor = next;
    if (keys.length > 0) pages.push(keys);
  } while (cursor !== '0');
  return pages;
}

/** A URL as it may be shown. */
function withoutSecret(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}

const CONNECT_MS = 5000;
const SCAN_COUNT = 500;
