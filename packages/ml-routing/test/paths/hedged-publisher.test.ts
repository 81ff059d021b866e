import { ManualClock } from '@tradewind/core/testing';
import type { Outcome, PublishOptions, RoutableMessage, RoutingContext } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { HedgedPublisher, PATH_HEADER, TWIN_HEADER, onlyFirstTwin, type HedgedClient } from '../../src/index.ts';

/** A client that asks the plugin as the real one does, and keeps what was published. */
class Desk {
  readonly clock = new ManualClock({ startMs: 1_000 });
  readonly hedging: HedgedPublisher;
  readonly published: { readonly topic: string; readonly headers: Readonly<Record<string, string>> }[] = [];
  readonly client: HedgedClient;
  hasRoom = true;
  #sequence = 0;

  constructor(budget?: number) {
    this.hedging = new HedgedPublisher({
      forecast: {
        predict: (path) =>
          path === 'unknown'
            ? undefined
            : { meanMs: path === 'b' ? 9 : 5, queueMs: 0, p50Ms: 5, p90Ms: 8, p95Ms: 10, p99Ms: 20 },
      },
      clock: this.clock,
      id: 'desk',
      budget,
    });
    this.client = {
      publish: (topic: string, _payload: unknown, options?: PublishOptions): boolean => {
        if (!this.hasRoom) return false;
        this.#sequence += 1;
        const headers = options?.headers ?? {};
        this.published.push({ topic, headers });
        this.hedging.plugin.route?.(message(this.#sequence, this.clock.now()), CONTEXT);
        return true;
      },
    };
  }

  arrive(sequence: number, publishedAtMs = 1_000): void {
    const outcome = { kind: 'sent', sequence, publishedAtMs } as Partial<Outcome> as Outcome;
    this.hedging.plugin.observe?.(outcome);
  }
}

const CONTEXT: RoutingContext = {
  nowMs: 1_000,
  paths: ['a', 'b', 'c', 'unknown'],
  fact: () => undefined,
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
    { own: 'x', [TWIN_HEADER]: 'desk:1' },
    { own: 'x', [TWIN_HEADER]: 'desk:1', [PATH_HEADER]: 'c' },
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

test('what expired is not sent again, and a full lane is no hedge', async () => {
  const desk = new Desk(1);
  desk.hedging.publish(desk.client, 'commands.cancel', 1, { expiresAtMs: 1_005 });
  desk.hedging.publish(desk.client, 'commands.cancel', 2);
  desk.hasRoom = false;
  await desk.clock.advance(100);
  expect(desk.hedging.counts()).toEqual({ published: 2, hedged: 0, leftAlone: 2 });
  expect(desk.hedging.publish(desk.client, 'commands.cancel', 3)).toBe(false);
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
  for (const wrong of [{ id: '' }, { budget: 2 }, { maxWaiting: 0 }])
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
