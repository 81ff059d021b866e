import type {
  BatchReceiver,
  CloseOptions,
  ConsumeOptions,
  Consumer,
  Health,
  HealthSource,
  OutgoingBatch,
  Transport,
  TransportCapabilities,
} from '@tradewind/core-types';
import type { BrokerCore } from './broker-core.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import type { GroupConsumer } from './group-consumer.ts';
import { PublishOrder } from './publish-order.ts';
import { TransportFailure } from './transport-failure.ts';

/** One client's connection to a broker. */
export class InMemoryTransport implements Transport, HealthSource {
  readonly name: string;
  readonly capabilities: TransportCapabilities = {
    durable: false,
    groups: true,
    redelivery: true,
    orderPerKey: true,
    deadLetters: true,
    deduplicationMs: Infinity,
  };
  readonly #core: BrokerCore;
  readonly #order = new PublishOrder();
  readonly #consumers = new Map<GroupConsumer, ConsumerGroup>();
  readonly #openedMs: number;
  #closedMs = 0;
  #closing: Promise<void> | undefined;

  constructor(core: BrokerCore, name: string) {
    this.#core = core;
    this.name = name;
    this.#openedMs = core.settings.clock.now();
  }

  async publish(batch: OutgoingBatch): Promise<void> {
    this.#refuseWhenClosed();
    if (!this.#order.admits(batch)) return;
    try {
      this.#core.store(batch);
    } catch (error) {
      // With some messages rejected for good, the others are stored.
      if (error instanceof TransportFailure && error.rejected !== undefined) this.#order.stored(batch);
      else this.#order.failed(batch, error);
      throw error;
    }
    this.#order.stored(batch);
  }

  async consume(options: ConsumeOptions, receiver: BatchReceiver): Promise<Consumer> {
    this.#refuseWhenClosed();
    const [consumer, group] = this.#core.join(options, receiver, this.name);
    this.#consumers.set(consumer, group);
    return {
      setPatterns: async (patterns) => {
        if (consumer.open) this.#core.setPatterns(consumer, group, patterns);
      },
      close: async (closeOptions) => {
        await consumer.close(closeOptions);
        this.#consumers.delete(consumer);
      },
    };
  }

  close(options?: CloseOptions): Promise<void> {
    if (this.#closing === undefined) {
      this.#closedMs = this.#core.settings.clock.now();
      this.#closing = Promise.all([...this.#consumers.keys()].map((consumer) => consumer.close(options))).then(
        () => undefined,
      );
    }
    return this.#closing;
  }

  /** Down when closed; degraded while one of its consumers gets nothing, because its patterns are not those of its group. */
  health(): Health {
    if (this.#closing !== undefined) return { status: 'down', reason: 'closed', sinceMs: this.#closedMs };
    for (const [consumer, group] of this.#consumers) {
      const sinceMs = this.#core.agreement.differsSinceMs(group);
      if (sinceMs === undefined || group.agrees(consumer)) continue;
      const reason = `${consumer.name} gets nothing: its patterns are not those of the group ${group.name}`;
      return { status: 'degraded', reason, sinceMs };
    }
    return { status: 'up', reason: '', sinceMs: this.#openedMs };
  }

  #refuseWhenClosed(): void {
    if (this.#closing === undefined) return;
    throw new TransportFailure('TRANSPORT_CLOSED', {
      message: `Expected an open transport, and ${this.name} is closed.`,
      hint: 'Make a new one with broker.transport().',
      retryable: false,
      mayHaveBeenStored: false,
    });
  }
}
