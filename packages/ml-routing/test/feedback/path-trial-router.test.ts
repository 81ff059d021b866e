import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import type { RoutableMessage, RoutingContext, RoutingPlugin } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import {
  PATH_HEADER,
  PathTrial,
  PredictiveRouter,
  createLearnedRouting,
  pathPlugin,
  RoundRobin,
} from '../../src/index.ts';
import { outcome } from '../support/outcome.ts';
import { HangingPaths } from '../support/hanging-paths.ts';

/** A trial in which the candidate decides already. */
const ADOPTED = {
  version: 1,
  data: { adopted: true, adoptions: 1, withdrawals: 0, reversals: 0, candidate: null },
} as const;
const TOOK_MS: Readonly<Record<string, number>> = { main: 10, backup: 5 };

/** Publishes over a slow default path and a quick other one, and settles what arrives. */
class Desk {
  readonly plugin: RoutingPlugin;
  /** Published by path, and not settled. */
  readonly open: Record<string, number> = { main: 0, backup: 0 };
  #sequence = 0;
  #nowMs = 1_000;
  #oldestOpenMs = Infinity;

  constructor(plugin: RoutingPlugin) {
    this.plugin = plugin;
  }

  /** Returns how many went by each path. What is published to a path that hangs is never settled. */
  play(messages: number, hanging = ''): Readonly<Record<string, number>> {
    const taken: Record<string, number> = { main: 0, backup: 0 };
    for (let i = 0; i < messages; i += 1) {
      const path = this.send();
      taken[path] = (taken[path] ?? 0) + 1;
      if (path === hanging) {
        this.open[path] = (this.open[path] ?? 0) + 1;
        this.#oldestOpenMs = Math.min(this.#oldestOpenMs, this.#nowMs);
      } else {
        const at = { sequence: this.#sequence, publishedAtMs: this.#nowMs };
        this.plugin.observe?.(outcome({ ...at, path, waitedMs: 0, handledMs: (TOOK_MS[path] ?? 0) + (i % 13) / 10 }));
      }
    }
    return taken;
  }

  send(headers?: Readonly<Record<string, string>>): string {
    this.#sequence += 1;
    this.#nowMs += 20;
    return this.plugin.route?.(message(this.#sequence, this.#nowMs, headers), this.#context())?.path ?? 'main';
  }

  #context(): RoutingContext {
    const oldestInFlightAtMs = this.#oldestOpenMs;
    return {
      nowMs: this.#nowMs,
      paths: ['main', 'backup'],
      fact: () => undefined,
      set: () => undefined,
      load: (path) => ({
        waiting: 0,
        inFlight: this.open[path] ?? 0,
        oldestInFlightAtMs: path === 'main' ? oldestInFlightAtMs : Infinity,
        status: 'up',
      }),
    };
  }
}

function message(
  sequence: number,
  publishedAtMs: number,
  headers: Readonly<Record<string, string>> | undefined,
): RoutableMessage {
  return {
    topic: `data.quotes.OKX.${sequence % 50}`,
    payload: 'x',
    sequence,
    priority: 2,
    declaredPriority: 2,
    publishedAtMs,
    orderingKey: undefined,
    expiresAtMs: undefined,
    headers,
    path: undefined,
  };
}

test.each([false, true])(
  'an adopted router leaves a default path that hangs, but for the share that is tried (keepOrder %s)',
  (keepOrder) => {
    const router = new PredictiveRouter({ keepOrder });
    const trial = new PathTrial({ candidate: router.plugin, judgedEvery: 1_000_000 });
    trial.state.restore(ADOPTED);
    const desk = new Desk(trial.plugin);
    expect(desk.play(1_000)['backup']).toBeGreaterThan(850);
    // 250 messages go by in five seconds, a tenth of them the other way; after that nothing is tried there.
    const { main = 0 } = desk.play(1_000, 'main');
    expect(main).toBeGreaterThan(0);
    expect(main).toBeLessThan(60);
  },
);

test('a router on trial knows what is really under way on each path', () => {
  const router = new PredictiveRouter();
  const trial = new PathTrial({ candidate: router.plugin, judgedEvery: 1_000_000 });
  const desk = new Desk(trial.plugin);
  desk.play(500);
  const underWay = () => Object.fromEntries(router.readings().map((reading) => [reading.path, reading.underWay]));
  expect(underWay()).toEqual({ main: 0, backup: 0 });
  desk.play(200, 'main');
  expect(desk.open['main']).toBeGreaterThan(150);
  expect(underWay()).toEqual(desk.open);
});

test('while the trial is switched off its router goes on learning from the path that messages take', () => {
  const router = new PredictiveRouter();
  const trial = new PathTrial({ candidate: router.plugin });
  const desk = new Desk(trial.plugin);
  trial.disable('a drill');
  expect(desk.play(600)).toEqual({ main: 600, backup: 0 });
  const main = router.readings().find(({ path }) => path === 'main');
  expect(main?.judged).toBeGreaterThan(500);
  expect(main?.latencyMs).toBeCloseTo(10.6, 0);
  expect(main?.underWay).toBe(0);
});

test('a strategy of its own books is told of the real path too', () => {
  const events: string[] = [];
  const turns = new RoundRobin();
  const candidate = pathPlugin({
    name: 'told',
    choose(paths, request) {
      const path = turns.choose(paths, request);
      events.push(`${request.ticket} ${path}`);
      return path;
    },
    settled: ({ ticket, path, result }) => void events.push(`${ticket} ${path} ${result}`),
  });
  const trial = new PathTrial({ candidate });
  trial.disable();
  new Desk(trial.plugin).play(1);
  expect(events).toEqual(['1 backup', '1 backup withdrawn', '1 main', '1 main arrived']);
});

test('the path that a publisher names is taken, whether the trial is on, off, or the whole composition is', () => {
  const trial = new PathTrial({ candidate: new PredictiveRouter().plugin });
  const desk = new Desk(trial.plugin);
  const headers = { [PATH_HEADER]: 'backup' };
  expect(desk.send(headers)).toBe('backup');
  trial.disable('a drill');
  expect(desk.send(headers)).toBe('backup');
  expect(desk.send({ [PATH_HEADER]: 'nowhere' })).toBe('main');
  expect(desk.send()).toBe('main');

  const always = { name: 'stubborn', route: () => ({ path: 'main', reason: 'always' }) };
  expect(new Desk(new PathTrial({ candidate: always }).plugin).send(headers)).toBe('backup');

  const routing = createLearnedRouting({ scheduling: false, regimes: false, paths: { trial: true } });
  routing.disable('a drill');
  const plugin = routing.plugins.find(({ name }) => name.startsWith('trial-of'));
  expect(plugin && new Desk(plugin).send(headers)).toBe('backup');
});

test('what failed on another path than the chosen one says nothing about that', () => {
  const router = new PredictiveRouter();
  const paths = ['a', 'b'];
  const settle = (ticket: number, path: string, result: 'arrived' | 'failed') =>
    router.settled({ ticket, path, atMs: ticket * 100 + 5, latencyMs: path === 'a' ? 5 : 10, result });
  const choose = (ticket: number) => router.choose(paths, { ticket, nowMs: ticket * 100, size: 1, volatility: 0 });
  for (let ticket = 1; ticket <= 60; ticket += 1) settle(ticket, choose(ticket), 'arrived');
  expect(choose(61)).toBe('a');
  settle(61, 'b', 'failed');
  expect(choose(62)).toBe('a');
  settle(62, 'a', 'failed');
  expect(choose(63)).toBe('b');
});

test('on the real client, messages leave a default path that hangs, and all arrive once it goes on', async () => {
  const clock = new ManualClock();
  const paths = new HangingPaths(clock);
  const routed: Record<string, number> = {};
  const sent: Record<string, number> = {};
  const counting: RoutingPlugin = {
    name: 'counting',
    route: ({ path = 'main' }) => {
      routed[path] = (routed[path] ?? 0) + 1;
      return undefined;
    },
    observe: ({ kind, path = '' }) => {
      if (kind === 'sent') sent[path] = (sent[path] ?? 0) + 1;
    },
  };
  const trial = new PathTrial({ candidate: new PredictiveRouter().plugin, judgedEvery: 1_000_000 });
  trial.state.restore(ADOPTED);
  const client = new BufferedMessageBusClient({
    clock,
    paths: { main: paths.transport('main', 10), backup: paths.transport('backup', 5) },
    plugins: [trial.plugin, counting],
    // The machine that runs the tests may be busy: no plugin is to be left out for that.
    pluginBudgetMicros: 1_000_000,
  });
  const play = async (messages: number): Promise<void> => {
    for (let i = 0; i < messages; i += 1) {
      client.publish(`data.trades.OKX.${i % 50}`, i);
      await clock.advance(20);
    }
  };
  await play(200);
  await clock.advance(100);
  paths.hanging = 'main';
  const before = routed['main'] ?? 0;
  await play(400);
  // A tenth is tried; without being told of it, the router would have put nearly everything there.
  expect((routed['main'] ?? 0) - before).toBeLessThan(80);
  expect(paths.held).toBeGreaterThan(0);
  paths.goOn();
  await clock.advance(200);
  expect((sent['main'] ?? 0) + (sent['backup'] ?? 0)).toBe(600);
  expect(sent).toEqual(routed);
});
