import { Priority, jsonCodec, type Message } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { InMemoryBroker } from '../../src/transport/in-memory-broker.ts';

const text = fc.string({ minLength: 1, maxLength: 40 });

const envelopes = fc.record({
  payload: fc.oneof(text, fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.array(text)),
  options: fc.record(
    {
      priority: fc.constantFrom(Priority.CRITICAL, Priority.HIGH, Priority.NORMAL, Priority.LOW),
      orderingKey: text,
      correlationId: text,
      expiresAtMs: fc.double({ min: 1e9, max: 1e15, noNaN: true }),
      headers: fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        text,
        { maxKeys: 4, noNullPrototype: true },
      ),
    },
    { requiredKeys: [] },
  ),
});

test('everything of a message that was given comes out at another client, whatever it was', async () => {
  const clock = new ManualClock({ startMs: 1_000 });
  const broker = new InMemoryBroker({ clock, codec: jsonCodec });
  const feed = new BufferedMessageBusClient({ name: 'feed', clock, paths: { main: broker.transport() } });
  const desk = new BufferedMessageBusClient({ name: 'desk', clock, paths: { main: broker.transport() } });
  const received: Message[] = [];
  desk.subscribe('*', (payload, meta) => received.push({ payload, meta }));
  await clock.settle();

  await fc.assert(
    fc.asyncProperty(envelopes, async ({ payload, options }) => {
      received.length = 0;
      const publishedAtMs = clock.now();
      expect(feed.publish('data.envelope', payload, options)).toBe(true);
      await clock.settle();
      const [message] = received;
      expect(received).toHaveLength(1);
      expect(message?.payload).toEqual(payload);
      expect(message?.meta).toMatchObject({
        topic: 'data.envelope',
        priority: options.priority ?? Priority.NORMAL,
        producer: feed.producer,
        publishedAtMs,
        deliveryCount: 1,
      });
      expect(message?.meta.orderingKey).toBe(options.orderingKey);
      expect(message?.meta.correlationId).toBe(options.correlationId);
      expect(message?.meta.expiresAtMs).toBe(options.expiresAtMs);
      expect(message?.meta.headers ?? {}).toEqual(options.headers ?? {});
    }),
    { numRuns: 500, seed: 20_261 },
  );
  const closing = Promise.all([feed.close(), desk.close()]);
  await clock.settle();
  await closing;
});
