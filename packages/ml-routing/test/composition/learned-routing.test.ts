import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import type { LogFields, Part, RoutingPlugin, StateOwner } from '@tradewind/core-types';
import {
  PatternAnalytics,
  FileStateStore,
  LEVEL_SETTINGS,
  MARKET_REGIME,
  MarketRegimeDetector,
  OPTIMIZATION_LEVELS,
  PathTrial,
  PredictiveRouter,
  RegimePolicy,
  SemanticPatternMatcher,
  SemanticRouter,
  createLearnedRouting,
  type LearnedRouting,
  type LearnedRoutingOptions,
} from '../../src/index.ts';
import { schedulingOf, trialOf } from '../../src/composition/learned-parts.ts';
import { learned } from '../../eval/scheduling/contenders.ts';
import { SCENARIOS, makeTrace, type Scenario } from '../../eval/scheduling/scenarios.ts';
import { simulate } from '../../eval/scheduling/simulation.ts';
import { collected, collectedTree } from '../support/collected.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tradewind-learned-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Has learned something: the state of a router after a load on which strict priority is not the best. */
function taughtState(): ReturnType<StateOwner['snapshot']> {
  const scenario = SCENARIOS.find(({ name }) => name === 'mislabelled') as Scenario;
  const trace = makeTrace(scenario, 104, 12_000);
  const { router, ...contender } = learned(trace);
  simulate(trace, contender);
  return router.state.snapshot();
}

/** Plays some messages of four lanes through a client; resolves to how many were handled. */
async function play(routing: LearnedRouting, messages = 400): Promise<number> {
  const client = new BufferedMessageBusClient({ scheduler: routing.scheduler, plugins: [...routing.plugins] });
  let handled = 0;
  client.subscribe('load.*', () => {
    handled += 1;
  });
  for (let at = 0; at < messages; at += 1) {
    client.publish(`load.t${at % 8}`, at, { priority: (at % 4) as 0 | 1 | 2 | 3 });
  }
  await client.flush();
  await client.close();
  return handled;
}

