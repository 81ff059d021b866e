import { BufferedMessageBusClient, InMemoryBroker } from '@tradewind/core';
import { FaultyTransport, ManualClock } from '@tradewind/core/testing';
import type { Outcome, Priority, RoutingPlugin } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { LatencyMonitor } from '../src/latency/latency-monitor.ts';
import type { Opportunity } from '../src/lifecycle/opportunity.ts';
import { ArbitrageRouter } from '../src/routing/arbitrage-router.ts';
import { DEFAULT_RULES } from '../src/routing/arbitrage-rule.ts';
import { OpportunityPublisher, type PublishedOpportunity } from '../src/routing/opportunity-publisher.ts';
import { spread } from './opportunity-fixture.ts';

const NOW_MS = 1_704_067_200_000;
const NAMES = ['CRITICAL', 'HIGH', 'NORMAL', 'LOW'];
const TOPIC = 'arbitrage.PRICE_SPREAD.BTCUSDT';

interface Asked {
  readonly id?: string;
  readonly profit?: string;
  readonly expiresInMs?: number;
  readonly probability?: number;
  readonly urgency?: Opportunity['urgency'];
}

function opportunity({ probability, ...terms }: Asked = {}): Opportunity {
  const survival = probability === undefined ? undefined : { probability, arrivalMs: 20 };
  return spread({ profit: '1', detectedAtMs: NOW_MS, survival, ...terms });
}

/** A client of one worker, what it delivered, in order with its lane, and what became of all messages. */
function setUp(router = new ArbitrageRouter({ profitThreshold: '1' }), options = {}) {
  const clock = new ManualClock({ startMs: NOW_MS });
  const ends = new Map<string, number>();
  const ledger: RoutingPlugin = {
    name: 'ledger',
    observe: ({ kind, reason }: Outcome) => {
      const end = reason === undefined ? kind : `${kind} ${reason}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    },
  };
  const client = new BufferedMessageBusClient({
    clock,
    plugins: [router, ledger],
    workers: { min: 1, max: 1 },
    ...options,
  });
  const seen: string[] = [];
  client.subscribe('arbitrage.*', (payload, { priority }) => {
    seen.push(`${(payload as Opportunity).id} ${NAMES[priority] ?? ''} +${Math.floor(clock.now() - NOW_MS)}`);
  });
  return { clock, client, seen, ends };
}

describe('over a client', () => {
  test.each([
    [{ profit: '10.1' }, 'CRITICAL'],
    [{ profit: '3.1' }, 'HIGH'],
    [{ expiresInMs: 99 }, 'CRITICAL'],
    [{ expiresInMs: 499 }, 'HIGH'],
    [{ expiresInMs: 1999 }, 'NORMAL'],
    [{}, 'LOW'],
  ] as const)('%o comes in the lane %s', async (asked, lane) => {
    const { clock, client, seen } = setUp();
    client.publish(TOPIC, opportunity(asked));
    await clock.settle();
    expect(seen).toEqual([`desk#1 ${lane} +0`]);
    await client.close();
  });

  test('rules of one’s own look at survival and urgency', async () => {
    const rules = [
      ...DEFAULT_RULES,
      { name: 'sure', priority: 1 as Priority, survivalAtLeast: 0.9 },
      { name: 'immediate', priority: 0 as Priority, urgencies: ['IMMEDIATE'] as const },
    ];
    const { clock, client, seen } = setUp(new ArbitrageRouter({ profitThreshold: '1', rules }));
    for (const asked of [
      { id: 'unknown' },
      { id: 'doubtful', probability: 0.89 },
      { id: 'sure', probability: 0.9 },
      { id: 'now', urgency: 'IMMEDIATE' },
    ] as const) {
      client.publish(TOPIC, opportunity(asked), { orderingKey: asked.id });
    }
    await clock.settle();
    expect(new Set(seen)).toEqual(new Set(['now CRITICAL +0', 'sure HIGH +0', 'unknown LOW +0', 'doubtful LOW +0']));
    await client.close();
  });

  test('one is escalated once a level as its end comes near, and not delivered after it', async () => {
    const { clock, client, seen, ends } = setUp();
    const live = opportunity({ expiresInMs: 3000 });
    const publisher = new OpportunityPublisher({
      clock,
      current: () => live,
      publish: (topic, each, how) => client.publish(topic, each, how),
    });
    publisher.onOpportunity(live);
    await clock.advance(4000);
    expect(seen).toEqual(['desk#1 LOW +0', 'desk#1 NORMAL +1000', 'desk#1 HIGH +2500', 'desk#1 CRITICAL +2900']);
    client.publish(TOPIC, live);
    await clock.settle();
    expect(seen).toHaveLength(4);
    expect(ends.get('dropped plugin')).toBe(1);
    publisher[Symbol.dispose]();
    await client.close();
  });

  /** One worker with a backlog of messages that take 100 ms each, and one opportunity behind it; what was delivered of it. */
  const behind = async (backlog: number, expiresInMs: number) => {
    const clock = new ManualClock({ startMs: NOW_MS });
    const router = new ArbitrageRouter({ profitThreshold: '1' });
    const client = new BufferedMessageBusClient({ clock, plugins: [router], workers: { min: 1, max: 1 } });
    const work = () => new Promise<void>((resolve) => void clock.setTimer(resolve, 100));
    const seen: string[] = [];
    client.subscribe('data.*', work);
    client.subscribe('arbitrage.*', (payload, { priority }) => {
      const { sequence } = payload as PublishedOpportunity;
      seen.push(`${sequence} ${NAMES[priority] ?? ''} +${Math.floor(clock.now() - NOW_MS)}`);
      return work();
    });
    for (let i = 0; i < backlog; i += 1) client.publish('data.quotes.A.BTCUSDT', { i });
    const live = opportunity({ expiresInMs });
    const publisher = new OpportunityPublisher({
      clock,
      current: () => live,
      publish: (topic, each, how) => client.publish(topic, each, how),
    });
    publisher.onOpportunity(live);
    await clock.advance(10_000);
    publisher[Symbol.dispose]();
    await client.close();
    return { seen, counts: publisher.counts() };
  };

  test('one that waits behind a backlog is lifted over it as its end comes near, and delivered in time', async () => {
    const { seen, counts } = await behind(60, 3000);
    expect(counts).toEqual({ published: 4, escalated: 3, refused: 0 });
    expect(seen).toEqual(['3 HIGH +2600']);
  });

  test('an older state that comes after a newer one can be told by its sequence', async () => {
    const { seen } = await behind(26, 3000);
    expect(seen).toEqual(['3 HIGH +2600', '2 NORMAL +2700', '1 LOW +2800', '4 CRITICAL +2900']);
  });

  test('what expires while it waits in its lane is never delivered, and counted', async () => {
    const { clock, client, seen, ends } = setUp();
    for (let i = 0; i < 20; i += 1)
      client.publish(TOPIC, opportunity({ id: `o${i}`, expiresInMs: i % 2 === 0 ? 5 : 60_000 }));
    clock.elapse(6);
    await clock.settle();
    expect(seen).toHaveLength(10);
    expect(ends.get('expired')).toBe(10);
    await client.close();
  });

  test('under overload opportunities go first, a newer state takes the place of a stale one, and every message is accounted for', async () => {
    const { clock, client, seen, ends } = setUp(undefined, {
      lanes: { NORMAL: { capacity: 500, overflow: 'dropOldest' } },
    });
    let delivered = 0;
    const order: string[] = [];
    client.subscribe('data.*', () => {
      delivered += 1;
      order.push('data');
    });
    client.subscribe('arbitrage.*', () => void order.push('arbitrage'));
    const published = 2000;
    for (let i = 0; i < published; i += 1) {
      client.publish('data.quotes.A.BTCUSDT', { i });
      // Every tenth message is a state of one of five opportunities: newer ones take the older ones' place.
      if (i % 10 === 0) client.publish(TOPIC, opportunity({ id: `o${(i / 10) % 5}`, profit: '11' }));
    }
    await clock.settle();
    expect(seen).toHaveLength(5);
    // Two subscriptions each get the five, before any of the data.
    expect(order.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'arbitrage'));
    expect(delivered).toBe(500);
    expect(ends.get('dropped overflowOldest')).toBe(published - 500);
    expect(ends.get('superseded')).toBe(published / 10 - 5);
    await client.close();
  });
});

