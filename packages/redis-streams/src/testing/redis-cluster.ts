import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { Guardian } from './guardian.ts';
import { startIn, stopper, type RedisServer, type RunningServer } from './redis-server.ts';
import type { RedisServerOptions } from './server-options.ts';

const SLOTS = 16_384;
const READY_TIMEOUT_MS = 60_000;
const NODE_TIMEOUT_MS = 1500;
const MIGRATION_KEYS = 100;
const MIGRATION_TIMEOUT_MS = 5000;

/** How a test cluster is laid out; the rest as for a single server. */
export interface RedisClusterOptions extends Omit<RedisServerOptions, 'port'> {
  /** Default 3, the fewest that Redis allows. */
  readonly masters?: number | undefined;
  /** Default 1 for each master. */
  readonly replicasPerMaster?: number | undefined;
  /** After how long without an answer a node counts as failed. Default 1,500. */
  readonly nodeTimeoutMs?: number | undefined;
}

/** A node of a cluster: a server that is stopped together with all others. */
export type RedisNode = Omit<RedisServer, 'stop'>;

/** A real Redis Cluster on the loopback interface. */
export interface RedisCluster {
  /** The masters of the start first, then their replicas. */
  readonly nodes: readonly RedisNode[];
  /** Which node serves a slot now, after fail-overs and migrations. */
  masterOf(slot: number): Promise<RedisNode>;
  /** The slot of a key, as the cluster computes it. */
  slotOf(key: string): Promise<number>;
  /** Moves a slot with its keys to another master, as an operator would, while clients go on. */
  migrateSlot(slot: number, to: RedisNode): Promise<void>;
  /** Resolves when every slot is served again, by nodes that run. */
  whenReady(): Promise<void>;
  /** Ends all nodes and removes their data. */
  stop(): Promise<void>;
}

/**
 * Starts a cluster of three masters with a replica each, or as told, and resolves when every node serves and every replica follows.
 *
 * @throws RedisTestingError as {@link startRedisServer}, and `TOPOLOGY_NOT_READY` when the nodes do not find each other.
 */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const masterCount = options.masters ?? 3;
  const count = masterCount * (1 + (options.replicasPerMaster ?? 1));
  const config = {
    'cluster-enabled': 'yes',
    'cluster-config-file': 'nodes.conf',
    'cluster-node-timeout': String(options.nodeTimeoutMs ?? NODE_TIMEOUT_MS),
    'cluster-replica-validity-factor': '0',
    ...options.config,
  };
  const root = mkdtempSync(join(tmpdir(), 'tradewind-cluster-'));
  const guardian = new Guardian(root);
  try {
    const nodes = await Promise.all(
      Array.from({ length: count }, () => startIn(root, guardian, { ...options, config })),
    );
    const cluster = new RunningCluster(nodes, stopper(nodes, guardian));
    await cluster.form(masterCount);
    return cluster;
  } catch (error) {
    await guardian.end();
    throw error;
  }
}

class RunningCluster implements RedisCluster {
  readonly nodes: readonly RunningServer[];
  readonly stop: () => Promise<void>;

  constructor(nodes: readonly RunningServer[], stop: () => Promise<void>) {
    this.nodes = nodes;
    this.stop = stop;
  }

