import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import type { RoutableMessage, RoutingContext, RoutingPlugin } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { PathTrial, PredictiveRouter } from '../../src/index.ts';
import { outcome } from '../support/outcome.ts';
import { HangingPaths } from '../support/hanging-paths.ts';

const MINUTE_MS = 60_000;

interface Sent {
  readonly message: RoutableMessage;
  readonly path: string;
  readonly dueAtMs: number;
}

/** A client with a quick default path `a` and a slower `b`, of which some may hang: what went there is settled when it goes on, or never. */
class Traffic {
  readonly plugin: RoutingPlugin;
  readonly latencyMs: Record<string, number> = { a: 4, b: 8 };
  readonly hanging = new Set<string>();
  /** By path, since the last `play`. */
  taken: Record<string, number> = { a: 0, b: 0 };
  /** Paths that a key took, in the order of publishing. */
  readonly byKey = new Map<string, string[]>();
  nowMs = 1_000_000;
  readonly #stepMs: number;
  readonly #keys: number;
  #sequence = 0;
  #flying: Sent[] = [];
  #held: Sent[] = [];

  constructor(
    plugin: RoutingPlugin,
    { stepMs = 10, keys = 50 }: { readonly stepMs?: number; readonly keys?: number } = {},
  ) {
    this.plugin = plugin;
    this.#stepMs = stepMs;
    this.#keys = keys;
  }

  play(forMs: number): Readonly<Record<string, number>> {
    this.taken = { a: 0, b: 0 };
    for (const endMs = this.nowMs + forMs; this.nowMs < endMs;) {
      this.nowMs += this.#stepMs;
      this.#settle();
      this.#publish();
    }
    return this.taken;
  }

  /** It goes on: what it held is stored now, in the order in which it went there; or it was lost. */
  goesOn(path: string, loses = false): void {
    this.hanging.delete(path);
    if (!loses)
      for (const sent of this.#held.filter((each) => each.path === path)) this.#flying.push({ ...sent, dueAtMs: 0 });
    this.#held = this.#held.filter((each) => each.path !== path);
  }

  #publish(): void {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const topic = `data.quotes.OKX.${sequence % this.#keys}`;
    const message: RoutableMessage = {
      topic,
      payload: 'x',
      sequence,
      priority: 2,
      declaredPriority: 2,
      publishedAtMs: this.nowMs,
      orderingKey: undefined,
      expiresAtMs: undefined,
      headers: undefined,
      path: undefined,
    };
    const path = this.plugin.route?.(message, this.#context())?.path ?? 'a';
    this.taken[path] = (this.taken[path] ?? 0) + 1;
    this.byKey.set(topic, [...(this.byKey.get(topic) ?? []).slice(-99), path]);
    const jitterMs = ((sequence * 7_919) % 100) / 50;
    const sent = { message, path, dueAtMs: this.nowMs + (this.latencyMs[path] ?? 0) + jitterMs };
    (this.hanging.has(path) ? this.#held : this.#flying).push(sent);
  }

  #settle(): void {
    const due = this.#flying.filter(({ dueAtMs }) => dueAtMs <= this.nowMs);
    this.#flying = this.#flying.filter(({ dueAtMs }) => dueAtMs > this.nowMs);
    for (const { message, path, dueAtMs } of due) {
      const { sequence, publishedAtMs } = message;
      const atMs = dueAtMs === 0 ? this.nowMs : dueAtMs;
      this.plugin.observe?.(outcome({ sequence, publishedAtMs, path, waitedMs: atMs - publishedAtMs, handledMs: 0 }));
    }
  }

  #context(): RoutingContext {
    return {
      nowMs: this.nowMs,
      paths: ['a', 'b'],
      fact: () => undefined,
      set: () => undefined,
      load: (path) => {
        const own = this.#held.filter((each) => each.path === path);
        const oldestInFlightAtMs = own[0]?.message.publishedAtMs ?? Infinity;
        return { waiting: 0, inFlight: own.length, oldestInFlightAtMs, status: 'up' };
      },
    };
  }
}

/** A router that has learned that `a` is the quicker one. */
function learned(options: { readonly keepOrder?: boolean; readonly stepMs?: number; readonly keys?: number } = {}) {
  const router = new PredictiveRouter({ keepOrder: options.keepOrder });
  const traffic = new Traffic(router.plugin, options);
  traffic.play(3_000 * (options.stepMs ?? 10));
  expect(traffic.taken['a']).toBeGreaterThan(traffic.taken['b'] ?? 0);
  return { router, traffic };
}

