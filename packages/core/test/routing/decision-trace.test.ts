import { Priority, type RoutingPlugin } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { chainOf, input } from './routing-fixture.ts';

const lift: RoutingPlugin = {
  name: 'lift',
  route: ({ topic }) => (topic.startsWith('data.') ? { priority: Priority.HIGH, reason: 'data first' } : undefined),
};

test('a decision tells why the message went where it went', () => {
  const drop: RoutingPlugin = { name: 'stale', route: () => ({ drop: true, reason: 'older than a second' }) };
  const { chain } = chainOf([lift, drop]);
  chain.route(input({ topic: 'data.trades.OKX.ETHUSDT', sequence: 17, publishedAtMs: 1_500 }));
  expect(chain.recent({})).toEqual([
    {
      sequence: 17,
      topic: 'data.trades.OKX.ETHUSDT',
      atMs: 1_500,
      declaredPriority: Priority.NORMAL,
      priority: Priority.HIGH,
      path: undefined,
      dropped: true,
      deferred: false,
      steps: [
        { plugin: 'lift', reason: 'data first' },
        { plugin: 'stale', reason: 'older than a second' },
      ],
    },
  ]);
});

test('what was ignored stands in the trace too', () => {
  const broken: RoutingPlugin = {
    name: 'broken',
    route: () => {
      throw new Error('x');
    },
  };
  const { chain } = chainOf([broken]);
  chain.route(input());
  chain.route(input());
  expect(chain.recent({}).flatMap(({ steps }) => steps)).toEqual([
    { plugin: 'broken', reason: 'skipped: cut off by its circuit breaker' },
    { plugin: 'broken', reason: 'ignored: it threw' },
  ]);
});

test('recent answers newest first, by pattern, at most so many', () => {
  const { chain } = chainOf([lift]);
  for (const topic of ['data.a', 'events.a', 'data.b', 'data.c']) chain.route(input({ topic }));
  const topics = (query: { pattern?: string; limit?: number }): string[] =>
    chain.recent(query).map(({ topic }) => topic);
  expect(topics({})).toEqual(['data.c', 'data.b', 'events.a', 'data.a']);
  expect(topics({ pattern: 'data.*', limit: 2 })).toEqual(['data.c', 'data.b']);
  expect(topics({ limit: 0 })).toEqual([]);
  expect(() => topics({ pattern: '' })).toThrow(expect.objectContaining({ code: 'INVALID_PATTERN' }));
  expect(() => topics({ limit: -1 })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
});

test('the ring keeps the newest of the sampled messages', () => {
  const { chain } = chainOf([lift], { traceSize: 3, traceEvery: 10 });
  for (let i = 0; i < 100; i += 1) chain.route(input({ topic: `data.${i}` }));
  expect(chain.recent({}).map(({ topic }) => topic)).toEqual(['data.90', 'data.80', 'data.70']);
});

test('a size of 0 turns the trace off', () => {
  const { chain } = chainOf([lift], { traceSize: 0 });
  chain.route(input());
  chain.noteDeferred(Priority.NORMAL);
  expect(chain.recent({})).toEqual([]);
});

test('a deferred move is told with the lane that the message got', () => {
  const { chain } = chainOf([lift], { traceEvery: 2 });
  chain.route(input({ topic: 'data.first' }));
  chain.noteDeferred(Priority.NORMAL);
  chain.route(input({ topic: 'data.unsampled' }));
  chain.noteDeferred(Priority.LOW);
  expect(chain.recent({})).toMatchObject([{ topic: 'data.first', deferred: true, priority: Priority.NORMAL }]);
});

test('what recent has given does not change afterwards', () => {
  const { chain } = chainOf([lift]);
  chain.route(input());
  const [decision] = chain.recent({});
  chain.noteDeferred(Priority.LOW);
  expect(decision?.deferred).toBe(false);
});
