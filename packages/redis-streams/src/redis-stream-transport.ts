import type {
  BatchReceiver,
  CloseOptions,
  ConsumeOptions,
  Consumer,
  DeadLetterStore,
  Health,
  MetricsSink,
  MetricsSource,
  HealthSource,
  OutgoingBatch,
  Remediable,
  Remedy,
  Transport,
  TransportCapabilities,
} from '@tradewind/core-types';
import { RedisConnections } from './connection/redis-connections.ts';
import { createConsuming, type Consuming } from './consuming/consuming.ts';
import { RedisDeadLetters } from './dead-letters/redis-dead-letters.ts';
import { RedisTransportError } from './errors.ts';
import { Keys } from './keys.ts';
import { ServerMemory } from './observing/server-memory.ts';
import { collectCounters } from './observing/collect-counters.ts';
import { createCounters, type Counters } from './observing/counters.ts';
import { resolveOptions } from './options-schema.ts';
import type { RedisStreamOptions, RedisStreamSettings } from './options.ts';
import { Heartbeat } from './publishing/heartbeat.ts';
import { Publisher } from './publishing/publisher.ts';
import { SidePublisher } from './publishing/side-publisher.ts';
import { Retention } from './retention/retention.ts';

/** A transport over Redis Streams, as an operator sees it too. One object serves one client. */
export type RedisStreamTransport = Transport &
  HealthSource &
  MetricsSource &
  Remediable & {
    /** What was put aside, by all consumers of the same keys. It works as long as the transport is open. */
    readonly deadLetters: DeadLetterStore;
  };

/**
 * Makes a transport over Redis Streams, for a `BufferedMessageBusClient`. It connects when it is first used.
 *
 * @throws ValidationError `INVALID_OPTIONS` with every issue and its path.
 */
export function redisStreamTransport(options: RedisStreamOptions): RedisStreamTransport {
  return new RedisTransport(resolveOptions(options));
}

class RedisTransport implements RedisStreamTransport {
  readonly name: string;
  readonly capabilities: TransportCapabilities;
  readonly #settings: RedisStreamSettings;
  readonly #counters: Counters = createCounters();
  readonly #connections: RedisConnections;
  readonly #publisher: Publisher;
  readonly #consuming: Consuming;
  readonly #heartbeat: Heartbeat | undefined;
  readonly #republisher: SidePublisher;
  readonly #retention: Retention;
  readonly deadLetters: DeadLetterStore;
  readonly #serverMemory: ServerMemory;
  readonly #madeAtMs: number;
  #opened: boolean;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #closedAtMs = 0;

  constructor(settings: RedisStreamSettings) {
    this.name = settings.name;
    this.#settings = settings;
    this.#madeAtMs = settings.clock.now();
    this.capabilities = {
      durable: true,
      groups: true,
      redelivery: true,
      orderPerKey: true,
      deadLetters: true,
      deduplicationMs: settings.deduplicationMs,
    };
    const keys = new Keys(settings.base, settings.shards);
    this.#connections = new RedisConnections(settings, keys, this.#counters);
    this.#serverMemory = new ServerMemory({
      commands: this.#connections.commands,
      clock: settings.clock,
      isReady: () => this.#connections.state.status === 'ready',
    });
    const parts = { connections: this.#connections, settings, keys, counters: this.#counters };
    this.#publisher = new Publisher(parts);
    this.#consuming = createConsuming(parts);
    this.#retention = new Retention(parts);
    this.#republisher = new SidePublisher(parts, 'dead-letters');
    this.deadLetters = new RedisDeadLetters({
      commands: this.#connections.commands,
      keys,
      publish: (message) => this.#republisher.publish([message]),
    });
    this.#heartbeat =
      settings.heartbeatIntervalMs === undefined ? undefined : new Heartbeat(settings, this.#publisher, this.#counters);
    // Where Redis need not be there from the start, the first publish goes the way of all.
    this.#opened = settings.startup === 'degrade';
  }

  publish(batch: OutgoingBatch): Promise<void> {
    this.#heartbeat?.start();
    this.#retention.start();
    if (this.#opened || this.#closing !== undefined) return this.#publisher.publish(batch);
    return this.#open().then(() => this.#publisher.publish(batch));
  }

  async consume(options: ConsumeOptions, receiver: BatchReceiver): Promise<Consumer> {
    if (this.#closing !== undefined) throw closedError(this.name);
    this.#heartbeat?.start();
    this.#retention.start();
    return this.#consuming.consume(options, receiver);
  }

  close(options?: CloseOptions): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  /** Cheap: what the last connection, the last flush and the consumers know. */
  health(): Health {
    if (this.#closing !== undefined) return { status: 'down', reason: 'closed', sinceMs: this.#closedAtMs };
    const { state } = this.#connections;
    if (state.status === 'lost') {
      const reason = state.lastError?.message ?? 'the connection to Redis is lost';
      return { status: this.#settings.spool === undefined ? 'down' : 'degraded', reason, sinceMs: state.sinceMs };
    }
    const failure = this.#publisher.failure;
    if (failure !== undefined) {
      return { status: 'degraded', reason: failure.message, sinceMs: this.#publisher.failingSinceMs };
    }
    const trouble = this.#consuming.trouble();
    if (trouble !== undefined) return trouble;
    const sinceMs = state.status === 'idle' ? this.#madeAtMs : state.sinceMs;
    const { reason } = this.#serverMemory;
    return { status: reason === '' ? 'up' : 'degraded', reason, sinceMs };
  }

  collect(into: MetricsSink): void {
    collectCounters(this.#counters, into);
    this.#connections.times.collect(into);
    this.#serverMemory.collect(into);
    into.describe('tradewind_transport_unstored_batches', 'Batches that were offered and are not stored yet.');
    into.gauge('tradewind_transport_unstored_batches', this.#publisher.open);
    into.describe('tradewind_transport_streams', 'Streams that were written to and are remembered.');
    into.gauge('tradewind_transport_streams', this.#publisher.streams);
    this.#consuming.collect(into);
  }

  remedies(): readonly Remedy[] {
    return [
      {
        name: 'reconnect',
        description: 'Leaves the connections to Redis for new ones; a client that was given stays as it is.',
        run: () => this.#connections.reconnect(),
      },
      {
        name: 'trim',
        description:
          'Removes from all streams what every group has settled, and what retention lets go; nothing that a group still needs, unless retention drops it.',
        run: () => this.#retention.free(),
      },
    ];
  }

  /** Once for all that come before it is open; again after it failed. */
  #open(): Promise<void> {
    this.#opening ??= this.#openOnce();
    return this.#opening;
  }

  async #openOnce(): Promise<void> {
    try {
      await this.#connections.open();
      this.#opened = true;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async #close(options: CloseOptions | undefined): Promise<void> {
    this.#closedAtMs = this.#settings.clock.now();
    this.#heartbeat?.stop();
    await Promise.all([
      this.#publisher.close(options),
      this.#consuming.close(options),
      this.#republisher.close(),
      this.#retention.stop(),
    ]);
    await this.#connections.close();
  }
}

function closedError(name: string): RedisTransportError {
  return new RedisTransportError('TRANSPORT_CLOSED', {
    message: `Expected an open transport, and ${name} is closed.`,
    hint: 'Make a new one with redisStreamTransport().',
    retryable: false,
    mayHaveBeenStored: false,
  });
}