describe('parts', () => {
  test('by default the scheduler and its corrections; what is left away takes nothing down', async () => {
    for (const options of [{}, { scheduling: false as const }, { level: 'SWING' as const }]) {
      const routing = createLearnedRouting(options);
      expect(await play(routing)).toBe(400);
      expect(routing.scheduler === undefined).toBe(options.scheduling === false);
      expect(routing.health().status).toBe('up');
    }
  });

  test('all parts together deliver everything, and one switch turns all of them off', async () => {
    const routing = createLearnedRouting({
      adaptation: {},
      semantics: { rules: [{ name: 'bitcoin', match: 'BTC trades', decide: { priority: 1 } }] },
      paths: { trial: true },
    });
    expect(routing.parts().map(({ name }) => name)).toEqual([
      'q-learning',
      'market-regime',
      'regime-policy',
      'semantic-patterns',
      'semantic-router',
      'predictive-paths',
      'trial-of-predictive-paths',
    ]);
    expect(await play(routing)).toBe(400);
    routing.disable('all of it');
    expect(routing.parts().map((part) => part.health().status)).toEqual(routing.parts().map(() => 'degraded'));
    const again = createLearnedRouting({ adaptation: {}, semantics: {}, paths: {} });
    again.state.restore(routing.state.snapshot());
    expect(collected(again)).toMatchObject({ tradewind_learned_state_refused_total: 0 });
  });

  test('each part writes its own series, the whole only what is of no single part: asked one by one, they give every series once', () => {
    const routing = createLearnedRouting({
      adaptation: {},
      semantics: { rules: [{ name: 'bitcoin', match: 'BTC trades', decide: { priority: 1 } }] },
      paths: { trial: true },
    });
    expect(collected(routing)).toEqual({
      tradewind_learned_state_refused_total: 0,
      tradewind_learned_state_left_out_total: 0,
    });
    expect(collectedTree(routing)).toMatchObject({
      tradewind_learned_state_refused_total: 0,
      'tradewind_ml_scheduling_picks_total{cause=index}': 0,
      'tradewind_regime_probability{regime=NORMAL}': expect.any(Number),
      'tradewind_semantic_routed_total{rule=bitcoin}': 0,
      'tradewind_path_trial_outcomes_total{kind=withoutReward}': 0,
    });
  });

  test('whoever walks the parts of a client finds the series of its learned scheduler and plugins, without being told of them', async () => {
    const routing = createLearnedRouting({
      adaptation: {},
      semantics: { rules: [{ name: 'bitcoin', match: 'BTC trades', decide: { priority: 1 } }] },
      paths: {},
      plugins: [new PatternAnalytics().plugin],
    });
    const client = new BufferedMessageBusClient({ scheduler: routing.scheduler, plugins: routing.plugins });
    const ofClient = client.parts().flatMap(seriesOf);
    const ofRouting = new Set(Object.keys(collectedTree(routing)));
    expect(ofRouting.size).toBeGreaterThan(30);
    // What no client has: the state of all of it, and the matcher, which is asked and never plugged in.
    const { matcher } = routing;
    const elsewhere = { ...collected(routing), ...(matcher === undefined ? {} : collected(matcher)) };
    expect([...ofRouting].filter((series) => !ofClient.includes(series)).toSorted()).toEqual(
      Object.keys(elsewhere).toSorted(),
    );
    expect(ofClient.some((series) => series.startsWith('tradewind_plugin_calls_total'))).toBe(true);
    await client.close();
  });

  test('a plugin that throws is cut off by the client; everything is delivered', async () => {
    const broken: RoutingPlugin = {
      name: 'broken',
      route: () => {
        throw new Error('planted');
      },
    };
    expect(await play(createLearnedRouting({ plugins: [broken] }))).toBe(400);
  });

  test('the regime that a plugin finds out is in the explanation and the metrics', async () => {
    const regime = { regime: 'VOLATILE', confidence: 0.9, newsEvent: true, session: 'main', sinceMs: 0 } as const;
    const routing = createLearnedRouting({
      regimes: false,
      plugins: [
        {
          name: 'oracle',
          route: (_, context) => {
            context.set(MARKET_REGIME, regime);
            return undefined;
          },
        },
      ],
    });
    expect(routing.explain().regime).toBeUndefined();
    await play(routing);
    expect(routing.explain()).toMatchObject({
      regime,
      text: expect.arrayContaining(['market: VOLATILE at 90.0 %, a news event, session main']),
    });
    expect(collected(routing)).toMatchObject({
      'tradewind_market_regime{regime=VOLATILE}': 1,
      'tradewind_market_regime{regime=NORMAL}': 0,
      tradewind_market_news_event: 1,
    });
  });

  test('one kill switch for all, by hand and as a remedy', async () => {
    const candidate = { name: 'c', route: () => undefined };
    const routing = createLearnedRouting({ paths: { candidate, trial: true } });
    routing.disable('it is Friday');
    expect(routing.health()).toMatchObject({ status: 'degraded', reason: expect.stringContaining('it is Friday') });
    expect(routing.explain().text).toContain('learned scheduling is switched off');
    expect(await play(routing)).toBe(400);
    expect(collectedTree(routing)['tradewind_ml_scheduling_picks_total{cause=index}']).toBe(0);
    routing.enable();
    expect(routing.health().status).toBe('up');
    await routing
      .remedies()
      .find(({ name }) => name === 'disable-learning')
      ?.run();
    expect(routing.router?.enabled).toBe(false);
  });

  test.each(['candidate', 'plugin'] as const)('a %s that has a kill switch is switched with the others', async (as) => {
    const own = new PredictiveRouter();
    const routing = createLearnedRouting(
      as === 'candidate' ? { paths: { candidate: own.plugin } } : { plugins: [own.plugin] },
    );
    expect(routing.parts().map(({ name }) => name)).toContain('predictive-paths');
    expect(routing.remedies().map(({ name }) => name)).toEqual(
      expect.arrayContaining(own.remedies().map(({ name }) => name)),
    );
    expect(collectedTree(routing)).toMatchObject(collected(own));
    routing.disable('maintenance');
    expect(own.enabled).toBe(false);
    expect(own.health().reason).toBe('maintenance');
    routing.enable();
    expect(own.enabled).toBe(true);
  });

  test('every plugin of this package has the switch of its part', () => {
    const matcher = new SemanticPatternMatcher();
    const candidate: RoutingPlugin = { name: 'c', route: () => undefined };
    const parts = [
      new MarketRegimeDetector(),
      new RegimePolicy(),
      new SemanticRouter({ matcher, rules: [] }),
      new PredictiveRouter(),
      new PathTrial({ candidate }),
    ];
    const routing = createLearnedRouting({ regimes: false, plugins: parts.map(({ plugin }) => plugin) });
    routing.disable('all');
    expect(parts.map((part) => part.health().reason)).toEqual(parts.map(() => 'all'));
    routing.enable();
    expect(parts.map((part) => part.health().status)).toEqual(parts.map(() => 'up'));
  });

  test.each([
    ['level', { level: 'RECKLESS' as 'SWING' }],
    ['clock', { store: new FileStateStore('x') }],
    ['saveEveryMs', { saveEveryMs: 1 }],
    ['workers', { scheduling: { workers: 0 } }],
    ['priorityCosts', { scheduling: { priorityCosts: 5 as never } }],
    ['candidate', { paths: { candidate: { name: 'no route' }, trial: true } }],
  ])('a wrong option is named: %s', (path, options: LearnedRoutingOptions) => {
    expect(() => createLearnedRouting(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', path }));
  });
});

describe('levels', () => {
  test.each(OPTIMIZATION_LEVELS)('%s can be used, and its costs fall with the priority', (level) => {
    const candidate = { name: 'c', route: () => undefined };
    expect(createLearnedRouting({ level, paths: { candidate, trial: true } }).level).toBe(level);
    const { CRITICAL, HIGH, NORMAL, LOW } = LEVEL_SETTINGS[level].scheduling.priorityCosts;
    expect(CRITICAL > HIGH && HIGH > NORMAL && NORMAL > LOW).toBe(true);
  });

  test('costs and a gate that are given in part keep the others of the level', () => {
    const level = LEVEL_SETTINGS.ARBITRAGE;
    expect(schedulingOf({ priorityCosts: { NORMAL: 5, LOW: undefined }, leastT: 4 }, level)).toEqual({
      ...level.scheduling,
      leastT: 4,
      priorityCosts: { CRITICAL: 512, HIGH: 64, NORMAL: 5, LOW: 0.5 },
    });
    expect(trialOf({ gate: { leastT: 3 } }, level)).toEqual({
      ...level.paths,
      gate: { ...level.paths.gate, leastT: 3 },
    });
  });

  test('the bolder one adopts on less evidence', () => {
    const { CONSERVATIVE, BALANCED, AGGRESSIVE } = LEVEL_SETTINGS;
    expect(CONSERVATIVE.scheduling.leastT).toBeGreaterThan(BALANCED.scheduling.leastT);
    expect(BALANCED.scheduling.leastT).toBeGreaterThan(AGGRESSIVE.scheduling.leastT);
    expect(CONSERVATIVE.paths.share).toBeLessThan(AGGRESSIVE.paths.share);
  });
});

describe('state', () => {
  function routingOf(
    clock: ManualClock,
    warnings: string[] = [],
    plugins: readonly RoutingPlugin[] = [],
  ): LearnedRouting {
    const nothing = (): void => undefined;
    const logger = {
      debug: nothing,
      info: nothing,
      warn: ({ event }: LogFields) => void warnings.push(event),
      error: nothing,
    };
    return createLearnedRouting({ store: new FileStateStore(join(folder, 'learned.json')), clock, logger, plugins });
  }

  test('what was learned is there after a restart', async () => {
    const clock = new ManualClock();
    const first = routingOf(clock);
    expect(await first.start()).toBe('empty');
    first.router?.state.restore(taughtState());
    const policies = first.explain().policies;
    expect(policies.some(({ policy }) => policy !== 'strict')).toBe(true);
    await first[Symbol.asyncDispose]();

    const second = routingOf(clock);
    expect(await second.start()).toBe('restored');
    expect(second.explain().policies).toEqual(policies);
    await second[Symbol.asyncDispose]();
  });

  test('it is saved every so often while it runs, and no more after disposal', async () => {
    const clock = new ManualClock();
    const routing = routingOf(clock);
    await routing.start();
    const saves = (): number | undefined => collectedTree(routing)['tradewind_learned_state_saves_total{result=saved}'];
    for (let round = 1; round <= 3; round += 1) {
      await clock.advance(60_000);
      await expect.poll(saves).toBe(round);
    }
    await routing[Symbol.asyncDispose]();
    expect(saves()).toBe(4);
    await clock.advance(300_000);
    expect(saves()).toBe(4);
  });

  test('a broken file is a cold start with strict priority and a warning, and everything is delivered', async () => {
    await writeFile(join(folder, 'learned.json'), '{"format":"tradewind-learned-state","version":1');
    const warnings: string[] = [];
    const routing = routingOf(new ManualClock(), warnings);
    expect(await routing.start()).toBe('corrupt');
    expect(warnings).toEqual(['state.unusable', 'state.cold-start']);
    expect(routing.explain().policies.map(({ policy }) => policy)).toEqual(['strict', 'strict', 'strict']);
    expect(routing.health().status).toBe('degraded');
    expect(await play(routing)).toBe(400);
    expect(await readFile(join(folder, 'learned.json.corrupt-1'), 'utf8')).toContain('"version":1');
    await routing[Symbol.asyncDispose]();
  });

  test('a part that refuses its state starts anew; the others take theirs', () => {
    const refused: string[] = [];
    const counter = { value: 0 };
    const plugin: RoutingPlugin = {
      name: 'counting',
      state: {
        snapshot: () => ({ version: 1, data: counter.value }),
        restore: ({ data }) => {
          counter.value = Number(data);
        },
      },
    };
    const nothing = (): void => undefined;
    const logger = {
      debug: nothing,
      info: nothing,
      warn: ({ part }: LogFields) => void refused.push(String(part)),
      error: nothing,
    };
    const routing = createLearnedRouting({ plugins: [plugin], logger });
    const { version, data } = routing.state.snapshot();
    const broken = {
      ...(data as Record<string, never>),
      scheduling: { version: 99, data: {} },
      counting: { version: 1, data: 5 },
      gone: { version: 1, data: 0 },
    };
    routing.state.restore({ version, data: broken });
    expect(refused).toEqual(['scheduling']);
    expect(counter.value).toBe(5);
    expect(collected(routing)).toMatchObject({ tradewind_learned_state_refused_total: 1 });
    expect(() => routing.state.restore({ version: 1, data: [] })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
  });

  test('what a part refused, and what belongs to a part that is not there, stays in the snapshots', () => {
    const strange = { version: 99, data: { learned: 'for weeks' } };
    const gone = { version: 1, data: 7 };
    const first = createLearnedRouting({ regimes: false });
    first.state.restore({ version: 1, data: { scheduling: strange, gone } });
    const second = createLearnedRouting({ regimes: false });
    second.state.restore(first.state.snapshot());
    expect(second.state.snapshot().data).toMatchObject({
      gone,
      'refused:scheduling': strange,
      scheduling: { version: expect.any(Number) },
    });
    expect(collected(second)).toMatchObject({ tradewind_learned_state_refused_total: 0 });
  });

  test('a part without a finite state is left out, with what was last good in its place; the others are saved', async () => {
    const clock = new ManualClock();
    const values = { sick: 1, well: 1 };
    const plugins = (['sick', 'well'] as const).map((name): RoutingPlugin => ({
      name,
      state: {
        snapshot: () => ({ version: 1, data: values[name] }),
        restore: ({ data }) => {
          values[name] = Number(data);
        },
      },
    }));
    const warnings: string[] = [];
    const first = routingOf(clock, warnings, plugins);
    await first.start();
    const saves = (): number | undefined => collectedTree(first)['tradewind_learned_state_saves_total{result=saved}'];
    for (const [sick, well] of [
      [2, 2],
      [Number.NaN, 3],
      [Number.NaN, 4],
    ] as const) {
      Object.assign(values, { sick, well });
      await clock.advance(60_000);
      await expect.poll(saves).toBe(well - 1);
    }
    expect(warnings).toEqual(['state.part-left-out']);
    expect(first.health()).toMatchObject({ status: 'degraded', reason: expect.stringContaining('sick') });
    expect(collected(first)).toMatchObject({ tradewind_learned_state_left_out_total: 2 });
    await first[Symbol.asyncDispose]();

    expect(await routingOf(clock, [], plugins).start()).toBe('restored');
    expect(values).toEqual({ sick: 2, well: 4 });
  });

  test('a logger that throws keeps no part from its state', () => {
    const counter = { value: 0 };
    const counting: RoutingPlugin = {
      name: 'counting',
      state: {
        snapshot: () => ({ version: 1, data: counter.value }),
        restore: ({ data }) => {
          counter.value = Number(data);
        },
      },
    };
    const fail = (): never => {
      throw new Error('disk full');
    };
    const logger = { debug: fail, info: fail, warn: fail, error: fail };
    const routing = createLearnedRouting({ plugins: [counting], logger });
    routing.state.restore({
      version: 1,
      data: { scheduling: { version: 99, data: {} }, counting: { version: 1, data: 5 } },
    });
    expect(counter.value).toBe(5);
  });

  test('what was never started saves nothing: what the store has was never read', async () => {
    const clock = new ManualClock();
    const first = routingOf(clock);
    await first.start();
    await first[Symbol.asyncDispose]();
    const before = await readFile(join(folder, 'learned.json'), 'utf8');
    await clock.advance(1_000);
    await routingOf(clock)[Symbol.asyncDispose]();
    expect(await readFile(join(folder, 'learned.json'), 'utf8')).toBe(before);
  });
});

/** The names of all that a part and those below it write. */
function seriesOf(part: Part): readonly string[] {
  const own = part.collect === undefined ? [] : Object.keys(collected({ collect: part.collect.bind(part) }));
  return [...own, ...(part.parts?.() ?? []).flatMap(seriesOf)];
}
