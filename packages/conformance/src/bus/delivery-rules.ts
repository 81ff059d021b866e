import assert from 'node:assert/strict';
import { parsePattern, patternMatches } from '@tradewind/core-types';
import { PATTERN_SAMPLES } from '../samples/patterns.ts';
import { oneOf, repeatableRandom } from '../samples/random.ts';
import { assertCode, busRule, record, type BusRule } from './bus-rule.ts';

const SEGMENTS = ['a', 'b', 'ab', 'data', 'BTCUSDT'] as const;
const PATTERN_SEGMENTS = ['a', 'b', 'ab', '*', '+', '?', 'a*', '*b', 'data', '?b'] as const;
const RANDOM_PATTERNS = 150;
const RANDOM_TOPICS = 200;

/** Who gets a message, when, and in which order. */
export const DELIVERY_RULES: readonly BusRule[] = [
  busRule({
    id: 'delivers-inside-publish',
    title: 'When publish returns true, the handlers have run, with the very payload and the topic.',
    check(bus) {
      const payload = { bid: 1 };
      const calls: unknown[] = [];
      bus.subscribe('data.quotes', (given, meta) => calls.push([given, meta.topic]));
      assert.equal(bus.publish('data.quotes', payload), true);
      assert.equal(bus.publish('data.trades', payload), true, 'a topic without subscribers');
      assert.deepEqual(calls, [[payload, 'data.quotes']]);
      assert.equal((calls[0] as unknown[])[0], payload, 'the same object');
    },
  }),
  busRule({
    id: 'matches-patterns',
    title: 'A subscription gets the topics that its pattern matches: *, ? and + mean what the vocabulary says.',
    check(bus) {
      for (const { pattern, matches, others } of PATTERN_SAMPLES) {
        const calls = record(bus, pattern);
        for (const topic of [...matches, ...others]) bus.publish(topic, 'x');
        assert.deepEqual(calls.toSorted(), matches.map((topic) => `${topic} x`).toSorted(), `pattern ${pattern}`);
      }
    },
  }),
  busRule({
    id: 'matches-like-the-reference',
    title: 'On many patterns and topics, subscribed and ended in between, it chooses as patternMatches does.',
    check(bus) {
      const random = repeatableRandom(42);
      const live = new Map<string, { readonly calls: string[]; readonly unsubscribe: () => void }>();
      for (let i = 0; i < RANDOM_TOPICS; i += 1) {
        if (live.size < RANDOM_PATTERNS) subscribeAnother(randomName(random, PATTERN_SEGMENTS));
        if (random() < 0.2) endOne(oneOf(random, ['first', 'last']));
        const topic = randomName(random, SEGMENTS);
        bus.publish(topic, i);
        for (const [pattern, { calls }] of live) {
          assert.equal(
            calls.includes(`${i}`),
            patternMatches(parsePattern(pattern), topic),
            `whether ${pattern} gets ${topic}`,
          );
        }
      }

      function subscribeAnother(pattern: string): void {
        if (live.has(pattern)) return;
        const calls: string[] = [];
        const subscription = bus.subscribe(pattern, (payload) => calls.push(String(payload)));
        live.set(pattern, { calls, unsubscribe: () => subscription.unsubscribe() });
      }

      function endOne(which: 'first' | 'last'): void {
        const patterns = [...live.keys()];
        const pattern = which === 'first' ? patterns[0] : patterns.at(-1);
        if (pattern === undefined) return;
        live.get(pattern)?.unsubscribe();
        live.delete(pattern);
      }
    },
  }),
  busRule({
    id: 'ranks-handlers',
    title: 'Handlers run by handlerPriority, high first, ties in the order of subscription, whatever their patterns.',
    check(bus) {
      const calls: string[] = [];
      const add = (name: string, pattern: string, handlerPriority?: number) =>
        bus.subscribe(pattern, () => calls.push(name), { handlerPriority });
      add('zero 1', 'a.*');
      add('low', 'a.b', -1.5);
      add('high 1', '*', 10);
      add('zero 2', 'a.b', 0);
      add('high 2', 'a.b', 10);
      add('highest', 'a.+', Number.MAX_VALUE);
      bus.publish('a.b', 1);
      assert.deepEqual(calls, ['highest', 'high 1', 'high 2', 'zero 1', 'zero 2', 'low']);
    },
  }),
  busRule({
    id: 'delivers-once-per-subscription',
    title: 'Each subscription gets a message once; several of one function each get it.',
    check(bus) {
      const calls: number[] = [];
      const handler = (payload: unknown): unknown => calls.push(Number(payload));
      bus.subscribe('a.b', handler);
      bus.subscribe('a.*', handler);
      bus.subscribe('*', handler);
      bus.publish('a.b', 1);
      assert.deepEqual(calls, [1, 1, 1]);
    },
  }),
  busRule({
    id: 'isolates-failures',
    title: 'A handler that throws or rejects touches neither the publisher nor another handler, and is counted.',
    async check(bus) {
      const calls: string[] = [];
      bus.subscribe('a', () => calls.push('before'), { handlerPriority: 2 });
      bus.subscribe('a', failing, { handlerPriority: 1 });
      bus.subscribe('a', () => Promise.reject(new Error('rejected')), { handlerPriority: 1 });
      bus.subscribe('a', () => calls.push('after'));
      const before = bus.counts().handlerErrors;
      assert.equal(bus.publish('a', 1), true);
      assert.deepEqual(calls, ['before', 'after']);
      // A rejection is seen when the reactions of promises run.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      assert.equal(bus.counts().handlerErrors - before, 2, 'failures counted');
    },
  }),
  busRule({
    id: 'refuses-bad-names',
    title: 'publish and topic throw INVALID_TOPIC, subscribe INVALID_PATTERN, for a name that is none.',
    check(bus) {
      for (const topic of [
        '',
        '.',
        'a.',
        '.a',
        'a..b',
        'a.*',
        'a?',
        'a.+',
        'x'.repeat(256),
        Array.from({ length: 33 }, () => 'a').join('.'),
      ]) {
        assertCode('INVALID_TOPIC', () => bus.publish(topic, 1), `publishing on ${JSON.stringify(topic)}`);
        assertCode('INVALID_TOPIC', () => bus.topic(topic), `a handle for ${JSON.stringify(topic)}`);
      }
      for (const pattern of ['', 'a..b', '.a', 'a.', '*a*b*c*d*e', 'x'.repeat(256)]) {
        assertCode(
          'INVALID_PATTERN',
          () => bus.subscribe(pattern, () => undefined),
          `subscribing to ${JSON.stringify(pattern)}`,
        );
      }
    },
  }),
  busRule({
    id: 'goes-depth-first',
    title: 'A message published by a handler is delivered before the rest of the message that is being handled.',
    check(bus) {
      const calls: string[] = [];
      bus.subscribe('outer', () => {
        calls.push('outer 1');
        bus.publish('inner', 1);
      });
      bus.subscribe('outer', () => calls.push('outer 2'));
      bus.subscribe('inner', () => calls.push('inner'));
      bus.publish('outer', 1);
      assert.deepEqual(calls, ['outer 1', 'inner', 'outer 2']);
    },
  }),
  busRule({
    id: 'bounds-recursion',
    title:
      'Publishing from inside handlers goes so deep and no deeper, then it throws RECURSION_LIMIT; the bus works on.',
    check(bus, { maxDepth = 64 }) {
      let calls = 0;
      let refused = 0;
      bus.subscribe('loop', () => {
        calls += 1;
        if (calls > maxDepth + 10) return;
        try {
          bus.publish('loop', calls);
        } catch (error) {
          refused += 1;
          assertCode('RECURSION_LIMIT', () => rethrow(error), 'publishing too deep');
        }
      });
      bus.publish('loop', 0);
      assert.deepEqual({ calls, refused }, { calls: maxDepth, refused: 1 });
      calls = maxDepth + 10;
      bus.publish('loop', 0);
      assert.equal(calls, maxDepth + 11, 'a message after it');
    },
  }),
];

function failing(): never {
  throw new Error('thrown');
}

function rethrow(error: unknown): never {
  throw error;
}

function randomName(random: () => number, segments: readonly [string, ...string[]]): string {
  return Array.from({ length: 1 + Math.floor(random() * 4) }, () => oneOf(random, segments)).join('.');
}
