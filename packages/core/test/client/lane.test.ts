import { Priority } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fifo } from '../../src/client/delivering/fifo.ts';
import { Lane } from '../../src/client/lanes/lane.ts';
import { LaneEntry, MessageExtras } from '../../src/client/lanes/lane-entry.ts';
import { OrderingKey } from '../../src/client/delivering/ordering-keys.ts';
import type { Runnable } from '../../src/client/lanes/runnable.ts';
import { SEGMENT_SLOTS } from '../../src/client/lanes/segment.ts';
import { SegmentPool } from '../../src/client/lanes/segment-ring.ts';
import { TopicRecord } from '../../src/client/publishing/topic-record.ts';

interface Queued {
  readonly payload: unknown;
  readonly topic: TopicRecord;
  readonly publishedAtMs: number;
  readonly sequence: number;
  readonly expiresAtMs: number;
  readonly key: OrderingKey | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

const TOPICS = ['a', 'b.c', 'd'].map((topic, i) => new TopicRecord(topic, i + 1, undefined));
const KEYS = ['k1', 'k2'].map((text) => new OrderingKey(text));

function makeLane(pool: SegmentPool = new SegmentPool()): Lane {
  return new Lane({
    priority: Priority.NORMAL,
    path: undefined,
    capacity: 1_000_000,
    pool,
    ready: new Fifo<Runnable>(),
  });
}

function fill(entry: LaneEntry, queued: Queued): LaneEntry {
  entry.payload = queued.payload;
  entry.topic = queued.topic;
  entry.publishedAtMs = queued.publishedAtMs;
  entry.sequence = queued.sequence;
  entry.expiresAtMs = queued.expiresAtMs;
  entry.key = queued.key;
  entry.extras = undefined;
  if (queued.headers !== undefined) {
    entry.extras = new MessageExtras();
    entry.extras.headers = queued.headers;
  }
  return entry;
}

function shown({ payload, topic, publishedAtMs, sequence, expiresAtMs, key, extras }: LaneEntry): unknown {
  return {
    payload,
    topic: topic?.topic,
    publishedAtMs,
    sequence,
    expiresAtMs,
    key: key?.text,
    headers: extras?.headers,
  };
}

function expected({ payload, topic, publishedAtMs, sequence, expiresAtMs, key, headers }: Queued): unknown {
  return { payload, topic: topic.topic, publishedAtMs, sequence, expiresAtMs, key: key?.text, headers };
}

const queuedArbitrary: fc.Arbitrary<Queued> = fc.record({
  payload: fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constant(undefined), fc.constant({ deep: true })),
  topic: fc.constantFrom(...TOPICS),
  publishedAtMs: fc.double({ min: 0, max: 2e12, noNaN: true }),
  // Far apart and in both directions: offsets that do not fit are kept elsewhere.
  sequence: fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  expiresAtMs: fc.oneof(fc.constant(Infinity), fc.double({ min: 0, max: 2e12, noNaN: true })),
  key: fc.constantFrom(undefined, ...KEYS),
  headers: fc.constantFrom(undefined, { traceparent: 'x' }),
});

type Step =
  | { readonly kind: 'push'; readonly queued: Queued; readonly times: number }
  | { readonly kind: 'take'; readonly times: number }
  | { readonly kind: 'replace'; readonly at: number; readonly queued: Queued };

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('push' as const),
    queued: queuedArbitrary,
    times: fc.constantFrom(1, 7, SEGMENT_SLOTS - 1, SEGMENT_SLOTS),
  }),
  fc.record({ kind: fc.constant('take' as const), times: fc.constantFrom(1, 5, SEGMENT_SLOTS, 3 * SEGMENT_SLOTS) }),
  fc.record({ kind: fc.constant('replace' as const), at: fc.nat(10_000), queued: queuedArbitrary }),
);

describe('Lane', () => {
  test('behaves as an array of messages under random interleavings', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 30 }), (steps) => {
        const lane = makeLane();
        const model: Queued[] = [];
        const entry = new LaneEntry();
        let pushed = 0;
        for (const step of steps) {
          if (step.kind === 'push') {
            for (let i = 0; i < step.times; i += 1) {
              expect(lane.nextPosition).toBe(pushed);
              lane.push(fill(entry, step.queued));
              model.push(step.queued);
              pushed += 1;
            }
          } else if (step.kind === 'take') {
            for (let i = 0; i < step.times; i += 1) {
              const oldest = model.shift();
              expect(lane.take(entry)).toBe(oldest !== undefined);
              if (oldest !== undefined) expect(shown(entry)).toEqual(expected(oldest));
            }
          } else if (model.length > 0) {
            const k = step.at % model.length;
            model[k] = step.queued;
            lane.replace(lane.firstPosition + k, fill(entry, step.queued));
          }
          expect(lane.depth).toBe(model.length);
          expect(lane.firstPosition).toBe(pushed - model.length);
          for (const k of [0, Math.floor(model.length / 2), model.length - 1]) {
            const queued = model[k];
            if (queued === undefined) continue;
            lane.peek(k, entry);
            expect(shown(entry)).toEqual(expected(queued));
            expect(lane.topicId(k)).toBe(queued.topic.id);
            expect(lane.arrivedAtMs(k)).toBe(queued.publishedAtMs);
            expect(lane.expiresAtMs(k)).toBe(queued.expiresAtMs);
          }
        }
      }),
      { numRuns: 60, seed: 1_700_000_019 },
    );
  });

  test('lanes that share a pool of segments do not see each other', () => {
    const pool = new SegmentPool();
    const lanes = [makeLane(pool), makeLane(pool)] as const;
    const entry = new LaneEntry();
    const base = {
      topic: TOPICS[0] as TopicRecord,
      publishedAtMs: 1,
      expiresAtMs: Infinity,
      key: undefined,
      headers: undefined,
    };
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 3 * SEGMENT_SLOTS; i += 1) {
        lanes[0].push(
          fill(entry, {
            ...base,
            payload: `a${i}`,
            sequence: i + 1,
            expiresAtMs: round === 0 ? 5 : Infinity,
            key: KEYS[0],
          }),
        );
        lanes[1].push(fill(entry, { ...base, payload: `b${i}`, sequence: i + 1 }));
      }
      for (let i = 0; i < 3 * SEGMENT_SLOTS; i += 1) {
        lanes[1].take(entry);
        expect([entry.payload, entry.expiresAtMs, entry.key]).toEqual([`b${i}`, Infinity, undefined]);
        lanes[0].take(entry);
        expect([entry.payload, entry.key]).toEqual([`a${i}`, KEYS[0]]);
      }
    }
  });

  test('a message that was taken leaves nothing of its publisher behind', async () => {
    const lane = makeLane();
    const entry = new LaneEntry();
    const payload = new WeakRef({ large: 'payload' });
    const base = {
      topic: TOPICS[0] as TopicRecord,
      publishedAtMs: 1,
      sequence: 1,
      expiresAtMs: Infinity,
      key: undefined,
      headers: undefined,
    };
    lane.push(fill(entry, { ...base, payload: payload.deref() }));
    lane.take(entry);
    entry.payload = undefined;
    expect(lane.depth).toBe(0);
    lane.push(fill(entry, { ...base, payload: 1 }));
    lane.peek(0, entry);
    expect(entry.payload).toBe(1);
  });
});
