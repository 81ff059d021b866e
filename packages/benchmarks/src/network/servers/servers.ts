import { errorCode } from '@tradewind/core-types';
import type { RedisServer } from '@tradewind/redis-streams/testing';
import { importPeer } from '../../contenders/import-peer.ts';
import { BenchmarkError } from '../../errors.ts';
import type { NetworkContender } from '../contenders/contender.ts';
import { cpuTimeUs } from './cpu-time.ts';
import { startNatsServer } from './nats-server.ts';
import { howToGet } from './programs.ts';

/** The server of one run, fresh and empty. */
export interface BenchServer {
  readonly redisPort: number;
  readonly natsPort: number;
  readonly redis: RedisServer | undefined;
  /** CPU time of the server so far, user and system, in microseconds; in steps of 10 ms. NaN where the system does not tell it. */
  cpuUs(): number;
  stop(): Promise<void>;
}

/** What redis-server allows by itself, and many systems allow a process to open. */
const MAX_CLIENTS = '10000';

/**
 * Starts what a contender needs: redis-server without an append-only file, or nats-server with JetStream.
 *
 * @throws BenchmarkError `SERVER_MISSING` where it is not installed, `MISSING_PEER`.
 */
export async function startServer(kind: NetworkContender['server']): Promise<BenchServer> {
  if (kind === 'nats') {
    const nats = await startNatsServer();
    const cpuUs = (): number => cpuTimeUs(nats.pid);
    return { redisPort: 0, natsPort: nats.port, redis: undefined, cpuUs, stop: () => nats.stop() };
  }
  const redis = await startRedis();
  return { redisPort: redis.port, natsPort: 0, redis, cpuUs: () => cpuTimeUs(redis.pid), stop: () => redis.stop() };
}

/** A redis-server, with an append-only file where that is asked for. */
export async function startRedis(options: { readonly appendOnly?: 'everysec' } = {}): Promise<RedisServer> {
  const { startRedisServer } = await importPeer(
    '@tradewind/redis-streams',
    () => import('@tradewind/redis-streams/testing'),
  );
  try {
    return await startRedisServer({ ...options, config: { maxclients: MAX_CLIENTS } });
  } catch (error) {
    if (errorCode(error) !== 'SERVER_MISSING') throw error;
    throw new BenchmarkError('SERVER_MISSING', {
      message: howToGet('redis-server'),
      hint: 'Then run the same command again.',
      cause: error,
    });
  }
}
