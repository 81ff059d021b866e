import { ValidationError, showValue } from '@tradewind/core-types';
import { Cluster, Redis, type ClusterOptions, type RedisOptions as AnyRedisOptions } from 'ioredis';
import type { RedisStreamSettings } from '../options.ts';
import { reconnectDelayMs } from './backoff.ts';
import type {
  ClusterConnectionOptions,
  RedisAddress,
  SentinelOptions,
  StandaloneOptions,
} from './connection-options.ts';
import { parseConnectionUrl } from './connection-url.ts';
import type { RedisLike } from './redis-like.ts';

/** With `replyMapping` among them, ioredis types its replies otherwise; it is never set here. */
type RedisOptions = Omit<AnyRedisOptions, 'replyMapping'>;

/** What connections are for: each kind has its own, so that none waits behind another. */
type Role = 'commands' | 'claims' | 'reader';

/** Makes the clients of one transport. */
export interface Clients {
  readonly isCluster: boolean;
  /** The client for commands; it is not ours when the user gave it. */
  commands(): { readonly client: RedisLike; readonly owned: boolean };
  /** A further one of the same kind, ours. */
  another(role: Role): RedisLike;
  /** A connection of ours to one node of the Cluster. */
  node(address: RedisAddress): RedisLike;
}

export function createClients(settings: RedisStreamSettings): Clients {
  const { connection } = settings;
  if (typeof connection === 'function') return existingClients(connection, settings);
  const options = typeof connection === 'string' ? parseConnectionUrl(connection) : connection;
  if (options === undefined) throw invalidConnection(connection);
  if ('cluster' in options) return clusterClients(options, settings);
  const redisOptions = 'sentinels' in options ? sentinelOptions(options) : standaloneOptions(options);
  const make = (role: Role): RedisLike => new Redis({ ...redisOptions, ...ownOptions(settings, role) });
  return {
    isCluster: false,
    commands: () => ({ client: make('commands'), owned: true }),
    another: make,
    node: () => make('reader'),
  };
}

/** How every connection of ours behaves, whatever it connects to. */
function ownOptions(settings: RedisStreamSettings, role: Role): RedisOptions {
  return {
    ...nodeOptions(settings, role),
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => reconnectDelayMs(attempt, settings.random),
    keyPrefix: '',
  };
}

/** The part of it that ioredis lets the nodes of a Cluster have. */
function nodeOptions(
  settings: RedisStreamSettings,
  role: Role,
): Omit<RedisOptions, 'lazyConnect' | 'enableOfflineQueue' | 'retryStrategy' | 'keyPrefix'> {
  return {
    connectionName: `tradewind-${settings.name}-${role}`,
    // ioredis would send commands of a lost connection once more, and so store messages twice; we retry by ourselves, with a number.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: settings.connectTimeoutMs,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    // A replica that answers was the master: connecting again finds the new one, through Sentinel or DNS.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    maxLoadingRetryTime: LOADING_RETRY_MS,
    keepAlive: KEEP_ALIVE_MS,
    stringNumbers: false,
    // The shapes of replies that both versions of ioredis and all servers share.
    protocol: 2,
  };
}

function standaloneOptions(options: StandaloneOptions): RedisOptions {
  const { host = '127.0.0.1', port = 6379, path, db = 0, tls } = options;
  return {
    ...(path === undefined ? { host, port } : { path }),
    db,
    ...(tls === undefined ? {} : { tls }),
    ...credentials(options),
  };
}

function sentinelOptions(options: SentinelOptions): RedisOptions {
  const { sentinels, masterName, sentinelUsername, sentinelPassword, db = 0, tls } = options;
  return {
    sentinels: sentinels.map(({ host, port }) => ({ host, port })),
    name: masterName,
    role: 'master',
    db,
    sentinelRetryStrategy: (attempt) => Math.min(attempt * 20, 500),
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls === undefined ? {} : { tls, enableTLSForSentinelMode: true, sentinelTLS: tls }),
    ...credentials(options),
  };
}