  /** Makes one cluster of nodes that know nothing of each other. */
  async form(masterCount: number): Promise<void> {
    const [first, ...others] = this.nodes;
    if (first === undefined) return;
    await Promise.all(
      this.nodes.slice(0, masterCount).map((node, i) => {
        const from = Math.floor((i * SLOTS) / masterCount);
        const to = Math.floor(((i + 1) * SLOTS) / masterCount) - 1;
        return node.command('CLUSTER', 'ADDSLOTS', ...slotsFrom(from, to));
      }),
    );
    // Different epochs from the start: the nodes would otherwise first have to settle who is right.
    await Promise.all(this.nodes.map((node, i) => node.command('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)));
    await Promise.all(others.map((node) => node.command('CLUSTER', 'MEET', first.host, first.port)));
    await eventually('every node to know every other', READY_TIMEOUT_MS, async () => {
      const known = await Promise.all(this.nodes.map((node) => this.#linesOf(node)));
      return known.every(
        (lines) => lines.length === this.nodes.length && lines.every((line) => !line.flags.includes('handshake')),
      );
    });
    const ids = await Promise.all(this.nodes.map((node) => node.command('CLUSTER', 'MYID')));
    await Promise.all(
      this.nodes
        .slice(masterCount)
        .map((node, i) => node.command('CLUSTER', 'REPLICATE', String(ids[i % masterCount]))),
    );
    await this.whenReady();
  }

  async masterOf(slot: number): Promise<RunningServer> {
    const running = this.nodes.find((node) => node.pid !== undefined);
    const lines = running === undefined ? [] : await this.#linesOf(running);
    const port = lines.find(
      (line) => line.flags.includes('master') && line.slots.some(([a, b]) => a <= slot && slot <= b),
    )?.port;
    const node = this.nodes.find((candidate) => candidate.port === port);
    if (node === undefined) throw new Error(`Expected a node that serves slot ${slot}, found none.`);
    return node;
  }

  async slotOf(key: string): Promise<number> {
    const running = this.nodes.find((node) => node.pid !== undefined);
    return Number(await running?.command('CLUSTER', 'KEYSLOT', key));
  }

  async migrateSlot(slot: number, to: RedisNode): Promise<void> {
    const from = await this.masterOf(slot);
    if (from.port === to.port) return;
    const [fromId, toId] = await Promise.all([from.command('CLUSTER', 'MYID'), to.command('CLUSTER', 'MYID')]);
    await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', String(fromId));
    await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', String(toId));
    for (;;) {
      // Page after page until the slot is empty.
      const keys = (await from.command('CLUSTER', 'GETKEYSINSLOT', slot, MIGRATION_KEYS)) as readonly string[];
      if (keys.length === 0) break;
      await from.command('MIGRATE', to.host, to.port, '', 0, MIGRATION_TIMEOUT_MS, 'REPLACE', 'KEYS', ...keys);
    }
    // The new owner first, so that nobody is sent back to a node that no longer has the slot; then everybody else.
    const announce = (node: RedisNode): Promise<unknown> =>
      node.command('CLUSTER', 'SETSLOT', slot, 'NODE', String(toId)).catch(() => undefined);
    await to.command('CLUSTER', 'SETSLOT', slot, 'NODE', String(toId));
    await announce(from);
    // Replicas refuse this: they learn it from their master.
    await Promise.all(this.nodes.filter((node) => node.port !== to.port && node.port !== from.port).map(announce));
  }

  async whenReady(): Promise<void> {
    const running = this.nodes.filter((node) => node.pid !== undefined);
    await eventually('every node of the cluster to serve', READY_TIMEOUT_MS, async () => {
      const states = await Promise.all(
        running.map(async (node) => {
          const [info, replication] = await Promise.all([
            node.command('CLUSTER', 'INFO'),
            node.command('INFO', 'replication'),
          ]);
          const isFollowing =
            !String(replication).includes('role:slave') || String(replication).includes('master_link_status:up');
          return String(info).includes('cluster_state:ok') && isFollowing;
        }),
      );
      return states.every(Boolean);
    });
  }

  async #linesOf(node: RunningServer): Promise<readonly NodeLine[]> {
    return String(await node.command('CLUSTER', 'NODES'))
      .trim()
      .split('\n')
      .map(parseLine);
  }
}

/** One by one: ranges of slots came with Redis 7.0. */
function slotsFrom(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** One line of `CLUSTER NODES`. */
interface NodeLine {
  readonly port: number;
  readonly flags: readonly string[];
  readonly slots: readonly (readonly [number, number])[];
}

function parseLine(text: string): NodeLine {
  const [, address = '', flags = '', , , , , , ...slots] = text.split(' ');
  return {
    port: Number(address.split('@')[0]?.split(':').at(-1)),
    flags: flags.split(','),
    // Those in brackets are on their way.
    slots: slots
      .filter((slot) => !slot.startsWith('['))
      .map((slot) => {
        const [from = '', to = from] = slot.split('-');
        return [Number(from), Number(to)] as const;
      }),
  };
}
