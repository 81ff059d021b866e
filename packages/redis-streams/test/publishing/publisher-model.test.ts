import { Priority, type OutgoingBatch } from '@tradewind/core-types';
import { ManualClock, seededRandom } from '@tradewind/core/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Keys } from '../../src/keys.ts';
import { createCounters, type Counters } from '../../src/observing/counters.ts';
import { resolveOptions } from '../../src/options-schema.ts';
import { Publisher } from '../../src/publishing/publisher.ts';
import { ModelServer, type Mishap } from './model-server.ts';

const KEYS = 3;
const MAX_ENTRY = 4;

/** Publishes batches as a client does: two at a time, and a failed one again, with all behind it, before anything new. */
async function publishAll(
  publisher: Publisher,
  clock: ManualClock,
  batches: readonly OutgoingBatch[],
): Promise<number> {
  let offers = 0;
  const waiting = [...batches];
  while (waiting.length > 0) {
    const offered = waiting.splice(0, 2);
    offers += offered.length;
    const answers = Promise.allSettled(offered.map((batch) => publisher.publish(batch)));
    let settled = false;
    void answers.then(() => {
      settled = true;
    });
    // Twice the time within which each has to settle.
    for (let i = 0; i < 400 && !settled; i += 1) await clock.advance(5);
    expect(settled).toBe(true);
    const failed = (await answers).flatMap((answer, i) => {
      if (answer.status === 'fulfilled') return [];
      expect(answer.reason).toMatchObject({ retryable: true });
      return [offered[i] as OutgoingBatch];
    });
    waiting.unshift(...failed);
    if (offers > batches.length * 50) throw new Error('it does not get on');
  }
  return offers;
}

function batchesOf(sizes: readonly number[]): readonly OutgoingBatch[] {
  let sequence = 0;
  return sizes.map((size, i) => ({
    priority: Priority.NORMAL,
    batchSequence: i + 1,
    messages: Array.from({ length: size }, () => {
      sequence += 1;
      const orderingKey = `key-${sequence % KEYS}`;
      return {
        topic: 'a.b',
        payload: sequence,
        priority: Priority.NORMAL,
        producer: 'p',
        sequence,
        publishedAtMs: 1,
        orderingKey,
      };
    }),
  }));
}

function publisherOver(
  mishaps: readonly Mishap[],
  seed: number,
): {
  readonly publisher: Publisher;
  readonly clock: ManualClock;
  readonly server: ModelServer;
  readonly counters: Counters;
} {
  const clock = new ManualClock();
  const random = seededRandom(seed);
  const left = [...mishaps];
  const server = new ModelServer({ clock, random, next: () => left.shift() ?? 'none' });
  const settings = resolveOptions({
    connection: 'redis://127.0.0.1',
    shards: 2,
    maxEntryMessages: MAX_ENTRY,
    publishTimeoutMs: 1_000,
    clock,
    random,
  });
  const keys = new Keys(settings.base, settings.shards);
  const counters = createCounters();
  const publisher = new Publisher({ connections: server.connections(), settings, keys, counters });
  return { publisher, clock, server, counters };
}

const sizes = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 12 });
const losses = fc.constantFrom<Mishap>('none', 'lost before', 'lost after', 'lost in the middle', 'full');

test('whatever a connection loses, each message is stored once, in the order of its key, and every publish settles', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.array(losses, { maxLength: 40 }), fc.nat(), async (counts, mishaps, seed) => {
      const { publisher, clock, server } = publisherOver(mishaps, seed);
      const batches = batchesOf(counts);
      await publishAll(publisher, clock, batches);
      const total = batches.flatMap(({ messages }) => messages).length;
      const stored = [...server.streams.values()] as number[][];
      expect(stored.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
      for (const stream of stored) {
        for (let key = 0; key < KEYS; key += 1) {
          const ofKey = stream.filter((n) => n % KEYS === key);
          expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
        }
      }
      expect(publisher.open).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('a server that forgets whom it knew loses nothing; what it may have twice is counted', async () => {
  const withForgetting = fc.oneof(losses, fc.constant<Mishap>('forgets'));
  await fc.assert(
    fc.asyncProperty(sizes, fc.array(withForgetting, { maxLength: 40 }), fc.nat(), async (counts, mishaps, seed) => {
      const { publisher, clock, server, counters } = publisherOver(mishaps, seed);
      const batches = batchesOf(counts);
      await publishAll(publisher, clock, batches);
      const total = batches.flatMap(({ messages }) => messages).length;
      const stored = [...server.streams.values()].flat() as number[];
      expect(new Set(stored).size).toBe(total);
      expect(stored.length - total).toBeLessThanOrEqual(counters.possibleDuplicates * MAX_ENTRY);
    }),
    { numRuns: 300 },
  );
});

test('after the server forgot, an entry whose answers are lost again and again is stored once', async () => {
  const { publisher, clock, server, counters } = publisherOver(
    ['none', 'forgets', 'lost after', 'lost after', 'lost after'],
    1,
  );
  const batches = batchesOf([1, 1, 1]);
  for (const batch of batches) await publishAll(publisher, clock, [batch]);
  const stored = [...server.streams.values()].flat() as number[];
  expect(stored.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  expect(counters.possibleDuplicates).toBe(0);
});

test('a first entry that the server had and forgot, and stored again with its answer lost, is counted', async () => {
  const { publisher, clock, server, counters } = publisherOver(
    ['full', 'lost after', 'forgets', 'lost in the middle'],
    0,
  );
  await publishAll(publisher, clock, batchesOf([1, 1, 1]));
  const stored = [...server.streams.values()].flat() as number[];
  expect(stored.toSorted((a, b) => a - b)).toEqual([1, 2, 2, 3]);
  expect(counters.possibleDuplicates).toBe(1);
});
