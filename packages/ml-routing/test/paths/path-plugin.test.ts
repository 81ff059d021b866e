import { BufferedMessageBusClient, InMemoryBroker } from '@tradewind/core';
import type { FactKey, Outcome, PathLoad, RoutableMessage, RoutingContext, Transport } from '@tradewind/core-types';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  LeastPending,
  MARKET_REGIME,
  PATH_HEADER,
  PredictiveRouter,
  RoundRobin,
  TWIN_HEADER,
  pathPlugin,
  type PathStrategy,
} from '../../src/index.ts';
import { waitingTransport } from '../support/waiting-transport.ts';

const MESSAGE: RoutableMessage = {
  topic: 'data.trades.OKX.BTCUSDT',
  payload: 'text',
  sequence: 1,
  priority: 2,
  declaredPriority: 2,
  publishedAtMs: 1_000,
  orderingKey: undefined,
  expiresAtMs: undefined,
  headers: undefined,
  path: undefined,
};

function context(down: readonly string[] = [], facts: ReadonlyMap<string, unknown> = new Map()): RoutingContext {
  return {
    nowMs: 1_000,
    paths: ['a', 'b', 'c'],
    fact: <T>(key: FactKey<T>) => facts.get(key) as T | undefined,
    set: () => undefined,
    load: (path): PathLoad => ({
      waiting: 0,
      inFlight: 0,
      oldestInFlightAtMs: Infinity,
      status: down.includes(path) ? 'down' : 'up',
    }),
  };
}

function sent(message: RoutableMessage, overrides: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'sent',
    producer: 'p',
    sequence: message.sequence,
    topic: message.topic,
    priority: 2,
    path: 'a',
    subscriptionId: undefined,
    deliveryCount: 1,
    publishedAtMs: message.publishedAtMs,
    waitedMs: 1,
    handledMs: 4,
    reason: undefined,
    error: undefined,
    ...overrides,
  };
}

test('a key keeps its path while one of its messages is under way, and is free afterwards', () => {
  const plugin = pathPlugin(new RoundRobin());
  const first = plugin.route?.(MESSAGE, context())?.path;
  const next = { ...MESSAGE, sequence: 2 };
  expect(plugin.route?.(next, context())?.path).toBe(first);
  expect(plugin.route?.({ ...MESSAGE, sequence: 3, topic: 'data.trades.OKX.ETHUSDT' }, context())?.path).not.toBe(
    first,
  );
  plugin.observe?.(sent(MESSAGE));
  expect(plugin.route?.({ ...MESSAGE, sequence: 4 }, context())?.path).toBe(first);
  plugin.observe?.(sent(next));
  plugin.observe?.(sent({ ...MESSAGE, sequence: 4 }));
  expect(plugin.route?.({ ...MESSAGE, sequence: 5 }, context())?.path).not.toBe(first);
});

test('a key whose path stands still is free after a minute; without keepOrder there is nothing to keep', () => {
  const held = pathPlugin(new RoundRobin());
  const first = held.route?.(MESSAGE, context())?.path;
  expect(held.route?.({ ...MESSAGE, sequence: 2, publishedAtMs: 62_000 }, context())?.path).not.toBe(first);
  const free = pathPlugin(new RoundRobin(), { keepOrder: false });
  const paths = [1, 2, 3].map((sequence) => free.route?.({ ...MESSAGE, sequence }, context())?.path);
  expect(new Set(paths).size).toBe(3);
});

test('a path that is down is not chosen while another one works', () => {
  const plugin = pathPlugin(new LeastPending(), { keepOrder: false });
  for (let sequence = 1; sequence <= 20; sequence += 1)
    expect(plugin.route?.({ ...MESSAGE, sequence }, context(['a', 'c']))?.path).toBe('b');
  expect(['a', 'b', 'c']).toContain(plugin.route?.({ ...MESSAGE, sequence: 21 }, context(['a', 'b', 'c']))?.path);
});

