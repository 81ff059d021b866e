import {
  ValidationError,
  showValue,
  type IncomingBatch,
  type Priority,
  type ReceivedMessage,
  type SettlementFailure,
} from '@tradewind/core-types';
import type { OpenEntry } from './open-entry.ts';

/** One handing-out of an entry, or of those of its messages that come again. */
export class EntryBatch implements IncomingBatch {
  readonly priority: Priority;
  readonly messages: readonly ReceivedMessage[];
  readonly entry: OpenEntry;
  /** The place of each message in its entry; undefined: they are all there, in order. */
  readonly #indexes: readonly number[] | undefined;
  /** 1 when the message was settled through this batch: only the first settlement counts. */
  readonly #settled: Uint8Array;
  #abort: AbortController | undefined = undefined;

  constructor(entry: OpenEntry, messages: readonly ReceivedMessage[], indexes: readonly number[] | undefined) {
    this.entry = entry;
    this.priority = entry.priority;
    this.messages = messages;
    this.#indexes = indexes;
    this.#settled = new Uint8Array(messages.length);
    entry.handedOut(this);
  }

  /** Aborted when the entry went to another consumer. Made when it is first read. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.entry.revoked) this.#abort.abort();
    return this.#abort.signal;
  }

  /** @throws ValidationError `INVALID_OPTIONS` for an index that the batch does not have. */
  settle(index: number, failure?: SettlementFailure): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.#settled.length) throw indexError(index, this);
    if (this.#settled[index] === 1) return;
    this.#settled[index] = 1;
    const place = this.#indexes === undefined ? index : (this.#indexes[index] as number);
    if (failure === undefined) this.entry.settle(place);
    else this.entry.failed(place, failure);
  }

  /** The places of its messages in their entry. */
  get places(): readonly number[] {
    return this.#indexes ?? this.messages.map((_, i) => i);
  }

  /** Everything that is still open has failed, and comes again. */
  settleRest(error: unknown): void {
    for (let i = 0; i < this.#settled.length; i += 1) this.settle(i, { error, next: 'redeliver' });
  }

  revoke(): void {
    this.#abort?.abort();
  }
}

/** The whole entry, or what is open of it, as one batch; undefined when nothing is open. */
export function batchOf(entry: OpenEntry): EntryBatch | undefined {
  if (entry.open === 0) return undefined;
  if (entry.open === entry.messages.length && entry.deliveries === 1)
    return new EntryBatch(entry, entry.messages, undefined);
  const indexes: number[] = [];
  for (let i = 0; i < entry.messages.length; i += 1) if (entry.isOpen(i)) indexes.push(i);
  return batchOfSome(entry, indexes);
}

/** Some messages of an entry as a batch, with their own delivery counts. */
export function batchOfSome(entry: OpenEntry, indexes: readonly number[]): EntryBatch {
  const messages = indexes.map((index): ReceivedMessage => {
    const message = entry.messages[index] as ReceivedMessage;
    const deliveryCount = entry.deliveriesOf(index);
    // A message that was handed out is immutable: its receiver may have kept it.
    return message.deliveryCount === deliveryCount ? message : { ...message, deliveryCount };
  });
  return new EntryBatch(entry, messages, indexes);
}

function indexError(index: number, batch: IncomingBatch): ValidationError {
  return new ValidationError('INVALID_OPTIONS', {
    path: 'index',
    expected: `an integer from 0 to ${batch.messages.length - 1}`,
    received: showValue(index),
    hint: 'Settle a message by its index in batch.messages.',
  });
}