function clusterClients(options: ClusterConnectionOptions, settings: RedisStreamSettings): Clients {
  const shared: RedisOptions = {
    ...credentials(options),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  };
  const make = (role: Role): RedisLike => {
    const clusterOptions: Omit<ClusterOptions, 'redisOptions'> & { redisOptions: RedisOptions } = {
      lazyConnect: true,
      // Nodes connect when they get their first command, which has to wait for that; one that cannot be reached rejects it.
      enableOfflineQueue: true,
      redisOptions: { ...shared, ...nodeOptions(settings, role) },
      clusterRetryStrategy: (attempt) => reconnectDelayMs(attempt, settings.random),
      // As above: what was on its way to a node that went away is ours to send again.
      retryDelayOnFailover: 0,
      slotsRefreshInterval: SLOTS_REFRESH_MS,
      slotsRefreshTimeout: settings.connectTimeoutMs,
      ...(options.natMap === undefined ? {} : { natMap: { ...options.natMap } }),
      // A name of a managed cluster must reach its certificate as it is, not as an address.
      ...(options.tls === undefined ? {} : { dnsLookup: (address, callback) => callback(null, address) }),
    };
    return new Cluster(
      options.cluster.map(({ host, port }) => ({ host, port })),
      clusterOptions,
    );
  };
  return {
    isCluster: true,
    commands: () => ({ client: make('commands'), owned: true }),
    another: make,
    node: ({ host, port }) => new Redis({ ...shared, ...ownOptions(settings, 'reader'), host, port }),
  };
}

/** A client of the user's: used for commands as it is, and duplicated for the rest. */
function existingClients(make: () => unknown, settings: RedisStreamSettings): Clients {
  const given: unknown = make();
  if (!isExisting(given)) throw invalidConnection(given);
  const { options } = given;
  const givenOptions = (given.isCluster ? options['redisOptions'] : options) as Readonly<Record<string, unknown>>;
  refuseUnsuitable(options, givenOptions ?? {});
  const own = (role: Role): RedisOptions => ownOptions(settings, role);
  return {
    isCluster: given.isCluster,
    commands: () => ({ client: given, owned: false }),
    another: (role) => {
      if (!given.isCluster) return given.duplicate(own(role)) as RedisLike;
      return given.duplicate([], {
        lazyConnect: true,
        enableOfflineQueue: true,
        retryDelayOnFailover: 0,
        redisOptions: { ...givenOptions, ...nodeOptions(settings, role) },
      }) as RedisLike;
    },
    node: ({ host, port }) =>
      new Redis({ ...(givenOptions as RedisOptions), ...ownOptions(settings, 'reader'), host, port }),
  };
}

interface Existing extends RedisLike {
  readonly options: Readonly<Record<string, unknown>>;
  duplicate(...overrides: unknown[]): unknown;
}

function isExisting(value: unknown): value is Existing {
  if (typeof value !== 'object' || value === null) return false;
  return (
    METHODS.every((method) => typeof Reflect.get(value, method) === 'function') &&
    typeof Reflect.get(value, 'options') === 'object' &&
    typeof Reflect.get(value, 'isCluster') === 'boolean'
  );
}

/** Options of a client that change keys or replies, which nothing here could work with. */
function refuseUnsuitable(...places: readonly Readonly<Record<string, unknown>>[]): void {
  for (const options of places) {
    for (const [option, isWrong, hint] of UNSUITABLE) {
      if (!isWrong(options[option])) continue;
      throw new ValidationError('INVALID_OPTIONS', {
        path: `connection().options.${option}`,
        expected: 'a client without this option',
        received: showValue(options[option]),
        hint,
      });
    }
  }
}

function invalidConnection(received: unknown): ValidationError {
  return new ValidationError('INVALID_OPTIONS', {
    path: 'connection',
    expected: 'a URL redis://, rediss:// or unix://, options, or a function that returns a client of ioredis 5 or 6',
    // What a URL holds is not shown: a password may be in it.
    received: typeof received === 'string' ? 'a text that is no such URL' : showValue(received),
    hint: 'Write redis://host:6379, or encode special characters of the password with encodeURIComponent.',
  });
}

function credentials(options: {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}): RedisOptions {
  return {
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
  };
}

const METHODS = ['callBuffer', 'pipeline', 'duplicate', 'on', 'off', 'connect'];
const UNSUITABLE: readonly (readonly [string, (value: unknown) => boolean, string])[] = [
  [
    'keyPrefix',
    (value) => value !== undefined && value !== '',
    'Set streamsPrefix instead: prefixed keys come back under other names.',
  ],
  ['stringNumbers', (value) => value === true, 'Counts are needed as numbers.'],
  ['replyMapping', (value) => value === 'resp3', 'The shapes of replies must be those of RESP2.'],
];
/** How long a connection that is left may take to say goodbye; a stopped server never does. */
const DISCONNECT_TIMEOUT_MS = 50;
const LOADING_RETRY_MS = 50;
const KEEP_ALIVE_MS = 10_000;
const SLOTS_REFRESH_MS = 1_000;
