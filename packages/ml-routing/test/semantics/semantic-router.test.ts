import { BufferedMessageBusClient } from '@tradewind/core';
import { Priority, type RoutingPlugin } from '@tradewind/core-types';
import { expect, test, vi } from 'vitest';
import {
  MARKET_REGIME,
  SemanticPatternMatcher,
  SemanticRouter,
  type MarketRegime,
  type SemanticRouterOptions,
  type SessionPhase,
} from '../../src/index.ts';

/** Says what a regime detector would say. */
function regimeOf(reading: { regime: MarketRegime; session: SessionPhase }): RoutingPlugin {
  return {
    name: 'regime',
    route: (message, context) => {
      context.set(MARKET_REGIME, { ...reading, confidence: 1, newsEvent: false, sinceMs: message.publishedAtMs });
      return undefined;
    },
  };
}

const rules: SemanticRouterOptions['rules'] = [
  {
    name: 'open-books',
    match: 'btc order book',
    when: { session: ['open'] },
    decide: { priority: Priority.HIGH, expiresAfterMs: 500 },
  },
  {
    name: 'volatile-books',
    match: 'btc order book',
    when: { regime: ['VOLATILE'] },
    decide: { priority: Priority.HIGH, path: 'fast' },
  },
  { name: 'quiet-books', match: 'btc order book', decide: { priority: Priority.LOW, conflate: true } },
];

async function laneOf(options: {
  topic: string;
  reading: { regime: MarketRegime; session: SessionPhase };
  priority?: Priority;
}) {
  const router = new SemanticRouter({ matcher: new SemanticPatternMatcher(), rules });
  const client = new BufferedMessageBusClient({
    plugins: [regimeOf(options.reading), router.plugin],
    pluginBudgetMicros: 50_000,
    trace: { every: 1 },
  });
  let lane: Priority | undefined;
  client.subscribe('*', (_payload, { priority }) => {
    lane = priority;
  });
  client.publish(options.topic, 1, { priority: options.priority });
  await client.flush();
  const [decision] = client.decisions.recent({});
  await client.close();
  return { lane, reasons: decision?.steps.map(({ reason }) => reason) ?? [] };
}

const BOOK = 'data.book.deltas.BINANCE.BTCUSDT';

test('one topic goes another way by session and regime, and says why', async () => {
  const atOpen = await laneOf({ topic: BOOK, reading: { regime: 'NORMAL', session: 'open' } });
  expect(atOpen.lane).toBe(Priority.HIGH);
  expect(atOpen.reasons).toContain('open-books: "btc order book", confidence 1.00, session=open');
  const volatile = await laneOf({ topic: BOOK, reading: { regime: 'VOLATILE', session: 'main' } });
  expect(volatile.lane).toBe(Priority.HIGH);
  expect(volatile.reasons.join()).toContain('regime=VOLATILE');
  expect((await laneOf({ topic: BOOK, reading: { regime: 'RANGING', session: 'main' } })).lane).toBe(Priority.LOW);
});

test('other topics, CRITICAL messages and orders are left as they are', async () => {
  const reading = { regime: 'RANGING', session: 'main' } as const;
  expect((await laneOf({ topic: 'data.book.deltas.BINANCE.ETHUSDT', reading })).lane).toBe(Priority.NORMAL);
  expect((await laneOf({ topic: BOOK, reading, priority: Priority.CRITICAL })).lane).toBe(Priority.CRITICAL);
  expect((await laneOf({ topic: 'commands.order.btc.book', reading })).lane).toBe(Priority.NORMAL);
  const exact = new SemanticRouter({
    matcher: new SemanticPatternMatcher(),
    rules: [{ name: 'all', match: 'events.*', decide: { priority: Priority.LOW } }],
  });
  expect(exact.explain('events.order.MM')).toEqual([]);
  expect(exact.explain('events.position.MM')).toHaveLength(1);
});

