import type { DeadLetterStore, HealthSource, MetricsSink, MetricsSource, Transport } from '@tradewind/core-types';
import { BrokerCore } from './broker-core.ts';
import { brokerSettings, type InMemoryBrokerOptions } from './broker-options.ts';
import { InMemoryTransport } from './in-memory-transport.ts';

/** What tells one connection to a broker from another. */
export interface InMemoryTransportOptions {
  /** In logs and health. Default `memory`. */
  readonly name?: string | undefined;
}

/**
 * Where the buses of one process meet: each client gets a transport of the broker, and messages pass from one to the other.
 *
 * ```ts
 * const broker = new InMemoryBroker();
 * const feed = new BufferedMessageBusClient({ paths: { main: broker.transport() } });
 * const desk = new BufferedMessageBusClient({ paths: { main: broker.transport() }, group: 'desk' });
 * ```
 *
 * It keeps the contract that a transport between processes keeps, except that nothing outlives the process:
 *
 * - Consumers of a group share the messages, and a key's messages are with one consumer at a time. Consumers without a group get everything.
 * - What failed and is to be redelivered, or was not settled before its consumer closed, comes again, before later messages of its key, with a higher
 *   `deliveryCount`; after `maxDeliveries` attempts, or when the consumer says so, it goes to {@link InMemoryBroker.deadLetters}. What a consumer
 *   *without* a group leaves unsettled when it closes is given up, and counted, since nobody else is meant to have it.
 * - Every group has a bounded backlog of each lane. A batch for which one of them has no room is refused as a whole with `TRANSPORT_FULL`, retryable:
 *   nothing is overwritten. A group goes on gathering while no consumer serves it; {@link InMemoryBroker.deleteGroup} ends it.
 * - A batch may be offered again at any time: it is known by its number. After a failure later batches of its lane are turned away until it comes again.
 * - The set of patterns of a group is the last one that a member registered; a member with another one gets nothing. What any member's set chooses is
 *   kept for the group, and waits until the sets agree.
 * - Payloads pass by reference. With a `codec` every consumer gets a copy, and what cannot be encoded is refused, as between processes.
 *
 * Cost: the benchmark `in-memory-transport` has the figures.
 */
export class InMemoryBroker implements MetricsSource {
  readonly #core: BrokerCore;

  /** @throws ValidationError `INVALID_OPTIONS` with every option that is out of its range. */
  constructor(options: InMemoryBrokerOptions = {}) {
    this.#core = new BrokerCore(brokerSettings(options));
  }

  /** What failed too often, of all groups. A retry publishes it again, to every group that wants it. */
  get deadLetters(): DeadLetterStore {
    return this.#core.deadLetters;
  }

  /** A connection for one client. */
  transport(options: InMemoryTransportOptions = {}): Transport & HealthSource {
    return new InMemoryTransport(this.#core, options.name ?? 'memory');
  }

  /** Ends a group that has no consumers, and gives up what waits for it (counted). False: there is no such group, or it has consumers. */
  deleteGroup(name: string): boolean {
    return this.#core.deleteGroup(name);
  }

  collect(into: MetricsSink): void {
    this.#core.collect(into);
  }
}
