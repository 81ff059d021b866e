import {
  ValidationError,
  showValue,
  type IncomingBatch,
  type Priority,
  type ReceivedMessage,
  type SettlementFailure,
} from '@tradewind/core-types';
import type { Delivery } from './delivery.ts';

/** Told what became of a delivery. Called at most once for each. */
export type OnSettled = (delivery: Delivery, failure: SettlementFailure | undefined) => void;

/** A batch on its way to a consumer. */
export class InMemoryBatch implements IncomingBatch {
  readonly priority: Priority;
  readonly messages: readonly ReceivedMessage[];
  readonly #open: (Delivery | undefined)[];
  readonly #onSettled: OnSettled;
  #openCount: number;
  #revoked = false;
  #abort: AbortController | undefined;

  constructor(deliveries: readonly Delivery[], messages: readonly ReceivedMessage[], onSettled: OnSettled) {
    this.messages = messages;
    this.priority = messages[0]?.priority ?? 0;
    this.#open = [...deliveries];
    this.#openCount = deliveries.length;
    this.#onSettled = onSettled;
  }

  /** Aborted when what is unsettled was given to others. Made when it is first read. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#revoked) this.#abort.abort();
    return this.#abort.signal;
  }

  /** Whether everything is settled. */
  get done(): boolean {
    return this.#openCount === 0;
  }

  /**
   * Only the first settlement of a message counts.
   *
   * @throws ValidationError `INVALID_OPTIONS` for an index that the batch does not have.
   */
  settle(index: number, failure?: SettlementFailure): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.#open.length) {
      throw new ValidationError('INVALID_OPTIONS', {
        path: 'index',
        expected: `an integer from 0 to ${this.#open.length - 1}`,
        received: showValue(index),
        hint: 'Settle a message by its index in batch.messages.',
      });
    }
    const delivery = this.#open[index];
    if (delivery === undefined || this.#revoked) return;
    this.#open[index] = undefined;
    this.#openCount -= 1;
    this.#onSettled(delivery, failure);
  }

  /** Everything that is still open has failed, and comes again. */
  settleRest(error: unknown): void {
    for (let i = 0; i < this.#open.length; i += 1) this.settle(i, { error, next: 'redeliver' });
  }

  /** Takes back what is still open: from now on it is somebody else's. */
  revoke(): readonly Delivery[] {
    this.#revoked = true;
    this.#abort?.abort();
    return this.#open.filter((delivery) => delivery !== undefined);
  }
}