describe('a path that hangs for minutes', () => {
  test.each([
    { keepOrder: true, keys: 50, first: 80 },
    // A key has a message under way all the time, so it stays until the path is taken to stand still: five seconds, of 20 messages each.
    { keepOrder: true, keys: 5, first: 350 },
    { keepOrder: false, keys: 50, first: 5 },
  ])('is left, and tried by one message at a time: $keys keys, keepOrder $keepOrder', ({ first, ...options }) => {
    const { traffic, router } = learned(options);
    traffic.hanging.add('a');
    expect(traffic.play(MINUTE_MS)['a']).toBeLessThan(first);
    for (let minute = 1; minute < 5; minute += 1) expect(traffic.play(MINUTE_MS)['a']).toBeLessThanOrEqual(2);
    expect(router.standsStill('a', traffic.nowMs)).toBe(true);
    expect(router.standsStill('b', traffic.nowMs)).toBe(false);
  });

  test.each([{ loses: false }, { loses: true }])(
    'is used again when it goes on; what it held is lost: $loses',
    ({ loses }) => {
      const { traffic, router } = learned();
      traffic.hanging.add('a');
      traffic.play(3 * MINUTE_MS);
      traffic.goesOn('a', loses);
      // What it held says so at once. Where that is lost the next message by which it is tried does: the last one has to be given up, and the path to have rested.
      traffic.play(loses ? 2 * MINUTE_MS : 1_000);
      const { a = 0, b = 0 } = traffic.play(10_000);
      expect(a).toBeGreaterThan(20 * b);
      expect(router.standsStill('a', traffic.nowMs)).toBe(false);
      const predicted = router.predict('a', { nowMs: traffic.nowMs, size: 1, volatility: 0 });
      expect(predicted?.meanMs).toBeLessThan(8);
    },
  );

  test('has its keys back once it works again, though what it held of them was lost without a word', () => {
    const { traffic } = learned({ stepMs: 100, keys: 10 });
    traffic.hanging.add('a');
    traffic.play(2 * MINUTE_MS);
    traffic.goesOn('a', true);
    traffic.play(4 * MINUTE_MS);
    // Far fewer than 16,384 messages, which would push the lost ones out.
    const { a = 0, b = 0 } = traffic.play(MINUTE_MS);
    expect(a).toBeGreaterThan(20 * b);
  });

  test('is used again after it hung for twenty seconds, however long its messages took then', () => {
    const { traffic } = learned();
    traffic.hanging.add('a');
    traffic.play(20_000);
    traffic.goesOn('a');
    traffic.play(1_000);
    const { a = 0, b = 0 } = traffic.play(10_000);
    expect(a).toBeGreaterThan(20 * b);
  });

  test('is left for one that is slow, once it is later than that', () => {
    const { traffic } = learned();
    traffic.latencyMs['b'] = 1_500;
    traffic.play(MINUTE_MS);
    traffic.hanging.add('a');
    // For a while it may still be the quicker one, and then keys stay until five seconds are over.
    expect(traffic.play(MINUTE_MS)['a']).toBeLessThan(520);
    for (let minute = 1; minute < 5; minute += 1) expect(traffic.play(MINUTE_MS)['a']).toBeLessThanOrEqual(3);
  });

  test('is left when the table of messages under way is full before any is old enough to be given up', () => {
    const { traffic } = learned({ stepMs: 0.125, keys: 1_000 });
    traffic.hanging.add('a');
    // 16,384 messages go by in two seconds.
    traffic.play(4_000);
    expect(traffic.play(4_000)['a']).toBeLessThan(20);
  });

  test('stays with an adopted trial at its share for five seconds, and is left then', () => {
    const router = new PredictiveRouter();
    const trial = new PathTrial({ candidate: router.plugin, judgedEvery: 1_000_000 });
    trial.state.restore({
      version: 1,
      data: { adopted: true, adoptions: 1, withdrawals: 0, reversals: 0, candidate: null },
    });
    const traffic = new Traffic(trial.plugin);
    traffic.play(30_000);
    traffic.hanging.add('a');
    expect(traffic.play(MINUTE_MS)['a']).toBeLessThan(250);
    for (let minute = 1; minute < 5; minute += 1) expect(traffic.play(MINUTE_MS)['a']).toBeLessThanOrEqual(2);
  });

  test('has company: where all hang keys keep their paths, and all is as before when they go on', () => {
    const { traffic, router } = learned({ keys: 5 });
    traffic.hanging.add('a').add('b');
    traffic.play(50_000);
    for (const [, paths] of traffic.byKey) expect(new Set(paths).size).toBe(1);
    traffic.play(4 * MINUTE_MS);
    traffic.goesOn('a');
    traffic.goesOn('b');
    traffic.play(10_000);
    const { a = 0, b = 0 } = traffic.play(10_000);
    expect(a).toBeGreaterThan(b);
    for (const path of ['a', 'b']) expect(router.standsStill(path, traffic.nowMs)).toBe(false);
  });
});

