import { InMemoryBroker } from '@tradewind/core';
import type {
  BatchReceiver,
  ConsumeOptions,
  Consumer,
  IncomingBatch,
  OutgoingBatch,
  ReceivedMessage,
  Transport,
  TransportMessage,
} from '@tradewind/core-types';
import type { TransportPlace } from '../../src/index.ts';

/** What a flaw does to the calls of a transport that works; what is left out passes. */
export interface Flaw {
  readonly publish?: (inner: Transport, batch: OutgoingBatch) => Promise<void>;
  readonly consume?: (inner: Transport, options: ConsumeOptions, receiver: BatchReceiver) => Promise<Consumer>;
  readonly close?: (inner: Transport) => Promise<void>;
  readonly settings?: ConstructorParameters<typeof InMemoryBroker>[0];
  readonly deadLetters?: (broker: InMemoryBroker) => TransportPlace['deadLetters'];
}

/** A place of transports that have a flaw. */
export function flawed({ publish, consume, close, settings, deadLetters }: Flaw): () => TransportPlace {
  return () => {
    const broker = new InMemoryBroker({ redeliveryDelayMs: 5, ...settings });
    return {
      deadLetters: deadLetters === undefined ? broker.deadLetters : deadLetters(broker),
      connect: () => {
        const inner = broker.transport();
        return {
          name: inner.name,
          capabilities: inner.capabilities,
          publish: (batch) => (publish === undefined ? inner.publish(batch) : publish(inner, batch)),
          consume: (options, receiver) =>
            consume === undefined ? inner.consume(options, receiver) : consume(inner, options, receiver),
          close: (options) => (close === undefined ? inner.close(options) : close(inner)),
        };
      },
    };
  };
}

/** A batch with other messages; it settles those of the batch that it stands for. */
export function batchWith(batch: IncomingBatch, messages: readonly ReceivedMessage[]): IncomingBatch {
  return {
    priority: batch.priority,
    messages,
    signal: batch.signal,
    settle: (index, failure) => {
      const message = messages[index];
      const original = batch.messages.findIndex(
        ({ producer, sequence }) => producer === message?.producer && sequence === message.sequence,
      );
      if (failure === undefined) batch.settle(original);
      else batch.settle(original, failure);
    },
  };
}

/** A receiver that sees batches changed. */
export function changing(change: (batch: IncomingBatch) => IncomingBatch): Pick<Flaw, 'consume'> {
  return {
    consume: (inner, options, receiver) =>
      inner.consume(options, { ...receiver, onBatch: (batch) => receiver.onBatch(change(batch)) }),
  };
}

/** Messages as they are published, changed. */
export function publishing(change: (message: TransportMessage) => TransportMessage): Pick<Flaw, 'publish'> {
  return { publish: (inner, batch) => inner.publish({ ...batch, messages: batch.messages.map(change) }) };
}

export function reversed(batch: IncomingBatch): IncomingBatch {
  return batchWith(batch, batch.messages.toReversed());
}
