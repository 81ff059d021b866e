import { redisStreamTransport, type RedisStreamTransport } from '@tradewind/redis-streams';
import type { Setting } from './contender.ts';

/** As it comes, with all safety on; switches turn compression on, and say how many shards. */
export function tradewindTransport({ redisPort, flags }: Setting): RedisStreamTransport {
  return redisStreamTransport({
    connection: `redis://127.0.0.1:${redisPort}`,
    startup: 'require',
    ...(flags['zstd'] === true ? { compression: { algorithm: 'zstd' as const, thresholdBytes: 0 } } : {}),
    ...(typeof flags['shards'] === 'number' ? { shards: flags['shards'] } : {}),
    ...(typeof flags['claimIdleMs'] === 'number' ? { claimIdleMs: flags['claimIdleMs'] } : {}),
    ...(typeof flags['patienceMs'] === 'number'
      ? { commandTimeoutMs: flags['patienceMs'], connectTimeoutMs: flags['patienceMs'] }
      : {}),
    ...(typeof flags['encoding'] === 'string' ? { encoding: flags['encoding'] === 'json' ? 'json' : 'msgpack' } : {}),
  });
}
