import { routingPluginSuite } from '@tradewind/conformance';
import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import { Priority, type RoutableMessage, type RoutingContext } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { ArbitrageDetector } from '../src/detection/arbitrage-detector.ts';
import type { Opportunity } from '../src/lifecycle/opportunity.ts';
import { OpportunityTracker } from '../src/lifecycle/opportunity-tracker.ts';
import { ArbitrageRouter, type ArbitrageRouterOptions } from '../src/routing/arbitrage-router.ts';
import { DEFAULT_RULES, type ArbitrageRule } from '../src/routing/arbitrage-rule.ts';
import { arbitrageTopic } from '../src/routing/arbitrage-topic.ts';
import { OpportunityPublisher } from '../src/routing/opportunity-publisher.ts';
import { SignalDetector } from '../src/signals/signal-detector.ts';
import type { SignalFiguresTransition } from '../src/signals/signal.ts';
import { btcRow, oneGroup, quote } from './fixtures.ts';
import { spread, type SpreadTerms } from './opportunity-fixture.ts';

const NOW_MS = 1_704_067_200_000;

function opportunity(terms: Partial<SpreadTerms> = {}): Opportunity {
  return spread({ profit: '1', detectedAtMs: NOW_MS, ...terms });
}

/** As it comes over a wire. The suite compares payloads as JSON, which has no bigint. */
function asJson(payload: Opportunity): unknown {
  return JSON.parse(
    JSON.stringify(payload, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  );
}

/** What a detector opens for a perpetual contract that pays 0.5 % in so many milliseconds. */
function fundingSignal(paysInMs = 60_000): SignalFiguresTransition {
  const nowNs = BigInt(NOW_MS) * 1_000_000n;
  const detector = new SignalDetector({
    instruments: [btcRow('A', { kind: 'spot' }), btcRow('B', { kind: 'perp' })],
    funding: { groups: [{ name: 'BTC', instruments: ['A:BTCUSDT', 'B:BTCUSDT'] }] },
  });
  for (const venue of ['A', 'B']) {
    const market = quote(venue, { bid: ['60000', '1'], ask: ['60001', '1'], atMs: 0 });
    detector.apply({ ...market, tsRecv: nowNs });
  }
  const nextFundingNs = nowNs + BigInt(paysInMs) * 1_000_000n;
  const [signal] = detector.apply({
    type: 'funding',
    venue: 'B',
    symbol: 'BTCUSDT',
    tsRecv: nowNs,
    rate: '0.005',
    nextFundingNs,
    intervalMinutes: 480,
  });
  if (signal === undefined || signal.op === 'close') throw new Error('The pair opens.');
  return signal;
}

routingPluginSuite('arbitrage-router', {
  create: () => new ArbitrageRouter({ profitThreshold: '1' }),
  messages: [
    { topic: 'arbitrage.PRICE_SPREAD.BTCUSDT', payload: asJson(opportunity({ profit: '11' })) },
    { topic: 'arbitrage.PRICE_SPREAD.BTCUSDT', payload: asJson(opportunity({ expiresInMs: 90 })) },
    { topic: 'arbitrage.PRICE_SPREAD.BTCUSDT', payload: asJson(opportunity({ expiresInMs: -90 })) },
    {
      topic: 'arbitrage.TRIANGULAR.BTCUSDT',
      payload: { id: 'x', expiresAtNs: '1704067200500000000', figures: { profit: 'abc' } },
    },
  ],
  stateful: false,
});

function routeOf(
  payload: unknown,
  options: Partial<ArbitrageRouterOptions> = {},
  topic = 'arbitrage.PRICE_SPREAD.BTCUSDT',
) {
  const message = { topic, payload, priority: Priority.NORMAL } as RoutableMessage;
  return new ArbitrageRouter({ profitThreshold: '1', ...options }).route(message, { nowMs: NOW_MS } as RoutingContext);
}

describe('the lane of an opportunity', () => {
  test.each([
    [{ profit: '10' }, Priority.HIGH],
    [{ profit: '10.000000000000000001' }, Priority.CRITICAL],
    [{ profit: '3' }, Priority.LOW],
    [{ profit: '3.000000000000000001' }, Priority.HIGH],
    [{ expiresInMs: 99 }, Priority.CRITICAL],
    [{ expiresInMs: 100 }, Priority.HIGH],
    [{ expiresInMs: 499 }, Priority.HIGH],
    [{ expiresInMs: 500 }, Priority.NORMAL],
    [{ expiresInMs: 1999 }, Priority.NORMAL],
    [{ expiresInMs: 2000 }, Priority.LOW],
    [{ profit: '4', expiresInMs: 50 }, Priority.CRITICAL],
  ] as const)('%o goes to lane %i', (what, priority) => {
    const payload = opportunity(what);
    const expiresAtMs = Number(payload.expiresAtNs) / 1e6;
    expect(routeOf(payload)).toMatchObject({ priority, expiresAtMs, conflateBy: 'desk#1' });
  });

  test('one that has expired is dropped, one that expires now is not', () => {
    expect(routeOf(opportunity({ expiresInMs: -1 }))).toMatchObject({ drop: true });
    expect(routeOf(opportunity({ expiresInMs: 0 }))).toMatchObject({ priority: Priority.CRITICAL });
  });

  test('what came over a wire as JSON is read as well', () => {
    const payload = asJson(opportunity({ profit: '20' }));
    expect(routeOf(payload)).toMatchObject({ priority: Priority.CRITICAL });
  });

  test('other topics, and payloads that are no opportunity, are left alone', () => {
    expect(routeOf(opportunity(), {}, 'data.quotes.A.BTCUSDT')).toBeUndefined();
    expect(routeOf({ id: 1, expiresAtNs: 5n })).toBeUndefined();
    expect(routeOf({ id: 'x', expiresAtNs: Number.NaN })).toBeUndefined();
  });

  test('a rule of one’s own is added to the others', () => {
    const rule: ArbitrageRule = { name: 'cycles', priority: Priority.HIGH, types: ['TRIANGULAR'] };
    const rules = [...DEFAULT_RULES, rule];
    expect(routeOf(opportunity(), { rules })).toMatchObject({ priority: Priority.LOW });
    expect(routeOf({ ...opportunity(), type: 'TRIANGULAR' }, { rules })).toMatchObject({
      priority: Priority.HIGH,
      reason: 'rule: cycles',
    });
  });

  test('a signal is routed as it came, beside opportunities, by its type and profit; rules that ask for survival pass it by', () => {
    const signal = fundingSignal();
    const rules: readonly ArbitrageRule[] = [
      { name: 'funding', priority: Priority.NORMAL, types: ['FUNDING_RATE'], profitAbove: '3' },
      { name: 'sure', priority: Priority.CRITICAL, survivalAtLeast: 0.9 },
      { name: 'soon', priority: Priority.HIGH, urgencies: ['IMMEDIATE'] },
    ];
    const topic = arbitrageTopic(signal);
    expect(topic).toBe('arbitrage.FUNDING_RATE.BTCUSDT');
    expect(signal.urgency).toBe('LOW');
    expect(routeOf(signal, { rules }, topic)).toMatchObject({
      priority: Priority.NORMAL,
      reason: 'rule: funding',
      conflateBy: signal.id,
      expiresAtMs: NOW_MS + 60_000,
    });
    expect(routeOf({ ...signal, profit: '3' }, { rules }, topic)).toMatchObject({ reason: 'no rule matches' });
    const soon = fundingSignal(50);
    expect(soon.urgency).toBe('IMMEDIATE');
    expect(routeOf(soon, { rules }, topic)).toMatchObject({ priority: Priority.HIGH, reason: 'rule: soon' });
    const sure = { ...opportunity(), urgency: 'MODERATE', survival: { probability: 0.9, arrivalMs: 20 } };
    expect(routeOf(sure, { rules })).toMatchObject({ priority: Priority.CRITICAL, reason: 'rule: sure' });
  });

  test('without a matching rule it keeps its lane, and its expiry all the same', () => {
    expect(routeOf(opportunity(), { rules: [] })).toMatchObject({ priority: undefined, reason: 'no rule matches' });
  });

  test.each([
    ['profitThreshold', { profitThreshold: '0' }],
    ['profitThreshold', { profitThreshold: '1e3' }],
    ['rules[0].priority', { rules: [{ name: 'x', priority: 7 as Priority }] }],
    ['rules[0].name', { rules: [{ name: '', priority: 0 as Priority }] }],
    ['rules[0].profitAbove', { rules: [{ name: 'x', priority: 0 as Priority, profitAbove: 'ten' }] }],
    ['rules[0].expiresWithinMs', { rules: [{ name: 'x', priority: 0 as Priority, expiresWithinMs: Number.NaN }] }],
  ])('options that cannot be used throw: %s', (path, options) => {
    expect(() => routeOf(opportunity(), options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', path }));
  });
});

describe('on a client', () => {
  test('opportunities overtake market data, and what expires in its lane is not delivered', async () => {
    const clock = new ManualClock({ startMs: NOW_MS });
    const client = new BufferedMessageBusClient({
      clock,
      plugins: [new ArbitrageRouter({ profitThreshold: '1' })],
      workers: { min: 1, max: 1 },
    });
    const seen: string[] = [];
    client.subscribe('data.*', (_, { topic }) => void seen.push(topic));
    client.subscribe('arbitrage.*', (payload) => void seen.push((payload as Opportunity).id));
    client.publish('data.quotes.A.BTCUSDT', {});
    client.publish(arbitrageTopic(opportunity()), opportunity({ id: 'short', expiresInMs: 5 }));
    client.publish(arbitrageTopic(opportunity()), opportunity({ id: 'long', profit: '11' }));
    clock.elapse(6);
    await clock.settle();
    expect(seen).toEqual(['long', 'data.quotes.A.BTCUSDT']);
    await client.close();
  });
});

describe('the publisher', () => {
  const setUp = () => {
    const clock = new ManualClock({ startMs: NOW_MS });
    const published: string[] = [];
    const publisher: OpportunityPublisher = new OpportunityPublisher({
      clock,
      current: (id) => tracker.find(id),
      publish: (topic, { sequence, state }, { orderingKey }) => {
        published.push(`${topic} ${orderingKey} ${sequence} ${state} +${Math.floor(clock.now() - NOW_MS)}`);
        return published.length !== 1;
      },
    });
    const tracker: OpportunityTracker = new OpportunityTracker({ producer: 'desk', listener: publisher.onOpportunity });
    const rows = [btcRow('A'), btcRow('B')];
    const detector = new ArbitrageDetector(oneGroup(rows, { maxAgeMs: 3000, observer: tracker }));
    tracker.attach(detector);
    const feed = (venue: string, bid: string, ask: string, atMs: number) =>
      detector.apply({
        ...quote(venue, { bid: [bid, '1'], ask: [ask, '1'], atMs: 0 }),
        tsRecv: BigInt(NOW_MS + atMs) * 1_000_000n,
      });
    return { clock, published, publisher, tracker, detector, feed };
  };

  test('publishes from confirmed on, escalates once a level, and tells the end', async () => {
    const { clock, published, publisher, detector, feed } = setUp();
    feed('A', '90', '100', 0);
    feed('B', '105', '110', 0);
    await clock.advance(2999);
    detector.advance(BigInt(NOW_MS + 3001) * 1_000_000n);
    expect(published).toEqual([
      'arbitrage.PRICE_SPREAD.BTCUSDT desk#1/0 1 confirmed +0',
      'arbitrage.PRICE_SPREAD.BTCUSDT desk#1/1 2 confirmed +1000',
      'arbitrage.PRICE_SPREAD.BTCUSDT desk#1/2 3 confirmed +2500',
      'arbitrage.PRICE_SPREAD.BTCUSDT desk#1/3 4 confirmed +2900',
      'arbitrage.PRICE_SPREAD.BTCUSDT desk#1/3 5 expired +2999',
    ]);
    expect(publisher.counts()).toEqual({ published: 5, escalated: 3, refused: 1 });
    publisher[Symbol.dispose]();
    expect(clock.pending().timers).toBe(0);
  });

  test('a fresher quote moves the end away: a level that was reached is not told again', async () => {
    const { clock, published, feed } = setUp();
    feed('A', '90', '100', 0);
    feed('B', '105', '110', 0);
    await clock.advance(1500);
    feed('A', '90', '99', 1500);
    feed('B', '105', '110', 1500);
    await clock.advance(1400);
    // 2 s before the first end; the two quotes, of which the first changes the figures; 2 s before the new end was reached before.
    expect(published.map((line) => line.split(' ').at(-1))).toEqual(['+0', '+1000', '+1500']);
  });

  test('ends its timer and publishes nothing after it is disposed', async () => {
    const { clock, published, publisher, feed } = setUp();
    feed('A', '90', '100', 0);
    feed('B', '105', '110', 0);
    publisher[Symbol.dispose]();
    await clock.advance(5000);
    expect(published).toHaveLength(1);
  });
});
