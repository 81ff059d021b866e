import { ManualClock } from '@tradewind/core/testing';
import type { FactKey, Outcome, PublishOptions, RoutableMessage, RoutingContext } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import {
  HedgedPublisher,
  MARKET_REGIME,
  PATH_HEADER,
  TWIN_HEADER,
  createLearnedRouting,
  onlyFirstTwin,
  type HedgedClient,
} from '../../src/index.ts';
import { collected } from '../support/collected.ts';

/** A client that asks the plugin as the real one does, and keeps what was published. */
class Desk {
  readonly clock = new ManualClock({ startMs: 1_000 });
  readonly hedging: HedgedPublisher;
  readonly published: { readonly topic: string; readonly headers: Readonly<Record<string, string>> }[] = [];
  readonly client: HedgedClient;
  hasRoom = true;
  isClosing = false;
  /** What was asked of the forecast: size and volatility. */
  readonly asked: (readonly [size: number, volatility: number])[] = [];
  /** Of which of these predictions the message itself was under way. */
  readonly underWay: boolean[] = [];
  #sequence = 0;

  constructor(budget?: number) {
    this.hedging = new HedgedPublisher({
      forecast: {
        predict: (path, { size, volatility, underWay = false }) => {
          if (path === 'unknown') return undefined;
          this.asked.push([size, volatility]);
          this.underWay.push(underWay);
          return { meanMs: path === 'b' ? 9 : 5, queueMs: 0, p50Ms: 5, p90Ms: 8, p95Ms: 10 + size, p99Ms: 20 + size };
        },
        sizeOf: ({ payload }) => (Array.isArray(payload) ? payload.length : 0),
      },
      clock: this.clock,
      id: 'desk',
      instance: 'run',
      budget,
    });
    this.client = {
      publish: (topic: string, payload: unknown, options?: PublishOptions): boolean => {
        if (this.isClosing) throw new Error('The client is closed and takes no more messages.');
        if (!this.hasRoom) return false;
        this.#sequence += 1;
        const headers = options?.headers ?? {};
        this.published.push({ topic, headers });
        this.hedging.plugin.route?.({ ...message(this.#sequence, this.clock.now()), payload }, CONTEXT);
        return true;
      },
    };
  }

  arrive(sequence: number, overrides: Partial<Outcome> = {}): void {
    const outcome = { kind: 'sent', sequence, publishedAtMs: 1_000, ...overrides } as Partial<Outcome> as Outcome;
    this.hedging.plugin.observe?.(outcome);
  }
}

const FACTS: ReadonlyMap<string, unknown> = new Map([
  [MARKET_REGIME, { regime: 'VOLATILE', confidence: 0.7, newsEvent: false, session: 'main', sinceMs: 0 }],
]);

const CONTEXT: RoutingContext = {
  nowMs: 1_000,
  paths: ['a', 'b', 'c', 'unknown'],
  fact: <T>(key: FactKey<T>) => FACTS.get(key) as T | undefined,
  set: () => undefined,
  load: () => undefined,
};

function message(sequence: number, publishedAtMs: number): RoutableMessage {
  return {
    topic: 't',
    payload: 1,
    sequence,
    priority: 2,
    declaredPriority: 2,
    publishedAtMs,
    orderingKey: undefined,
    expiresAtMs: undefined,
    headers: undefined,
    path: 'a',
  };
}

test('what is not stored within the predicted 95 % goes once more, over the best other path, as the same message', async () => {
  const desk = new Desk(1);
  desk.hedging.publish(desk.client, 'commands.cancel', { id: 1 }, { headers: { own: 'x' } });
  await desk.clock.advance(9);
  expect(desk.published).toHaveLength(1);
  await desk.clock.advance(2);
  expect(desk.published.map(({ headers }) => headers)).toEqual([
    { own: 'x', [TWIN_HEADER]: 'desk:run:1' },
    { own: 'x', [TWIN_HEADER]: 'desk:run:1', [PATH_HEADER]: 'c' },
  ]);
  await desk.clock.advance(1_000);
  expect(desk.published).toHaveLength(2);
  expect(desk.hedging.counts()).toEqual({ published: 1, hedged: 1, leftAlone: 0 });
});

test('what arrives in time goes once', async () => {
  const desk = new Desk(1);
  desk.hedging.publish(desk.client, 'commands.cancel', 1);
  await desk.clock.advance(5);
  desk.arrive(1);
  await desk.clock.advance(100);
  expect(desk.published).toHaveLength(1);
});

test('the budget holds, and what is over it is counted', async () => {
  const desk = new Desk(0.1);
  for (let i = 0; i < 20; i += 1) desk.hedging.publish(desk.client, 'commands.cancel', i);
  await desk.clock.advance(100);
  expect(desk.hedging.counts()).toEqual({ published: 20, hedged: 2, leftAlone: 18 });
});

test('calm days earn no right to send everything twice when trouble comes', async () => {
  const desk = new Desk();
  for (let i = 1; i <= 100_000; i += 1) {
    desk.hedging.publish(desk.client, 'commands.cancel', i);
    desk.arrive(i);
  }
  for (let i = 0; i < 4_000; i += 1) {
    desk.hedging.publish(desk.client, 'commands.cancel', i);
    await desk.clock.advance(1);
  }
  await desk.clock.advance(100);
  // A twentieth of the 4,000, and what may be saved up.
  const { hedged, leftAlone } = desk.hedging.counts();
  expect(hedged).toBeLessThanOrEqual(300);
  expect(hedged).toBeGreaterThan(290);
  expect(hedged + leftAlone).toBe(4_000);
});

test('a budget of everything allows everything, a burst included, and one of nothing nothing', async () => {
  for (const [budget, copies] of [
    [1, 600],
    [0, 0],
  ] as const) {
    const desk = new Desk(budget);
    for (let i = 0; i < 600; i += 1) desk.hedging.publish(desk.client, 'commands.cancel', i);
    await desk.clock.advance(100);
    expect(desk.hedging.counts().hedged).toBe(copies);
  }
});

test('it can be switched off and on, by itself and with all of learned routing, and says so', async () => {
  const desk = new Desk(1);
  const { hedging } = desk;
  const routing = createLearnedRouting({ scheduling: false, regimes: false, plugins: [hedging.plugin] });
  hedging.publish(desk.client, 'commands.cancel', 1);
  routing.disable('a drill');
  expect(hedging.plugin.health()).toMatchObject({ status: 'degraded', reason: 'a drill' });
  hedging.publish(desk.client, 'commands.cancel', 2);
  await desk.clock.advance(100);
  // The one that waited when it was switched off is counted; those after it go as they would without hedging.
  expect(hedging.counts()).toEqual({ published: 2, hedged: 0, leftAlone: 1 });
  expect(desk.published).toHaveLength(2);
  expect(collected(hedging)).toEqual({
    'tradewind_hedging_messages_total{publisher=hedging-desk,result=published}': 2,
    'tradewind_hedging_messages_total{publisher=hedging-desk,result=hedged}': 0,
    'tradewind_hedging_messages_total{publisher=hedging-desk,result=leftAlone}': 1,
    'tradewind_hedging_waiting{publisher=hedging-desk}': 0,
    'tradewind_hedging_enabled{publisher=hedging-desk}': 0,
  });
  for (const remedy of routing.remedies()) if (remedy.name === 'enable-hedging') await remedy.run();
  expect(hedging.health().status).toBe('up');
  hedging.publish(desk.client, 'commands.cancel', 3);
  await desk.clock.advance(100);
  expect(hedging.counts()).toEqual({ published: 3, hedged: 1, leftAlone: 1 });
});

test('what expired is not sent again, and a full lane is no hedge', async () => {
  const desk = new Desk(1);
  desk.hedging.publish(desk.client, 'commands.cancel', 1, { expiresAtMs: 1_005 });
  desk.hedging.publish(desk.client, 'commands.cancel', 2);
  desk.hasRoom = false;
  await desk.clock.advance(100);
  expect(desk.hedging.counts()).toEqual({ published: 2, hedged: 0, leftAlone: 2 });
  expect(desk.hedging.publish(desk.client, 'commands.cancel', 3)).toBe(false);
});

test('a client that closes meanwhile takes no copy: it is counted, and nothing is thrown into the event loop', async () => {
  const desk = new Desk(1);
  desk.hedging.publish(desk.client, 'commands.cancel', 1);
  desk.isClosing = true;
  await desk.clock.advance(100);
  expect(desk.published).toHaveLength(1);
  expect(desk.hedging.counts()).toEqual({ published: 1, hedged: 0, leftAlone: 1 });
  expect(() => desk.hedging.publish(desk.client, 'commands.cancel', 2)).toThrow('closed');
});

test('what is late is told by the size of the message and by how volatile the market is', async () => {
  const desk = new Desk(1);
  desk.hedging.publish(desk.client, 'commands.cancel', Array.from({ length: 30 }));
  await desk.clock.advance(39);
  expect(desk.published).toHaveLength(1);
  await desk.clock.advance(2);
  expect(desk.published).toHaveLength(2);
  // Once for its own path, and once for each other one that is known.
  // It is under way on the path on which it was predicted first, and on none of the others.
  expect(desk.underWay).toEqual([true, ...desk.underWay.slice(1).map(() => false)]);
  expect(desk.asked).toEqual([
    [30, 0.7],
    [30, 0.7],
    [30, 0.7],
  ]);
});

test('a second copy goes for what its path failed to store, and none for what the client gave up', async () => {
  const desk = new Desk(1);
  for (let i = 0; i < 3; i += 1) desk.hedging.publish(desk.client, 'commands.cancel', i);
  desk.arrive(1, { kind: 'failed', subscriptionId: 'own' });
  desk.arrive(2, { kind: 'deadLettered', error: { index: 0, error: new Error('refused for good') } });
  desk.arrive(3, { kind: 'expired' });
  await desk.clock.advance(100);
  const twins = desk.published.slice(3).map(({ headers }) => headers[TWIN_HEADER]);
  expect(twins).toEqual(['desk:run:1', 'desk:run:2']);
});

test('nothing is sent after the client has closed its plugins', async () => {
  const desk = new Desk(1);
  desk.hedging.publish(desk.client, 'commands.cancel', 1);
  await desk.hedging.plugin[Symbol.asyncDispose]?.();
  await desk.clock.advance(100);
  expect(desk.published).toHaveLength(1);
});

test('options that are none are refused', () => {
  const given = { forecast: { predict: () => undefined }, clock: new ManualClock(), id: 'x' };
  for (const wrong of [{ id: '' }, { instance: '' }, { budget: 2 }, { maxWaiting: 0 }])
    expect(() => new HedgedPublisher({ ...given, ...wrong })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
});

const meta = (twin: string | undefined) => ({
  topic: 't',
  priority: 2 as const,
  producer: 'p',
  sequence: 1,
  publishedAtMs: 0,
  deliveryCount: 1,
  headers: twin === undefined ? undefined : { [TWIN_HEADER]: twin },
});

test('a receiver gets the first of two twins, and again what failed', async () => {
  const got: unknown[] = [];
  let fails = true;
  const handler = onlyFirstTwin<number>((payload) => {
    got.push(payload);
    if (payload === 3 && fails) return Promise.reject(new Error('away'));
    return undefined;
  });
  handler(1, meta('x:1'));
  handler(2, meta('x:1'));
  await expect(handler(3, meta('x:2'))).rejects.toThrow('away');
  fails = false;
  handler(3, meta('x:2'));
  handler(4, meta(undefined));
  handler(4, meta(undefined));
  expect(got).toEqual([1, 3, 3, 4, 4]);
});

test('of the last messages that it remembers none gets through again, the failed ones among them handled once more', () => {
  let got = 0;
  let fails = false;
  const handler = onlyFirstTwin<number>(() => {
    got += 1;
    if (fails) throw new Error('away');
  }, 8);
  for (let i = 0; i < 10; i += 1) handler(i, meta(`x:${i}`));
  for (let i = 2; i < 10; i += 1) handler(i, meta(`x:${i}`));
  expect(got).toBe(10);
  fails = true;
  expect(() => handler(10, meta('x:10'))).toThrow('away');
  fails = false;
  // Its second place is the one that counts: seven more do not push it out, though they reach its first one.
  handler(10, meta('x:10'));
  for (let i = 11; i < 18; i += 1) handler(i, meta(`x:${i}`));
  handler(10, meta('x:10'));
  expect(got).toBe(19);
});

test('a receiver that outlives its sender takes what comes after a restart for new, and says what it dropped', () => {
  const got: string[] = [];
  const handler = onlyFirstTwin<string>((payload) => void got.push(payload));
  const client: HedgedClient = {
    publish: (_topic: string, payload: unknown, options?: PublishOptions): boolean => {
      const { [TWIN_HEADER]: twin } = options?.headers ?? {};
      handler(String(payload), meta(twin));
      return true;
    },
  };
  const forecast = { predict: () => undefined };
  for (const run of ['before', 'after']) {
    const hedging = new HedgedPublisher({ forecast, clock: new ManualClock(), id: 'desk' });
    for (let cancel = 1; cancel <= 3; cancel += 1)
      hedging.publish(client, 'commands.cancel', `${run} the restart ${cancel}`);
  }
  expect(got).toHaveLength(6);
  expect(handler.counts()).toEqual({ passed: 6, dropped: 0 });
  handler('again', meta('other:run:1'));
  handler('again', meta('other:run:1'));
  expect(handler.counts()).toEqual({ passed: 7, dropped: 1 });
});

test('what it remembers is bounded', () => {
  let got = 0;
  const handler = onlyFirstTwin<number>(() => {
    got += 1;
  }, 4);
  for (let i = 0; i < 100; i += 1) handler(i, meta(`x:${i}`));
  handler(0, meta('x:0'));
  handler(99, meta('x:99'));
  expect(got).toBe(101);
});
