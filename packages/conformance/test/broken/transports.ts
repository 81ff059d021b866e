import { InMemoryBroker, jsonCodec } from '@tradewind/core';
import { Priority, type IncomingBatch, type Transport } from '@tradewind/core-types';
import type { TransportPlace } from '../../src/index.ts';
import { batchWith, changing, flawed, publishing, reversed } from './flawed-transport.ts';

let numbered = 1_000_000;

/** What is wrong, who is wrong in this way, and the rule that has to find it. */
export const BROKEN_TRANSPORTS: readonly {
  readonly flaw: string;
  readonly rule: string;
  readonly create: () => TransportPlace;
}[] = [
  {
    flaw: 'states other capabilities than it was declared with',
    rule: 'states-capabilities',
    create: () => {
      const broker = new InMemoryBroker();
      return {
        connect: () =>
          Object.assign(broker.transport(), { capabilities: { ...broker.transport().capabilities, durable: true } }),
      };
    },
  },
  {
    flaw: 'loses headers',
    rule: 'brings-the-whole-envelope',
    create: flawed(publishing((message) => ({ ...message, headers: undefined }))),
  },
  {
    flaw: 'rounds times to whole milliseconds',
    rule: 'brings-the-whole-envelope',
    create: flawed(publishing((message) => ({ ...message, publishedAtMs: Math.floor(message.publishedAtMs) }))),
  },
  {
    flaw: 'fills in an ordering key',
    rule: 'leaves-out-what-is-absent',
    create: flawed(publishing((message) => ({ ...message, orderingKey: message.orderingKey ?? message.topic }))),
  },
  {
    flaw: 'brings everything, whatever the patterns',
    rule: 'chooses-by-pattern',
    create: flawed({ consume: (inner, options, receiver) => inner.consume({ ...options, patterns: ['*'] }, receiver) }),
  },
  {
    flaw: 'reads * as exactly one segment',
    rule: 'chooses-by-pattern',
    create: flawed({
      consume: (inner, options, receiver) =>
        inner.consume(
          { ...options, patterns: options.patterns.map((pattern) => pattern.replace('.*', '.+')) },
          receiver,
        ),
    }),
  },
  {
    flaw: 'gives all batches the lane NORMAL',
    rule: 'keeps-lanes-apart',
    create: flawed(changing((batch) => ({ ...batchWith(batch, batch.messages), priority: Priority.NORMAL }))),
  },
  { flaw: 'turns batches around', rule: 'keeps-order-per-key', create: flawed(changing(reversed)) },
  {
    flaw: 'lets batches in flight overtake each other',
    rule: 'keeps-order-of-batches-in-flight',
    create: flawed({
      publish: async (inner, batch) => {
        const delayMs = batch.batchSequence % 3 === 0 ? 8 : 1;
        await new Promise((resolve) => {
          setTimeout(resolve, delayMs);
        });
        numbered += 1;
        await inner.publish({ ...batch, batchSequence: numbered });
      },
    }),
  },
  {
    flaw: 'stores batches that come behind a failed one',
    rule: 'keeps-order-after-a-failure',
    create: () => {
      const place = flawed({})();
      const failing = new Set<unknown>();
      return {
        ...place,
        connect: async () => {
          const inner = await place.connect();
          const transport: Transport = {
            name: inner.name,
            capabilities: inner.capabilities,
            publish: async (batch) => {
              numbered += 1;
              if (!failing.delete(transport)) return inner.publish({ ...batch, batchSequence: numbered });
              throw Object.assign(new Error('away'), {
                code: 'TRANSPORT_UNAVAILABLE',
                retryable: true,
                mayHaveBeenStored: false,
              });
            },
            consume: (options, receiver) => inner.consume(options, receiver),
            close: (options) => inner.close(options),
          };
          return transport;
        },
        failNextPublish: (transport) => void failing.add(transport),
      };
    },
  },
  {
    flaw: 'treats all consumers as one group',
    rule: 'brings-everything-to-everybody',
    create: flawed({ consume: (inner, options, receiver) => inner.consume({ group: 'one', ...options }, receiver) }),
  },
  {
    flaw: 'begins with the oldest, always',
    rule: 'starts-from-now',
    create: flawed({ consume: (inner, options, receiver) => inner.consume({ ...options, from: 'oldest' }, receiver) }),
  },
  {
    flaw: 'begins with now, always',
    rule: 'starts-from-oldest',
    create: flawed({ consume: (inner, options, receiver) => inner.consume({ ...options, from: 'now' }, receiver) }),
  },
  {
    flaw: 'does not wait for the receiver',
    rule: 'waits-for-the-receiver',
    create: flawed({
      consume: (inner, options, receiver) =>
        inner.consume(options, {
          onBatch: async (batch) => {
            receiver.onBatch(batch).catch(() => undefined);
          },
        }),
    }),
  },
  {
    flaw: 'resolves setPatterns without doing it',
    rule: 'changes-patterns',
    create: flawed({
      consume: async (inner, options, receiver) => {
        const consumer = await inner.consume(options, receiver);
        return { setPatterns: () => Promise.resolve(), close: (closeOptions) => consumer.close(closeOptions) };
      },
    }),
  },
  {
    flaw: 'stores a batch as often as it is offered',
    rule: 'stores-a-batch-once',
    create: flawed({
      publish: (inner, batch) => {
        numbered += 1;
        return inner.publish({ ...batch, batchSequence: numbered });
      },
    }),
  },
  {
    flaw: 'says that each delivery is the first',
    rule: 'redelivers-what-failed',
    create: flawed(
      changing((batch) =>
        batchWith(
          batch,
          batch.messages.map((message) => ({ ...message, deliveryCount: 1 })),
        ),
      ),
    ),
  },
  {
    flaw: 'takes every settlement for an acknowledgement',
    rule: 'redelivers-what-failed',
    create: flawed(
      changing((batch) => ({ ...batchWith(batch, batch.messages), settle: (index) => batch.settle(index) })),
    ),
  },
  {
    flaw: 'settles whole batches',
    rule: 'settles-each-message-alone',
    create: flawed(
      changing((batch) => ({
        ...batchWith(batch, batch.messages),
        settle: (_, failure) =>
          batch.messages.forEach((__, i) => (failure === undefined ? batch.settle(i) : batch.settle(i, failure))),
      })),
    ),
  },
  {
    flaw: 'acknowledges as soon as it has brought a batch',
    rule: 'gives-back-what-was-not-settled',
    create: flawed({
      consume: (inner, options, receiver) =>
        inner.consume(options, {
          onBatch: async (batch) => {
            await receiver.onBatch(batch);
            batch.messages.forEach((_, i) => batch.settle(i));
          },
        }),
    }),
  },
  {
    flaw: 'loses a batch whose receiver rejects',
    rule: 'survives-a-rejecting-receiver',
    create: flawed({
      consume: (inner, options, receiver) =>
        inner.consume(options, {
          onBatch: (batch) => receiver.onBatch(batch).catch(() => batch.messages.forEach((_, i) => batch.settle(i))),
        }),
    }),
  },
  {
    flaw: 'redelivers what ought to be put aside',
    rule: 'puts-aside-with-its-cause',
    create: flawed(
      changing((batch) => ({
        ...batchWith(batch, batch.messages),
        settle: (index, failure) =>
          failure === undefined ? batch.settle(index) : batch.settle(index, { ...failure, next: 'redeliver' }),
      })),
    ),
  },
  {
    flaw: 'forgets why a message was put aside',
    rule: 'puts-aside-with-its-cause',
    create: flawed(
      changing((batch) => ({
        ...batchWith(batch, batch.messages),
        settle: (index, failure) =>
          failure === undefined ? batch.settle(index) : batch.settle(index, { error: 'failed', next: failure.next }),
      })),
    ),
  },
  {
    flaw: 'ignores the query for dead letters',
    rule: 'finds-dead-letters',
    create: flawed({
      deadLetters: ({ deadLetters }) => ({
        list: () => deadLetters.list(),
        retry: (ids) => deadLetters.retry(ids),
        purge: (ids) => deadLetters.purge(ids),
      }),
    }),
  },
  {
    flaw: 'says that it retried, and only removes',
    rule: 'retries-and-purges-dead-letters',
    create: flawed({
      deadLetters: ({ deadLetters }) => ({
        list: (query) => deadLetters.list(query),
        retry: async (ids) => {
          await deadLetters.purge(ids);
          return {
            retried: ids.filter((id) => id !== 'no such id'),
            unknown: ids.filter((id) => id === 'no such id'),
            failed: [],
          };
        },
        purge: (ids) => deadLetters.purge(ids),
      }),
    }),
  },
  {
    flaw: 'gives every consumer of a group everything',
    rule: 'shares-within-a-group',
    create: flawed({
      consume: (inner, options, receiver) =>
        inner.consume({ ...options, group: `${options.group ?? 'none'} ${options.consumer}` }, receiver),
    }),
  },
  {
    flaw: 'forgets a group when its last consumer leaves',
    rule: 'keeps-the-position-of-a-group',
    create: flawed({
      consume: (inner, options, receiver) => inner.consume({ ...options, group: undefined }, receiver),
    }),
  },
  {
    flaw: 'gives a key to whoever is free',
    rule: 'keeps-a-key-with-one-consumer',
    create: flawed({
      consume: (inner, options, receiver) =>
        inner.consume(options, {
          ...receiver,
          onBatch: (batch) =>
            receiver.onBatch(
              batchWith(
                batch,
                batch.messages.map((message) => ({ ...message, orderingKey: message.orderingKey?.replace(/#.*/, '') })),
              ),
            ),
        }),
      ...publishing((message) => ({ ...message, orderingKey: `${message.orderingKey ?? ''}#${message.sequence}` })),
    }),
  },
  {
    flaw: 'brings messages to a consumer whose set of patterns is not that of its group',
    rule: 'serves-the-last-set-of-patterns',
    create: flawed({
      consume: (inner, options, receiver) =>
        inner.consume(options.patterns.includes('a') ? { ...options, patterns: ['a'] } : options, receiver),
    }),
  },
  {
    flaw: 'goes on bringing messages to a closed consumer',
    rule: 'stops-a-closed-consumer',
    create: flawed({
      consume: async (inner, options, receiver) => {
        const consumer = await inner.consume(options, receiver);
        return { setPatterns: (patterns) => consumer.setPatterns(patterns), close: () => Promise.resolve() };
      },
    }),
  },
  {
    flaw: 'does not wait for open settlements',
    rule: 'waits-for-open-settlements',
    create: flawed({
      consume: async (inner, options, receiver) => {
        const consumer = await inner.consume(options, receiver);
        return {
          setPatterns: (patterns) => consumer.setPatterns(patterns),
          close: () => consumer.close({ deadlineMs: 0 }),
        };
      },
    }),
  },
  {
    flaw: 'ignores the deadline of close',
    rule: 'keeps-the-deadline-of-close',
    create: flawed({
      consume: async (inner, options, receiver) => {
        const consumer = await inner.consume(options, receiver);
        return {
          setPatterns: (patterns) => consumer.setPatterns(patterns),
          close: (closeOptions) => consumer.close({ deadlineMs: (closeOptions?.deadlineMs ?? 0) === 0 ? 0 : 600_000 }),
        };
      },
    }),
  },
  {
    flaw: 'takes batches after close and forgets them',
    rule: 'refuses-when-closed',
    create: flawed({
      publish: (inner, batch) => inner.publish(batch).catch(() => undefined),
    }),
  },
  {
    flaw: 'closes anew each time',
    rule: 'closes-once',
    create: flawed({ close: async (inner) => inner.close({ deadlineMs: 0 }) }),
  },
  {
    flaw: 'sends payloads through a codec that loses bytes',
    rule: 'brings-the-whole-envelope',
    create: flawed({
      settings: {
        codec: {
          ...jsonCodec,
          decode: (bytes) =>
            Object.fromEntries(Object.entries(jsonCodec.decode(bytes) as object).filter(([, value]) => value !== null)),
        },
      },
    }),
  },
  {
    flaw: 'lets the last settlement count',
    rule: 'counts-the-first-settlement',
    create: flawed(
      changing((batch) => {
        const last = new Map<number, Parameters<IncomingBatch['settle']>[1]>();
        return {
          ...batchWith(batch, batch.messages),
          settle: (index, failure) => {
            if (last.size === 0) setTimeout(() => last.forEach((latest, each) => batch.settle(each, latest)), 5);
            last.set(index, failure);
          },
        };
      }),
    ),
  },
  {
    flaw: 'says that a consumer is closed while it still takes settlements',
    rule: 'ignores-late-settlements',
    create: flawed({
      consume: async (inner, options, receiver) => {
        const consumer = await inner.consume(options, receiver);
        return {
          setPatterns: (patterns) => consumer.setPatterns(patterns),
          close: async () => void consumer.close({ deadlineMs: 30 }),
        };
      },
    }),
  },
  {
    flaw: 'redelivers behind what came later',
    rule: 'keeps-order-through-redelivery',
    create: flawed(
      changing((batch) => (batch.messages.some(({ deliveryCount }) => deliveryCount > 1) ? reversed(batch) : batch)),
    ),
  },
];
