import {
  Priority,
  type ConsumeOptions,
  type IncomingBatch,
  type Loss,
  type OutgoingBatch,
  type SettlementFailure,
  type Transport,
  type TransportMessage,
} from '@tradewind/core-types';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import type { InMemoryBrokerOptions } from '../../src/transport/broker-options.ts';
import { InMemoryBroker } from '../../src/transport/in-memory-broker.ts';
import { recordingLogger } from '../routing/routing-fixture.ts';

export function brokerOf(options: InMemoryBrokerOptions = {}) {
  const clock = new ManualClock({ startMs: 1_000 });
  const logger = recordingLogger();
  const broker = new InMemoryBroker({ clock, logger, ...options });
  return { broker, clock, logger, transport: broker.transport() };
}

let sequence = 0;
let batchSequence = 0;

function message(overrides: Partial<TransportMessage> = {}): TransportMessage {
  sequence += 1;
  return {
    topic: 'a',
    payload: sequence,
    priority: Priority.NORMAL,
    producer: 'feed',
    sequence,
    publishedAtMs: 1_000,
    ...overrides,
  };
}

export function batchOf(...messages: readonly Partial<TransportMessage>[]): OutgoingBatch {
  const priority = messages[0]?.priority ?? Priority.NORMAL;
  batchSequence += 1;
  return { priority, batchSequence, messages: messages.map((overrides) => message({ priority, ...overrides })) };
}

/** `count` messages with the payloads 0, 1, … */
export function numbered(count: number, overrides: Partial<TransportMessage> = {}): OutgoingBatch {
  return batchOf(...Array.from({ length: count }, (_, payload) => ({ payload, ...overrides })));
}

/** What a consumer got. It takes every batch at once and settles nothing by itself, unless `settle` says so. */
export async function consume(
  transport: Transport,
  options: Partial<ConsumeOptions> = {},
  settle: 'acknowledge' | 'nothing' = 'nothing',
) {
  const batches: IncomingBatch[] = [];
  const losses: Loss[] = [];
  let settledBatches = 0;
  const settleAll = (failure?: SettlementFailure): void => {
    for (; settledBatches < batches.length; settledBatches += 1) {
      const batch = batches[settledBatches];
      batch?.messages.forEach((_, i) => batch.settle(i, failure));
    }
  };
  const consumer = await transport.consume(
    { consumer: 'c1', patterns: ['*'], from: 'now', ...options },
    {
      onBatch: async (batch) => {
        batches.push(batch);
        if (settle === 'acknowledge') settleAll();
      },
      onLoss: (loss) => losses.push(loss),
    },
  );
  const messages = () => batches.flatMap((batch) => batch.messages);
  return {
    consumer,
    batches,
    losses,
    messages,
    payloads: () => messages().map(({ payload }) => payload),
    counts: () => messages().map(({ deliveryCount }) => deliveryCount),
    acknowledge: () => settleAll(),
    fail: (error: unknown = new Error('failed')) => settleAll({ error, next: 'redeliver' }),
    putAside: (error: unknown = new Error('failed')) => settleAll({ error, next: 'deadLetter' }),
  };
}
