import { BufferedMessageBusClient, MessageBus } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import { errorCode, type Handler, type TopicMeta } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { PatternAnalytics, SemanticPatternMatcher, subscribeSemantic, type SessionPhase } from '../../src/index.ts';

const seen =
  (into: string[]): Handler<unknown> =>
  (_payload, { topic }: TopicMeta) =>
    void into.push(topic);

test('on a MessageBus it follows the topics that are there and those that come, from their first message on', () => {
  const bus = new MessageBus();
  const matcher = new SemanticPatternMatcher();
  // From the first use of the catalog on, topics are listed.
  expect([...bus.topics()]).toEqual([]);
  bus.publish('data.trades.KRAKEN.XBT/USD', 1);
  const got: string[] = [];
  const subscription = subscribeSemantic(bus, 'kraken bitcoin prints', seen(got), { matcher });
  expect(subscription.topics()).toEqual(['data.trades.KRAKEN.XBT/USD']);
  bus.publish('data.trades.KRAKEN.XBT/USD', 2);
  bus.publish('data.trades.KRAKEN.XBT/EUR', 3);
  bus.publish('data.quotes.KRAKEN.XBT/EUR', 4);
  expect(got).toEqual(['data.trades.KRAKEN.XBT/USD', 'data.trades.KRAKEN.XBT/EUR']);
  subscription.unsubscribe();
  bus.publish('data.trades.KRAKEN.XBT/USD', 5);
  bus.publish('data.trades.KRAKEN.XBT/GBP', 6);
  expect(got).toHaveLength(2);
  expect(subscription.active).toBe(false);
  expect(bus.counts().subscriptions).toBe(0);
});

test('on a buffered client too, once for each message, whoever else is subscribed with the same function', async () => {
  const client = new BufferedMessageBusClient();
  const matcher = new SemanticPatternMatcher();
  const got: string[] = [];
  const handler = seen(got);
  const exact = client.subscribe('data.trades.OKX.BTC-USDT', handler);
  const subscription = subscribeSemantic(client, 'okx btc trades', handler, {
    matcher,
    subscribe: { id: 'desk', concurrency: 1 },
  });
  for (let i = 0; i < 3; i += 1) client.publish('data.trades.OKX.BTC-USDT', i);
  client.publish('data.trades.OKX.ETH-USDT', 3);
  subscription.refresh();
  client.publish('data.trades.OKX.BTC-USDC', 4);
  await client.flush();
  expect(got.filter((topic) => topic === 'data.trades.OKX.BTC-USDT')).toHaveLength(6);
  expect(got.filter((topic) => topic === 'data.trades.OKX.BTC-USDC')).toHaveLength(1);
  expect(got).toHaveLength(7);
  subscription[Symbol.dispose]();
  expect(exact.active).toBe(true);
  client.publish('data.trades.OKX.BTC-USDT', 5);
  await client.flush();
  expect(got).toHaveLength(8);
  await client.close();
});

test('a pattern is served by the bus itself, orders included', () => {
  const bus = new MessageBus();
  const got: string[] = [];
  const subscription = subscribeSemantic(bus, 'events.order.*', seen(got), { matcher: new SemanticPatternMatcher() });
  expect(subscription.isExact).toBe(true);
  expect(bus.patterns()).toEqual(['events.order.*']);
  bus.publish('events.order.MM', 1);
  expect(got).toEqual(['events.order.MM']);
  subscription.unsubscribe();
  expect(subscription.topics()).toEqual([]);
});

test('words for orders are refused before anything is subscribed to', () => {
  const bus = new MessageBus();
  let code: string | undefined;
  try {
    subscribeSemantic(bus, 'all order events', () => undefined, { matcher: new SemanticPatternMatcher() });
  } catch (error) {
    code = errorCode(error);
  }
  expect(code).toBe('ORDERS_ARE_EXACT');
  expect(bus.patterns()).toEqual([]);
});

