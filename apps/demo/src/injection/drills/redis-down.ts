import { RedisTestingError, startRedisServer, type RedisServer } from '@tradewind/redis-streams/testing';
import { redisStreamTransport } from '@tradewind/redis-streams';
import { DemoError } from '../../errors.ts';
import type { Drill } from '../drill.ts';
import { Floor } from '../floor.ts';

/** The server that everything goes over is killed; it is started again, and nothing is missing. */
export async function redisDown(seed: number): Promise<Drill> {
  const server = await startServer();
  const redis = redisStreamTransport({ connection: server.url, commandTimeoutMs: 1_000, connectTimeoutMs: 1_000 });
  const floor = new Floor({ seed, client: { paths: { redis } } });
  await floor.open();
  return {
    floor,
    alert: { rule: 'TradewindComponentDown', labels: { component: 'transports/redis' } },
    hastenBy: 20,
    remediation: {
      rule: {
        name: 'restart-redis',
        component: 'transports/redis',
        from: 'down',
        forMs: 4_000,
        remedy: 'restart-server',
        settleMs: 15_000,
      },
      remedies: {
        'transports/redis': [
          {
            name: 'restart-server',
            description: 'Starts the redis-server of the demo again, on the same port and with the same data.',
            run: () => server.restart(),
          },
        ],
      },
    },
    transports: { redis },
    inject: async () => {
      const { pid } = server;
      await server.kill();
      return `the redis-server (process ${pid}) is killed: kill -9`;
    },
    close: async () => {
      const problems = await floor.close();
      await server.stop();
      return problems;
    },
  };
}

async function startServer(): Promise<RedisServer> {
  try {
    // What it has confirmed is on disk: it is going to be killed.
    return await startRedisServer({ appendOnly: 'always' });
  } catch (cause) {
    if (!(cause instanceof RedisTestingError)) throw cause;
    const message = 'Expected to start a private redis-server, and it could not be started.';
    throw new DemoError('REDIS_UNAVAILABLE', { message, hint: 'Install it (apt-get install redis-server).', cause });
  }
}
