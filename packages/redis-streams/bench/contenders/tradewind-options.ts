import { redisStreamTransport, type RedisStreamTransport } from '../../src/index.ts';
import type { Setting } from '../harness/contender.ts';

/** As it comes, with all safety on; a switch turns compression on. */
export function tradewindTransport({ redisPort, flags }: Setting): RedisStreamTransport {
  return redisStreamTransport({
    connection: `redis://127.0.0.1:${redisPort}`,
    startup: 'require',
    ...(flags['zstd'] === true ? { compression: { algorithm: 'zstd' as const, thresholdBytes: 0 } } : {}),
    ...(typeof flags['claimIdleMs'] === 'number' ? { claimIdleMs: flags['claimIdleMs'] } : {}),
    ...(typeof flags['encoding'] === 'string' ? { encoding: flags['encoding'] === 'json' ? 'json' : 'msgpack' } : {}),
  });
}
