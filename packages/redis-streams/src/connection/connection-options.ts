import type { ConnectionOptions as TlsOptions } from 'node:tls';

/** Who we are at the server. Neither ever appears in an error or a log line. */
export interface RedisCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** One address of a server. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** One server. Default: 127.0.0.1, port 6379, database 0. */
export interface StandaloneOptions extends RedisCredentials {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** A Unix socket, instead of host and port. */
  readonly path?: string | undefined;
  readonly db?: number | undefined;
  readonly tls?: TlsOptions | undefined;
}

/** A set of Sentinels that know where the master is. */
export interface SentinelOptions extends RedisCredentials {
  readonly sentinels: readonly RedisAddress[];
  /** Under which name the Sentinels know the master: `mymaster`. */
  readonly masterName: string;
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  readonly db?: number | undefined;
  readonly tls?: TlsOptions | undefined;
}

/** A Redis Cluster: some of its nodes; the others are found. */
export interface ClusterConnectionOptions extends RedisCredentials {
  readonly cluster: readonly RedisAddress[];
  readonly tls?: TlsOptions | undefined;
  /** Where nodes are reached whose own addresses are not reachable from here: `'10.0.0.1:6379'` to an address. */
  readonly natMap?: Readonly<Record<string, RedisAddress>> | undefined;
}

/**
 * What an existing client must have: `Redis` and `Cluster` of ioredis 5 and 6 do.
 * It is used for commands and never closed; reading and claiming go over duplicates of it, which the transport makes and closes.
 */
export interface ExistingClient {
  readonly status: string;
  readonly isCluster: boolean;
  readonly options: object;
  duplicate(): unknown;
  callBuffer(command: string): Promise<unknown>;
  pipeline(): unknown;
  on(event: 'ready', listener: () => void): unknown;
}

/** Where Redis is. A URL is `redis://user:password@host:port/db`, `rediss://` with TLS, or `unix:///path`. */
export type RedisConnection =
  | string
  | StandaloneOptions
  | SentinelOptions
  | ClusterConnectionOptions
  | (() => ExistingClient);