test('what is learned changes what is followed; what has failed is given up', () => {
  const bus = new MessageBus();
  const matcher = new SemanticPatternMatcher();
  const topics = ['data.quotes.LMAX.GBP/USD', 'data.quotes.LMAX.EUR/USD'];
  const subscription = subscribeSemantic(bus, 'cable quotes', () => undefined, { matcher });
  for (const topic of topics) bus.publish(topic, 1);
  expect(subscription.topics()).toEqual([]);
  for (let i = 0; i < 5; i += 1) matcher.learn({ query: 'cable quotes', topic: topics[0] as string, succeeded: true });
  expect(subscription.topics()).toEqual([topics[0]]);
  for (let i = 0; i < 12; i += 1)
    matcher.learn({ query: 'cable quotes', topic: topics[0] as string, succeeded: false });
  expect(subscription.topics()).toEqual([]);
  subscription.unsubscribe();
  matcher.learn({ query: 'cable quotes', topic: topics[0] as string, succeeded: true });
  expect(bus.counts().subscriptions).toBe(0);
});

test('a word follows other topics in another session', () => {
  const bus = new MessageBus();
  const matcher = new SemanticPatternMatcher();
  let session: SessionPhase = 'open';
  const subscription = subscribeSemantic(bus, 'leader trades', () => undefined, {
    matcher,
    context: () => ({ session }),
  });
  const topics = { open: 'data.trades.NASDAQ.AAPL', close: 'data.trades.NYSE.IBM' } as const;
  for (const topic of Object.values(topics)) bus.publish(topic, 1);
  for (const at of ['open', 'close'] as const) {
    for (let i = 0; i < 6; i += 1)
      matcher.learn({ query: 'leader trades', topic: topics[at], succeeded: true, session: at });
  }
  subscription.refresh();
  expect(subscription.topics()).toEqual([topics.open]);
  session = 'close';
  subscription.refresh();
  expect(subscription.topics()).toEqual([topics.close]);
  subscription.unsubscribe();
});

test('the kill switch keeps what is followed and takes up nothing new', () => {
  const bus = new MessageBus();
  const matcher = new SemanticPatternMatcher();
  const subscription = subscribeSemantic(bus, 'okx trades', () => undefined, { matcher });
  bus.publish('data.trades.OKX.BTC-USDT', 1);
  matcher.disable();
  bus.publish('data.trades.OKX.ETH-USDT', 1);
  expect(subscription.topics()).toEqual(['data.trades.OKX.BTC-USDT']);
  matcher.enable();
  expect(subscription.topics()).toHaveLength(2);
  subscription.unsubscribe();
});

test('topics beyond the bound are counted, and taken up when there is room', () => {
  const bus = new MessageBus();
  const matcher = new SemanticPatternMatcher();
  const subscription = subscribeSemantic(bus, 'okx trades', () => undefined, { matcher, maxTopics: 1 });
  bus.publish('data.trades.OKX.BTC-USDT', 1);
  bus.publish('data.trades.OKX.ETH-USDT', 1);
  expect(subscription.topics()).toHaveLength(1);
  expect(subscription.overflow()).toBe(1);
  expect(() => subscribeSemantic(bus, 'okx', () => undefined, { matcher, maxTopics: 0 })).toThrow(/maxTopics/);
  subscription.unsubscribe();
});