test('on one client, a learned word routes one topic by session and by regime, and the decision says in which', async () => {
  const [pound, euro] = ['data.quotes.LMAX.GBP/USD', 'data.quotes.LMAX.EUR/USD'] as const;
  const matcher = new SemanticPatternMatcher();
  // The leader is the pound at the open of a quiet market; the euro at its close, and whenever it is volatile.
  const lessons = [
    { session: 'open', regime: 'NORMAL', topic: pound },
    { session: 'close', regime: 'NORMAL', topic: euro },
    { session: 'open', regime: 'VOLATILE', topic: euro },
    { session: 'close', regime: 'VOLATILE', topic: euro },
  ] as const;
  for (const { session, regime, topic: meant } of lessons) {
    for (let i = 0; i < 12; i += 1) {
      for (const topic of [pound, euro]) {
        matcher.learn({ query: 'leader quotes', topic, succeeded: topic === meant, session, regime });
      }
    }
  }
  const reading: { regime: MarketRegime; session: SessionPhase } = { regime: 'NORMAL', session: 'open' };
  const router = new SemanticRouter({
    matcher,
    rules: [{ name: 'leader', match: 'leader quotes', decide: { priority: Priority.HIGH } }],
  });
  const client = new BufferedMessageBusClient({
    plugins: [regimeOf(reading), router.plugin],
    pluginBudgetMicros: 50_000,
    trace: { every: 1 },
  });
  const lanes: Priority[] = [];
  client.subscribe(pound, (_payload, { priority }) => void lanes.push(priority));
  const reasons: string[] = [];
  for (const { session, regime } of lessons.slice(0, 3)) {
    Object.assign(reading, { session, regime });
    client.publish(pound, 1);
    await client.flush();
    reasons.push(
      client.decisions
        .recent({})[0]
        ?.steps.map(({ reason }) => reason ?? '')
        .join() ?? '',
    );
  }
  await client.close();
  expect(lanes).toEqual([Priority.HIGH, Priority.NORMAL, Priority.NORMAL]);
  expect(reasons[0]).toContain('learned in open, regime=NORMAL');
  const [rule] = router.explain(pound, { session: 'open', regime: 'NORMAL' });
  expect(rule?.explanation).toContain('"leader" has been base GBP (learned in open, regime=NORMAL)');
  expect(router.explain(pound, { session: 'open', regime: 'VOLATILE' })).toEqual([]);
  expect(router.explain(euro, { session: 'open', regime: 'VOLATILE' })).toHaveLength(1);
});

test('a decision is explained by topic, and follows what is learned', () => {
  const matcher = new SemanticPatternMatcher();
  const router = new SemanticRouter({
    matcher,
    rules: [{ name: 'cable', match: 'cable quotes', decide: { priority: Priority.HIGH } }],
  });
  const topic = 'data.quotes.LMAX.GBP/USD';
  expect(router.explain(topic)).toEqual([]);
  for (let i = 0; i < 5; i += 1) matcher.learn({ query: 'cable quotes', topic, succeeded: true });
  const [rule] = router.explain(topic);
  expect(rule?.explanation).toContain('"cable" has been base GBP (learned)');
  expect(router.explain('data.quotes.LMAX.EUR/USD')).toEqual([]);
});

test('the kill switch: no opinion from the next message on, and health says so', () => {
  const router = new SemanticRouter({ matcher: new SemanticPatternMatcher(), rules });
  router.disable('test');
  expect(router.enabled).toBe(false);
  expect(router.health()).toMatchObject({ status: 'degraded', reason: 'test' });
  router.enable();
  expect(router.health().status).toBe('up');
});

test('health is that of the matcher while the matcher is degraded', () => {
  let nowMs = 100;
  const matcher = new SemanticPatternMatcher({ clock: { now: () => nowMs } });
  const router = new SemanticRouter({ matcher, rules });
  expect(router.health()).toEqual({ status: 'up', reason: '', sinceMs: 100 });
  nowMs = 200;
  matcher.disable('maintenance');
  expect(router.health()).toEqual({ status: 'degraded', reason: 'maintenance', sinceMs: 200 });
});

test('topics of orders are looked up once, like any others, and never routed', () => {
  const matcher = new SemanticPatternMatcher();
  const router = new SemanticRouter({ matcher, rules });
  const lookUps = vi.spyOn(matcher, 'enabled', 'get');
  const topics = ['events.order.DESK-1.filled', 'commands.order.submit.KRAKEN'];
  for (let round = 0; round < 100; round += 1) {
    expect(topics.flatMap((topic) => router.explain(topic))).toEqual([]);
  }
  expect(lookUps).toHaveBeenCalledTimes(topics.length);
});

test.each([undefined, null, 'rules'])('%o instead of options is refused by a typed error', (options) => {
  const make = (): SemanticRouter => new SemanticRouter(options as never);
  expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
});

test('rules that cannot be used are refused, all at once', () => {
  const matcher = new SemanticPatternMatcher();
  const bad = [
    { name: 'a', match: 'btc', when: { session: ['noon'] }, decide: { priority: 9 } },
    { name: 'a', match: 'eth', decide: { expiresAfterMs: Number.NaN } },
  ] as unknown as SemanticRouterOptions['rules'];
  expect(() => new SemanticRouter({ matcher, rules: bad })).toThrow(/when\.session.*|priority/);
  const aboutOrders = (): SemanticRouter =>
    new SemanticRouter({ matcher, rules: [{ name: 'orders', match: 'order events', decide: {} }] });
  expect(aboutOrders).toThrow(expect.objectContaining({ code: 'ORDERS_ARE_EXACT' }));
});