describe('the path', () => {
  /** Two paths that take as long as they are told. */
  const twoPaths = () => {
    const clock = new ManualClock({ startMs: NOW_MS });
    const broker = new InMemoryBroker({ clock });
    const [direct, relay] = [
      new FaultyTransport(broker.transport(), clock),
      new FaultyTransport(broker.transport(), clock),
    ];
    const monitor = new LatencyMonitor();
    const router = new ArbitrageRouter({ profitThreshold: '1', paths: monitor });
    const client = new BufferedMessageBusClient({ clock, plugins: [router], paths: { direct, relay } });
    const send = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 1) {
        client.publish(TOPIC, opportunity({ id: `${clock.now()} ${i}` }));
        await clock.advance(200);
      }
    };
    const sent = (): readonly number[] => [direct.batches.length, relay.batches.length];
    return { clock, client, monitor, direct, relay, send, sent };
  };

  test('changes when the latency class of the better one does, and back', async () => {
    const { client, monitor, direct, send, sent } = twoPaths();
    for (let i = 0; i < 64; i += 1) {
      monitor.took('direct', 2);
      monitor.took('relay', 60);
    }
    await send(5);
    expect(sent()).toEqual([5, 0]);
    for (let i = 0; i < 64; i += 1) monitor.took('direct', 300);
    expect(monitor.report('direct')?.latencyClass).toBe('VERY_HIGH');
    await send(5);
    expect(sent()).toEqual([5, 5]);
    for (let i = 0; i < 64; i += 1) monitor.took('direct', 2);
    await send(5);
    expect(direct.batches).toHaveLength(10);
    await client.close();
  });

  test('changes when the quality of the better one falls, though it is nearer', async () => {
    const { client, monitor, send, sent } = twoPaths();
    for (let i = 0; i < 64; i += 1) {
      monitor.took('direct', 2);
      monitor.took('relay', 60);
    }
    for (let i = 0; i < 4; i += 1) monitor.failed('direct');
    expect(monitor.report('direct')?.quality).toBe('FAIR');
    await send(5);
    expect(sent()).toEqual([0, 5]);
    await client.close();
  });

  test('is learned from what is sent: a path that turns slow is left by itself', async () => {
    const { client, direct, relay, send, sent, monitor } = twoPaths();
    monitor.took('relay', 30);
    monitor.took('direct', 10);
    direct.delayPublishes(150);
    relay.delayPublishes(30);
    await send(12);
    const [first = 0, second = 0] = sent();
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(first);
    await client.close();
  });
});