test('a path that is given already is left alone, and counts as load', () => {
  const plugin = pathPlugin(new LeastPending(), { keepOrder: false });
  expect(plugin.route?.({ ...MESSAGE, path: 'b' }, context())).toBeUndefined();
  const headers = { [PATH_HEADER]: 'c' };
  expect(plugin.route?.({ ...MESSAGE, sequence: 2, headers }, context())?.path).toBe('c');
  expect(plugin.route?.({ ...MESSAGE, sequence: 3 }, context())?.path).toBe('a');
  expect(['a', 'b', 'c']).toContain(
    plugin.route?.({ ...MESSAGE, sequence: 4, headers: { [PATH_HEADER]: 'unknown' } }, context())?.path,
  );
});

test('the second copy of a hedged message does not draw its key after it; one whose key is free holds it', () => {
  const plugin = pathPlugin(new RoundRobin());
  const first = plugin.route?.(MESSAGE, context())?.path;
  const twin = (sequence: number, path: string) => {
    const headers = { [TWIN_HEADER]: 'desk:run:1', [PATH_HEADER]: path };
    expect(plugin.route?.({ ...MESSAGE, sequence, headers }, context())?.path).toBe(path);
  };
  const other = ['a', 'b', 'c'].find((path) => path !== first) ?? '';
  twin(2, other);
  expect(plugin.route?.({ ...MESSAGE, sequence: 3 }, context())?.path).toBe(first);
  for (const sequence of [1, 2, 3]) plugin.observe?.(sent({ ...MESSAGE, sequence }));
  twin(4, 'b');
  expect(plugin.route?.({ ...MESSAGE, sequence: 5 }, context())?.path).toBe('b');
});

test('a key leaves a path that stands still while another one works, and what is tried there holds no key', () => {
  const still = new Set<string>();
  let next = 'a';
  const plugin = pathPlugin({
    name: 'told',
    choose: (paths) => (paths.includes(next) ? next : (paths[0] ?? '')),
    settled: () => undefined,
    standsStill: (path) => still.has(path),
  });
  const send = (sequence: number, down: readonly string[] = []) =>
    plugin.route?.({ ...MESSAGE, sequence }, context(down))?.path;
  expect(send(1)).toBe('a');
  next = 'b';
  expect(send(2)).toBe('a');
  still.add('a');
  // Where the others are down it stays.
  expect(send(3, ['b', 'c'])).toBe('a');
  expect(send(4)).toBe('b');
  next = 'c';
  expect(send(5)).toBe('b');
  // Where all stand still it stays, too.
  for (const path of ['b', 'c']) still.add(path);
  expect(send(6)).toBe('b');
  for (const sequence of [1, 2, 3, 4, 5, 6]) plugin.observe?.(sent({ ...MESSAGE, sequence }));
  still.delete('b');
  still.delete('c');
  next = 'a';
  expect(send(7)).toBe('a');
  next = 'c';
  expect(send(8)).toBe('c');
});

test('sending teaches, deliveries and outcomes of other producers do not', () => {
  const settled: string[] = [];
  const spy: PathStrategy = {
    name: 'spy',
    choose: (paths) => paths[0] ?? '',
    settled: ({ ticket, path, latencyMs, atMs, result }) =>
      settled.push([ticket, path, latencyMs, atMs, result].join(' ')),
  };
  const plugin = pathPlugin(spy);
  for (const sequence of [1, 2]) plugin.route?.({ ...MESSAGE, sequence }, context());
  plugin.observe?.(sent(MESSAGE, { kind: 'handled' }));
  plugin.observe?.(sent(MESSAGE, { publishedAtMs: 999 }));
  plugin.observe?.(sent(MESSAGE));
  plugin.observe?.(sent(MESSAGE));
  plugin.observe?.(sent({ ...MESSAGE, sequence: 2 }, { kind: 'expired' }));
  expect(settled).toEqual(['1 a 5 1005 arrived', '2 a 5 1005 withdrawn']);
});

