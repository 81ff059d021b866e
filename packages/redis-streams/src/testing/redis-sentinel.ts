import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { Guardian } from './guardian.ts';
import type { RedisNode } from './redis-cluster.ts';
import { startIn, stopper, type RunningServer } from './redis-server.ts';
import type { RedisServerOptions } from './server-options.ts';

const READY_TIMEOUT_MS = 60_000;
const DOWN_AFTER_MS = 500;
const FAILOVER_TIMEOUT_MS = 3000;

/** How a test set is laid out; the rest as for a single server. */
export interface RedisSentinelOptions extends Omit<RedisServerOptions, 'port'> {
  /** Default `tradewind`. */
  readonly name?: string | undefined;
  /** Default 2. */
  readonly replicas?: number | undefined;
  /** Default 3; a majority of them decides. */
  readonly sentinels?: number | undefined;
  /** After how long without an answer a server counts as down. Default 500. */
  readonly downAfterMs?: number | undefined;
}

/** A master with replicas, watched by Sentinels, on the loopback interface. */
export interface RedisSentinel {
  /** What the Sentinels call the master. */
  readonly name: string;
  /** Where clients ask for the master. */
  readonly sentinels: readonly RedisNode[];
  /** The master of the start first. */
  readonly servers: readonly RedisNode[];
  /** Which server the Sentinels say is the master. */
  master(): Promise<RedisNode>;
  /** Resolves when they name another one than `old`, and it takes writes. */
  whenFailedOver(old: RedisNode): Promise<RedisNode>;
  /** Ends all servers and Sentinels, and removes their data. */
  stop(): Promise<void>;
}

/**
 * Starts a master with two replicas and three Sentinels, or as told, and resolves when the replicas follow and the Sentinels know all.
 *
 * @throws RedisTestingError as {@link startRedisServer}, and `TOPOLOGY_NOT_READY` when they do not find each other.
 */
export async function startRedisSentinel(options: RedisSentinelOptions = {}): Promise<RedisSentinel> {
  const name = options.name ?? 'tradewind';
  const sentinelCount = options.sentinels ?? 3;
  const replicaCount = options.replicas ?? 2;
  const root = mkdtempSync(join(tmpdir(), 'tradewind-sentinel-'));
  const guardian = new Guardian(root);
  try {
    const master = await startIn(root, guardian, options);
    const following = { ...options, config: { replicaof: `${master.host} ${master.port}`, ...options.config } };
    const replicas = await Promise.all(Array.from({ length: replicaCount }, () => startIn(root, guardian, following)));
    const watching = { program: options.program, config: sentinelConfig(name, master.port, options) };
    const sentinels = await Promise.all(
      Array.from({ length: sentinelCount }, () => startIn(root, guardian, watching, true)),
    );
    const servers = [master, ...replicas];
    const set = new RunningSentinel(name, { servers, sentinels }, stopper([...sentinels, ...servers], guardian));
    await set.whenComplete(replicaCount);
    return set;
  } catch (error) {
    await guardian.end();
    throw error;
  }
}

function sentinelConfig(name: string, port: number, options: RedisSentinelOptions): Record<string, string[]> {
  const quorum = Math.floor((options.sentinels ?? 3) / 2) + 1;
  return {
    sentinel: [
      `monitor ${name} 127.0.0.1 ${port} ${quorum}`,
      `down-after-milliseconds ${name} ${options.downAfterMs ?? DOWN_AFTER_MS}`,
      `failover-timeout ${name} ${FAILOVER_TIMEOUT_MS}`,
      ...(options.password === undefined ? [] : [`auth-pass ${name} ${options.password}`]),
    ],
  };
}

class RunningSentinel implements RedisSentinel {
  readonly name: string;
  readonly sentinels: readonly RunningServer[];
  readonly servers: readonly RunningServer[];
  readonly stop: () => Promise<void>;

  constructor(
    name: string,
    parts: { readonly servers: readonly RunningServer[]; readonly sentinels: readonly RunningServer[] },
    stop: () => Promise<void>,
  ) {
    this.name = name;
    this.servers = parts.servers;
    this.sentinels = parts.sentinels;
    this.stop = stop;
  }

  async master(): Promise<RedisNode> {
    const sentinel = this.sentinels.find((candidate) => candidate.pid !== undefined);
    const address = (await sentinel?.command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', this.name)) as
      | readonly string[]
      | null;
    const server = this.servers.find((candidate) => String(candidate.port) === address?.[1]);
    if (server === undefined)
      throw new Error(`Expected the Sentinels to name one of the servers, got ${String(address)}.`);
    return server;
  }

  async whenFailedOver(old: RedisNode): Promise<RedisNode> {
    await eventually('the Sentinels to promote a replica', READY_TIMEOUT_MS, async () => {
      const master = await this.master();
      return master.port !== old.port && String(await master.command('ROLE')).startsWith('master');
    });
    return this.master();
  }

  /** A fail-over needs Sentinels that know each other and every replica. */
  async whenComplete(replicas: number): Promise<void> {
    await eventually('the Sentinels to know each other and the replicas', READY_TIMEOUT_MS, async () => {
      const views = await Promise.all(this.sentinels.map((one) => one.command('SENTINEL', 'MASTER', this.name)));
      return views.every((view) => {
        const fields = view as readonly string[];
        const field = (key: string): number => Number(fields[fields.indexOf(key) + 1]);
        return field('num-slaves') === replicas && field('num-other-sentinels') === this.sentinels.length - 1;
      });
    });
    await eventually('the replicas to follow', READY_TIMEOUT_MS, async () => {
      const infos = await Promise.all(this.servers.slice(1).map((one) => one.command('INFO', 'replication')));
      return infos.every((info) => String(info).includes('master_link_status:up'));
    });
  }
}
