import { Priority, type OutgoingBatch, type Transport, type TransportMessage } from '@tradewind/core-types';
import { settledWithin } from '../waiting.ts';

/** A client that publishes as the contract asks for: it numbers its messages, and its batches by priority. */
export class Outbox {
  readonly transport: Transport;
  readonly #producer: string;
  readonly #withinMs: number;
  readonly #batches = new Map<Priority, number>();
  #sequence = 0;

  constructor(transport: Transport, producer: string, withinMs: number) {
    this.transport = transport;
    this.#producer = producer;
    this.#withinMs = withinMs;
  }

  /** A batch that has not been offered yet, of the priority of its first message. */
  batch(...messages: readonly Partial<TransportMessage>[]): OutgoingBatch {
    const priority = messages[0]?.priority ?? Priority.NORMAL;
    const batchSequence = (this.#batches.get(priority) ?? 0) + 1;
    this.#batches.set(priority, batchSequence);
    return { priority, batchSequence, messages: messages.map((message) => this.#message({ ...message, priority })) };
  }

  offer(batch: OutgoingBatch): Promise<void> {
    return settledWithin('publish', this.transport.publish(batch), this.#withinMs);
  }

  publish(...messages: readonly Partial<TransportMessage>[]): Promise<void> {
    return this.offer(this.batch(...messages));
  }

  /** Publishes the payloads `from`, `from + 1`, … in one batch. */
  publishNumbers(from: number, count: number, envelope: Partial<TransportMessage> = {}): Promise<void> {
    return this.publish(...Array.from({ length: count }, (_, i) => ({ ...envelope, payload: from + i })));
  }

  #message(message: Partial<TransportMessage>): TransportMessage {
    this.#sequence += 1;
    return {
      topic: 'conformance.topic',
      payload: this.#sequence,
      priority: Priority.NORMAL,
      producer: this.#producer,
      sequence: this.#sequence,
      publishedAtMs: Date.now(),
      ...message,
    };
  }
}
