import type { CommandArgument } from './ports.ts';

/** What is used of an ioredis client; `Redis` and `Cluster` of ioredis 5 and 6 have it. */
export interface RedisLike {
  readonly status: string;
  readonly isCluster: boolean;
  callBuffer(command: string, ...args: CommandArgument[]): Promise<unknown>;
  pipeline(): PipelineLike;
  connect(): Promise<void>;
  /** With true it connects again. */
  disconnect(reconnect?: boolean): void;
  on(event: 'ready' | 'close' | 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'ready' | 'close' | 'end', listener: () => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

interface PipelineLike {
  callBuffer(command: string, ...args: CommandArgument[]): unknown;
  exec(): Promise<readonly (readonly [error: Error | null, result?: unknown])[] | null>;
}

/** What is used of a `Cluster` besides. */
export interface ClusterLike extends RedisLike {
  /** By slot: the addresses of its master and of its replicas, `host:port`. */
  readonly slots: readonly (readonly string[] | undefined)[];
  nodes(role: 'master'): readonly RedisLike[];
  refreshSlotsCache(callback: (error?: Error | null) => void): void;
}

/** Whether this client speaks to a Cluster. */
export function isClusterLike(client: RedisLike): client is ClusterLike {
  return client.isCluster && 'slots' in client;
}
