import type { RedisTransportError } from '../errors.ts';
import type { Keys } from '../keys.ts';
import type { Counters } from '../observing/counters.ts';
import { CommandTimes } from '../observing/command-times.ts';
import { log } from '../observing/log.ts';
import type { RedisStreamSettings } from '../options.ts';
import { createClients, type Clients } from './clients.ts';
import { CommandConnection } from './command-connection.ts';
import type { RedisAddress } from './connection-options.ts';
import { agreeOnLayout } from './layout.ts';
import { ManagedClient } from './managed-client.ts';
import type { CommandPort, ConnectionState, ConnectionStatus, Connections, ReaderPort, ServerFacts } from './ports.ts';
import { ReaderConnection } from './reader-connection.ts';
import { isClusterLike, type RedisLike } from './redis-like.ts';
import { askServer } from './server-facts.ts';
import { slotOf } from './slot.ts';

/** The connections of one transport: one for commands, one for claims, one for each reader. None is made before it is needed. */
export class RedisConnections implements Connections, ConnectionState {
  readonly commands: CommandPort;
  readonly claims: CommandPort;
  readonly isCluster: boolean;
  /** Of commands, without those that wait at the server on purpose. */
  readonly times: CommandTimes = new CommandTimes();
  readonly #settings: RedisStreamSettings;
  readonly #counters: Counters;
  readonly #clients: Clients;
  readonly #managed: ManagedClient;
  readonly #claims: ManagedClient;
  readonly #readers = new Set<ReaderConnection>();
  readonly #listeners = new Set<(status: ConnectionStatus) => void>();
  #status: ConnectionStatus = 'idle';
  #sinceMs: number;
  #facts: ServerFacts | undefined;
  #asked = false;

  constructor(settings: RedisStreamSettings, keys: Keys, counters: Counters) {
    this.#settings = settings;
    this.#counters = counters;
    this.#sinceMs = settings.clock.now();
    this.#clients = createClients(settings);
    this.isCluster = this.#clients.isCluster;
    const { clock, commandTimeoutMs, connectTimeoutMs } = settings;
    const limits = { clock, commandTimeoutMs, connectTimeoutMs };
    this.#managed = new ManagedClient({
      ...this.#clients.commands(),
      ...limits,
      admit: (client) => agreeOnLayout(client, keys, settings),
      onAnswer: (ms) => this.times.record(ms),
      onDenied: () => (counters.authenticationFailures += 1),
      onStatus: (status) => this.#changed(status),
    });
    this.#claims = new ManagedClient({ client: this.#clients.another('claims'), owned: true, ...limits });
    this.commands = new CommandConnection(this.#managed);
    this.claims = new CommandConnection(this.#claims);
  }

  get state(): ConnectionState {
    return this;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  get lastError(): RedisTransportError | undefined {
    return this.#managed.lastError;
  }

  get facts(): ServerFacts | undefined {
    return this.#facts;
  }

  onChange(listener: (status: ConnectionStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async open(): Promise<void> {
    const error = await this.#firstOutcome();
    if (error === undefined) return;
    if (this.#settings.startup === 'require' || !error.retryable) throw error;
  }

  reader(slotKey: string): ReaderPort {
    const { clock, commandTimeoutMs, connectTimeoutMs } = this.#settings;
    const reader = new ReaderConnection({
      clock,
      commandTimeoutMs,
      connectTimeoutMs,
      moves: this.isCluster,
      connect: async () => {
        if (!this.isCluster) return this.#clients.another('reader');
        await this.#firstOutcome();
        return this.#clients.node(this.#addressOf(slotKey));
      },
      unblock: (clientId) => this.#nodeOf(slotKey).callBuffer('CLIENT', 'UNBLOCK', clientId),
      onClosed: () => this.#readers.delete(reader),
    });
    if (this.#status === 'closed') reader.close();
    else this.#readers.add(reader);
    return reader;
  }

  /** Leaves the connections that are ours for new ones; resolves when the one for commands is ready. */
  async reconnect(): Promise<void> {
    this.#claims.reconnect();
    this.#managed.reconnect();
    const error = await this.#firstOutcome();
    if (error !== undefined) throw error;
  }

  async close(): Promise<void> {
    for (const reader of [...this.#readers]) reader.close();
    this.#claims.close();
    this.#managed.close();
  }

  /** Resolves when the connection is ready, or with the reason when it was not within its time or cannot become so. */
  #firstOutcome(): Promise<RedisTransportError | undefined> {
    this.#managed.start();
    return this.#managed.submit('connecting', ready).then(
      () => undefined,
      (error: unknown) => error as RedisTransportError,
    );
  }

  #changed(status: ConnectionStatus): void {
    const { clock } = this.#settings;
    const previous = this.#status;
    this.#status = status;
    this.#sinceMs = clock.now();
    if (previous === 'ready' && status === 'lost') this.#counters.connectionsLost += 1;
    tell(this.#settings, status, previous, this.lastError);
    if (status === 'ready' && !this.#asked) void this.#learn();
    for (const listener of this.#listeners) listener(status);
  }

  /** Once, beside the traffic. */
  async #learn(): Promise<void> {
    this.#asked = true;
    const facts = await askServer(this.#managed.client).catch(() => undefined);
    this.#asked = facts !== undefined;
    this.#facts = facts;
    if (facts !== undefined) warnAbout(facts, this.#settings);
  }

  #addressOf(slotKey: string): RedisAddress {
    const { client } = this.#managed;
    const address = isClusterLike(client) ? client.slots[slotOf(slotKey)]?.[0] : undefined;
    if (address === undefined) throw new Error('CLUSTERDOWN the node of the slot is not known');
    const colon = address.lastIndexOf(':');
    return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
  }

  /** The connection for commands to the node that has this key. */
  #nodeOf(slotKey: string): RedisLike {
    const { client } = this.#managed;
    if (!isClusterLike(client)) return client;
    const { host, port } = this.#addressOf(slotKey);
    const node = client.nodes('master').find((one) => {
      const options = Reflect.get(one, 'options') as { readonly host?: string; readonly port?: number } | undefined;
      return options?.host === host && options.port === port;
    });
    return node ?? client;
  }
}

function tell(
  { logger, name }: RedisStreamSettings,
  status: ConnectionStatus,
  previous: ConnectionStatus,
  error: RedisTransportError | undefined,
): void {
  if (status === 'ready' && previous === 'lost') {
    log(logger, 'redis.connected', { path: name }, 'The connection to Redis is back.');
  } else if (status === 'lost') {
    const fields = { path: name, error: error?.message };
    log(logger, 'redis.disconnected', fields, 'There is no connection to Redis; it is tried again.');
  }
}

/** Once for each transport: with these the server loses messages by its own settings. */
function warnAbout({ maxMemoryPolicy, persistent }: ServerFacts, { logger, name }: RedisStreamSettings): void {
  if (maxMemoryPolicy !== undefined && maxMemoryPolicy !== 'noeviction') {
    const message = `Redis may evict streams, and what is in them, as its maxmemory-policy is ${maxMemoryPolicy}: set it to noeviction.`;
    log(logger, 'redis.eviction-policy', { path: name, policy: maxMemoryPolicy }, message);
  }
  if (persistent !== false) return;
  const message =
    'Redis keeps nothing over a restart, as it has neither an append-only file nor snapshots: set appendonly yes.';
  log(logger, 'redis.no-persistence', { path: name }, message);
}

function ready(): Promise<void> {
  return Promise.resolve();
}
