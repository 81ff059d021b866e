import { errorCode } from '@tradewind/core-types';
import { BenchmarkError } from '../../errors.ts';
import type { NetworkContender } from './contender.ts';

/** What is known of a contender before its module is loaded, which needs its packages. */
export interface NetworkEntry {
  readonly server: NetworkContender['server'];
  readonly packages: readonly string[];
  readonly load: () => Promise<{ readonly contender: NetworkContender }>;
}

const OURS = ['@tradewind/redis-streams', 'ioredis'];
const IOREDIS = ['ioredis'];
const NATS = '@nats-io/transport-node';

/** The contenders over the network that come with this package, by name. Their packages are optional peers. */
export const NETWORK_CONTENDERS: Readonly<Record<string, NetworkEntry>> = {
  'tradewind-client': {
    server: 'redis',
    packages: ['@tradewind/core', ...OURS],
    load: () => import('./tradewind-client.ts'),
  },
  'tradewind-transport': { server: 'redis', packages: OURS, load: () => import('./tradewind-transport.ts') },
  'ioredis-autopipelining': { server: 'redis', packages: IOREDIS, load: () => import('./ioredis-autopipelining.ts') },
  'ioredis-pipelines': { server: 'redis', packages: IOREDIS, load: () => import('./ioredis-pipelines.ts') },
  'ioredis-hand-packed': { server: 'redis', packages: IOREDIS, load: () => import('./ioredis-hand-packed.ts') },
  'ioredis-readers': { server: 'redis', packages: IOREDIS, load: () => import('./ioredis-readers.ts') },
  'node-redis': { server: 'redis', packages: ['redis'], load: () => import('./node-redis.ts') },
  bullmq: { server: 'redis', packages: ['bullmq'], load: () => import('./bullmq.ts') },
  'nats-core': { server: 'nats', packages: [NATS], load: () => import('./nats-core.ts') },
  'nats-jetstream': {
    server: 'nats',
    packages: [NATS, '@nats-io/jetstream'],
    load: () => import('./nats-jetstream.ts'),
  },
};

/**
 * The contender of a built-in name, or the one that the module of a `file:` URL exports as `contender`.
 *
 * @throws BenchmarkError `UNKNOWN_CONTENDER`, `MISSING_PEER`, `INVALID_MODULE`.
 */
export async function loadNetworkContender(reference: string): Promise<NetworkContender> {
  if (reference.startsWith('file:')) return contenderOf(reference, await import(reference));
  const entry = Object.hasOwn(NETWORK_CONTENDERS, reference) ? NETWORK_CONTENDERS[reference] : undefined;
  if (entry === undefined) {
    throw new BenchmarkError('UNKNOWN_CONTENDER', {
      message: `Expected a contender over the network, one of ${Object.keys(NETWORK_CONTENDERS).join(', ')}; got "${reference}".`,
      hint: 'Give one of these names, or the URL of a module that exports "contender".',
    });
  }
  try {
    return (await entry.load()).contender;
  } catch (error) {
    if (errorCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new BenchmarkError('MISSING_PEER', {
      message: `The contender ${reference} needs ${entry.packages.join(' and ')}, and not all of it is installed.`,
      hint: `Install it with npm install --save-dev ${entry.packages.join(' ')}, or leave the contender out.`,
      cause: error,
    });
  }
}

function contenderOf(url: string, loaded: Readonly<Record<string, unknown>>): NetworkContender {
  const found = loaded['contender'];
  const isFine =
    typeof found === 'object' &&
    found !== null &&
    ['produce', 'consume'].every((method) => typeof Reflect.get(found, method) === 'function') &&
    ['redis', 'nats'].includes(String(Reflect.get(found, 'server')));
  if (isFine) return found as NetworkContender;
  throw new BenchmarkError('INVALID_MODULE', {
    message: `Expected ${url} to export "contender" with server "redis" or "nats" and the methods produce and consume; it exports ${Object.keys(loaded).join(', ') || 'nothing'}.`,
    hint: "Write: export const contender = { server: 'redis', produce: …, consume: … };",
  });
}