test('a batch that is refused for good is a failure of its path; one message that is refused, or a delivery that dies, is none', () => {
  const results: string[] = [];
  const spy: PathStrategy = {
    name: 'spy',
    choose: (paths) => paths[0] ?? '',
    settled: ({ ticket, result }) => results.push(`${ticket} ${result}`),
  };
  const plugin = pathPlugin(spy);
  for (const sequence of [1, 2]) plugin.route?.({ ...MESSAGE, sequence }, context());
  plugin.observe?.(sent(MESSAGE, { kind: 'deadLettered', subscriptionId: 'own', error: new Error('handler') }));
  expect(results).toEqual([]);
  plugin.observe?.(sent(MESSAGE, { kind: 'deadLettered', error: { index: 0, error: new Error('away for good') } }));
  const rejection = { index: 3, code: 'TOO_LARGE', message: 'beyond a megabyte' };
  plugin.observe?.(sent({ ...MESSAGE, sequence: 2 }, { kind: 'deadLettered', error: rejection }));
  expect(results).toEqual(['1 failed', '2 withdrawn']);
});

test('a client tells the two apart: a transport that fails for good, and one that names what it cannot store', async () => {
  const results: string[] = [];
  const spy: PathStrategy = {
    name: 'spy',
    choose: (paths) => paths[0] ?? '',
    settled: ({ path, result }) => results.push(`${path} ${result}`),
  };
  const faults: readonly unknown[] = [
    new Error('out of order'),
    Object.assign(new Error('one of them is too large'), {
      code: 'REJECTED',
      retryable: false,
      rejected: [{ index: 0, code: 'TOO_LARGE', message: 'beyond a megabyte' }],
    }),
  ];
  for (const fault of faults) {
    const inner = new InMemoryBroker().transport();
    const broken: Transport = {
      name: 'broken',
      capabilities: inner.capabilities,
      publish: () => Promise.reject(fault),
      consume: (options, receiver) => inner.consume(options, receiver),
      close: (options) => inner.close(options),
    };
    const client = new BufferedMessageBusClient({
      paths: { only: broken },
      plugins: [pathPlugin(spy)],
      pluginBudgetMicros: 100_000,
    });
    client.publish('data.trades.OKX.BTCUSDT', 1);
    await client.flush();
    await client.close();
  }
  // The dead letter of each takes the same path, and the same end.
  expect(results).toEqual(['only failed', 'only failed', 'only withdrawn', 'only withdrawn']);
});

test('size and volatility come from the message and from the market regime', () => {
  const seen: (readonly [number, number])[] = [];
  const spy: PathStrategy = {
    name: 'spy',
    choose: (paths, { size, volatility }) => {
      seen.push([size, volatility]);
      return paths[0] ?? '';
    },
    settled: () => undefined,
  };
  const plugin = pathPlugin(spy, { keepOrder: false });
  const reading = { regime: 'VOLATILE', confidence: 0.7, newsEvent: false, session: 'main', sinceMs: 0 };
  plugin.route?.(MESSAGE, context());
  plugin.route?.({ ...MESSAGE, payload: new Uint8Array(9) }, context([], new Map([[MARKET_REGIME, reading]])));
  plugin.route?.({ ...MESSAGE, payload: {} }, context([], new Map([[MARKET_REGIME, { ...reading, newsEvent: true }]])));
  expect(seen).toEqual([
    [4, 0],
    [9, 0.7],
    [0, 1],
  ]);
});

test('on a client with two transports the quicker one gets the messages, and nothing is lost', async () => {
  // Far apart: the machine that runs the tests may be busy.
  const delays = { slow: 150, quick: 1 };
  const delayed = (path: keyof typeof delays): Transport => waitingTransport(path, () => sleep(delays[path]));
  const router = new PredictiveRouter({ keepOrder: false });
  const client = new BufferedMessageBusClient({
    paths: { slow: delayed('slow'), quick: delayed('quick') },
    plugins: [router.plugin],
    pluginBudgetMicros: 100_000,
  });
  let received = 0;
  client.subscribe('data.*', () => {
    received += 1;
  });
  await client.ready();
  for (let i = 0; i < 120; i += 1) {
    client.publish('data.trades.OKX.BTCUSDT', { i });
    await sleep(2);
  }
  await client.flush();
  await expect.poll(() => received, { timeout: 10_000 }).toBe(120);
  const judged = new Map(router.readings().map(({ path, latencyMs }) => [path, latencyMs]));
  expect(router.explain(60).filter(({ path }) => path === 'quick').length).toBeGreaterThan(40);
  expect(judged.get('quick')).toBeGreaterThan(0);
  await client.close();
});