test('a path on which everything has become slow is known as slow, not tried for ever as if it were not', () => {
  const { traffic, router } = learned({ keepOrder: false });
  traffic.latencyMs['a'] = 12_000;
  traffic.play(5 * MINUTE_MS);
  expect(traffic.play(5 * MINUTE_MS)['a']).toBeLessThan(20);
  // Where it is all there is it is learned in the end.
  const alone = new PredictiveRouter();
  for (let ticket = 1; ticket <= 400; ticket += 1) {
    const nowMs = ticket * 20_000;
    alone.choose(['a'], { ticket, nowMs, size: 0, volatility: 0 });
    const latencyMs = ticket < 100 ? 4 : 12_000;
    alone.settled({ ticket, path: 'a', atMs: nowMs + latencyMs, latencyMs, result: 'arrived' });
  }
  expect(alone.predict('a', { nowMs: 1e9, size: 0, volatility: 0 })?.meanMs).toBeGreaterThan(11_000);
  expect(alone.standsStill('a', 1e9)).toBe(false);
  expect(router.standsStill('nowhere', 0)).toBe(false);
});

test('a burst that takes half a minute to be worked off is no standstill: something arrives all the time', () => {
  const router = new PredictiveRouter();
  let ticket = 0;
  for (; ticket < 200; ticket += 1) {
    const nowMs = ticket * 100;
    router.choose(['a', 'b'].slice(0, 1), { ticket, nowMs, size: 0, volatility: 0 });
    router.settled({ ticket, path: 'a', atMs: nowMs + 4, latencyMs: 4, result: 'arrived' });
  }
  const burstAtMs = 30_000;
  for (let i = 0; i < 10_000; i += 1)
    router.choose(['a'], { ticket: ticket + i, nowMs: burstAtMs, size: 0, volatility: 0 });
  let standstills = 0;
  for (let i = 0; i < 10_000; i += 1) {
    const atMs = burstAtMs + 4 + i * 3;
    router.settled({ ticket: ticket + i, path: 'a', atMs, latencyMs: atMs - burstAtMs, result: 'arrived' });
    if (router.standsStill('a', atMs + 1)) standstills += 1;
  }
  expect(standstills).toBe(0);
});

test('a message that is lost among others that arrive is no standstill', () => {
  const router = new PredictiveRouter();
  const chosen: string[] = [];
  for (let ticket = 0; ticket < 10_000; ticket += 1) {
    const nowMs = ticket * 20;
    chosen.push(router.choose(['a', 'b'], { ticket, nowMs, size: 0, volatility: 0 }));
    const path = chosen[ticket - 3] ?? '';
    // Three are under way at a time; one of a hundred never comes back.
    if (path === '' || ticket % 100 === 0) continue;
    const latencyMs = path === 'a' ? 62 : 68;
    router.settled({ ticket: ticket - 3, path, atMs: nowMs + 2, latencyMs, result: 'arrived' });
  }
  expect(chosen.filter((path) => path === 'a').length).toBeGreaterThan(9_000);
});

test('on the real client, a path that hangs for five minutes gets a message a minute, and all arrive once it goes on', async () => {
  const clock = new ManualClock();
  const paths = new HangingPaths(clock);
  const routed: Record<string, number> = { a: 0, b: 0 };
  const sent: Record<string, number> = { a: 0, b: 0 };
  const counting: RoutingPlugin = {
    name: 'counting',
    route: ({ path = 'a' }) => {
      routed[path] = (routed[path] ?? 0) + 1;
      return undefined;
    },
    observe: ({ kind, path = '' }) => {
      if (kind === 'sent') sent[path] = (sent[path] ?? 0) + 1;
    },
  };
  const router = new PredictiveRouter();
  const client = new BufferedMessageBusClient({
    clock,
    paths: { a: paths.transport('a', 4), b: paths.transport('b', 8) },
    plugins: [router.plugin, counting],
    // The machine that runs the tests may be busy: no plugin is to be left out for that.
    pluginBudgetMicros: 1_000_000,
  });
  const play = async (messages: number): Promise<number> => {
    const before = routed['a'] ?? 0;
    for (let i = 0; i < messages; i += 1) {
      client.publish(`data.trades.OKX.${i % 50}`, i);
      await clock.advance(50);
    }
    return (routed['a'] ?? 0) - before;
  };
  expect(await play(400)).toBeGreaterThan(380);
  await clock.advance(100);
  paths.hanging = 'a';
  expect(await play(1_200)).toBeLessThan(20);
  for (let minute = 1; minute < 5; minute += 1) expect(await play(1_200)).toBeLessThanOrEqual(2);
  paths.goOn();
  await clock.advance(1_000);
  expect(sent).toEqual(routed);
  expect(await play(400)).toBeGreaterThan(340);
  await clock.advance(1_000);
  await client.close();
});
