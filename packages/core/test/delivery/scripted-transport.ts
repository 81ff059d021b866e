import type {
  BatchReceiver,
  ConsumeOptions,
  Consumer,
  IncomingBatch,
  Loss,
  OutgoingBatch,
  Priority,
  ReceivedMessage,
  SettlementFailure,
  Transport,
  TransportCapabilities,
} from '@tradewind/core-types';

/** What a client said about one message. */
export interface Settlement {
  readonly sequence: number;
  readonly failure: SettlementFailure | undefined;
}

/**
 * A transport that brings what the test hands it, and keeps what the client says about it: to look at acknowledgements one by one.
 * It stores nothing, and has no groups.
 */
export class ScriptedTransport implements Transport {
  readonly name = 'scripted';
  readonly capabilities: TransportCapabilities;
  readonly settlements: Settlement[] = [];
  readonly batches: OutgoingBatch[] = [];
  readonly consumptions: ConsumeOptions[] = [];
  readonly patterns: (readonly string[])[] = [];
  #receiver: BatchReceiver | undefined = undefined;
  #sequence = 0;

  constructor(capabilities: Partial<TransportCapabilities> = {}) {
    this.capabilities = {
      durable: true,
      groups: true,
      redelivery: true,
      orderPerKey: true,
      deadLetters: true,
      deduplicationMs: Infinity,
      ...capabilities,
    };
  }

  async publish(batch: OutgoingBatch): Promise<void> {
    this.batches.push(batch);
  }

  async consume(options: ConsumeOptions, receiver: BatchReceiver): Promise<Consumer> {
    this.consumptions.push(options);
    this.patterns.push(options.patterns);
    this.#receiver = receiver;
    return {
      setPatterns: async (patterns) => {
        this.patterns.push(patterns);
      },
      close: async () => undefined,
    };
  }

  async close(): Promise<void> {
    this.#receiver = undefined;
  }

  /** Brings one batch; resolves when the client has room for the next one. Sequences count from 1 over all batches. */
  bring(
    messages: readonly (Partial<ReceivedMessage> & { readonly payload: unknown })[],
    signal?: AbortSignal,
  ): Promise<void> {
    const receiver = this.#receiver;
    if (receiver === undefined) throw new Error('Expected a consumption, and the client has not asked for one.');
    const priority: Priority = messages[0]?.priority ?? 2;
    const received = messages.map((message): ReceivedMessage => {
      this.#sequence += 1;
      return {
        topic: 'a',
        priority,
        producer: 'remote',
        sequence: this.#sequence,
        publishedAtMs: 0,
        deliveryCount: 1,
        ...message,
      };
    });
    const batch: IncomingBatch = {
      priority,
      messages: received,
      signal,
      settle: (index, failure) => {
        this.settlements.push({ sequence: received[index]?.sequence ?? Number.NaN, failure });
      },
    };
    return receiver.onBatch(batch);
  }

  /** Says that messages will never come. */
  lose(loss: Loss): void {
    this.#receiver?.onLoss?.(loss);
  }

  /** The sequences that were acknowledged, in that order. */
  get acknowledged(): readonly number[] {
    return this.settlements.filter(({ failure }) => failure === undefined).map(({ sequence }) => sequence);
  }

  /** What was not acknowledged, as far as the client has said so. */
  get failures(): readonly Settlement[] {
    return this.settlements.filter(({ failure }) => failure !== undefined);
  }
}
