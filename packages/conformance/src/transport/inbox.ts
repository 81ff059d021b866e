import assert from 'node:assert/strict';
import type {
  BatchReceiver,
  Consumer,
  IncomingBatch,
  Loss,
  ReceivedMessage,
  SettlementFailure,
} from '@tradewind/core-types';

/** What a consumer of the rules does with the batches that it is brought. */
export interface InboxOptions {
  /** What happens to a batch at once: it is acknowledged, or left unsettled. Default: left. */
  readonly settle?: 'acknowledge' | 'nothing' | undefined;
  /** Called with each batch before it counts as received; what it rejects with, `onBatch` rejects with. */
  readonly onBatch?: ((batch: IncomingBatch) => Promise<void>) | undefined;
}

/** What one consumer got. */
export class Inbox implements BatchReceiver {
  readonly batches: IncomingBatch[] = [];
  readonly losses: Loss[] = [];
  readonly #options: InboxOptions;
  #consumer: Consumer | undefined;
  #settled = 0;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  get consumer(): Consumer {
    assert.ok(this.#consumer !== undefined, 'the inbox is open');
    return this.#consumer;
  }

  get messages(): readonly ReceivedMessage[] {
    return this.batches.flatMap((batch) => batch.messages);
  }

  get payloads(): readonly unknown[] {
    return this.messages.map(({ payload }) => payload);
  }

  /** Payloads of messages that were brought for the first time. */
  get firsts(): readonly unknown[] {
    return this.messages.filter(({ deliveryCount }) => deliveryCount === 1).map(({ payload }) => payload);
  }

  async opened(consumer: Promise<Consumer>): Promise<void> {
    this.#consumer = await consumer;
  }

  async onBatch(batch: IncomingBatch): Promise<void> {
    this.batches.push(batch);
    await this.#options.onBatch?.(batch);
    if (this.#options.settle === 'acknowledge') this.settleAll();
  }

  onLoss(loss: Loss): void {
    this.losses.push(loss);
  }

  /** Settles every message of the batches that it has not yet settled. */
  settleAll(failure?: SettlementFailure): void {
    for (; this.#settled < this.batches.length; this.#settled += 1) {
      const batch = this.batches[this.#settled];
      batch?.messages.forEach((_, i) => (failure === undefined ? batch.settle(i) : batch.settle(i, failure)));
    }
  }
}