test('on a client the plugin of the analytics sees hits, failures and latencies; what fails too often follows no new topics', async () => {
  const clock = new ManualClock();
  const analytics = new PatternAnalytics({ minimumOutcomes: 10 });
  const client = new BufferedMessageBusClient({ plugins: [analytics.plugin], clock });
  const matcher = new SemanticPatternMatcher();
  const handler = (payload: unknown): void => {
    if (payload === 'bad') throw new Error('refused');
  };
  const subscription = subscribeSemantic(client, 'okx trades', handler, { matcher, analytics });
  for (let i = 0; i < 12; i += 1) client.publish('data.trades.OKX.BTC-USDT', 'bad');
  for (let i = 0; i < 3; i += 1) client.publish('data.trades.OKX.BTC-USDT', 'good');
  const flushed = client.flush();
  await clock.advance(60_000);
  await flushed;
  const [report] = analytics.report();
  expect(report).toMatchObject({ pattern: 'okx trades', status: 'demoted', successes: 3 });
  expect(report?.failures).toBeGreaterThanOrEqual(12);
  expect(report?.p99Ms).toBeGreaterThanOrEqual(0);
  client.publish('data.trades.OKX.ETH-USDT', 'good');
  expect(subscription.topics()).toEqual(['data.trades.OKX.BTC-USDT']);
  expect(analytics.health()).toMatchObject({ status: 'degraded', reason: '"okx trades" is demoted' });
  await analytics.remedies()[0]?.run();
  subscription.refresh();
  expect(subscription.topics()).toHaveLength(2);
  subscription.unsubscribe();
  const closing = client.close();
  await clock.advance(60_000);
  await closing;
});

test('on a MessageBus a clock times the handlers; dead and slow patterns are told apart', async () => {
  const clock = new ManualClock();
  const bus = new MessageBus();
  const analytics = new PatternAnalytics({ minimumOutcomes: 5, slowMs: 10, deadAfter: 50 });
  const matcher = new SemanticPatternMatcher();
  const slow = async (): Promise<void> => {
    await new Promise<void>((resolve) => void clock.setTimer(resolve, 20));
  };
  const subscriptions = [
    subscribeSemantic(bus, 'okx quotes', slow, { matcher, analytics, clock }),
    subscribeSemantic(bus, 'okx tickers', () => undefined, { matcher, analytics, clock }),
  ];
  bus.publish('data.tickers.OKX.BTC-USDT', 1);
  for (let i = 0; i < 60; i += 1) bus.publish('data.quotes.OKX.BTC-USDT', i);
  await clock.advance(20);
  const byPattern = new Map(analytics.report().map((report) => [report.pattern, report]));
  expect(byPattern.get('okx quotes')).toMatchObject({ status: 'slow', hits: 60, failures: 0 });
  expect(byPattern.get('okx quotes')?.p50Ms).toBeCloseTo(20, -1);
  expect(byPattern.get('okx quotes')?.success.lower).toBeGreaterThan(0.9);
  expect(byPattern.get('okx tickers')).toMatchObject({ status: 'dead', hits: 1, idleFor: 60 });
  for (const subscription of subscriptions) subscription.unsubscribe();
});

test('on a MessageBus health says since which delivery a pattern is demoted or slow', async () => {
  const clock = new ManualClock({ startMs: 1_700_000_000_000 });
  const bus = new MessageBus();
  const analytics = new PatternAnalytics({ minimumOutcomes: 5, slowMs: 10 });
  const matcher = new SemanticPatternMatcher();
  const handlers = {
    'okx quotes': (): void => {
      throw new Error('refused');
    },
    'okx tickers': (): Promise<void> => new Promise((resolve) => void clock.setTimer(resolve, 20)),
  };
  const subscriptions = Object.entries(handlers).map(([query, handler]) =>
    subscribeSemantic(bus, query, handler, { matcher, analytics, clock }),
  );
  await clock.advance(1_000);
  for (let i = 0; i < 5; i += 1) bus.publish('data.tickers.OKX.BTC-USDT', i);
  await clock.advance(20);
  expect(analytics.health()).toMatchObject({ reason: '"okx tickers" is slow', sinceMs: 1_700_000_001_020 });
  await clock.advance(1_000);
  for (let i = 0; i < 5; i += 1) bus.publish('data.quotes.OKX.BTC-USDT', i);
  expect(analytics.health()).toMatchObject({ status: 'degraded', sinceMs: 1_700_000_002_020 });
  for (const subscription of subscriptions) subscription.unsubscribe();
});
