import { ValidationError, type PluginState } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { contender, oracle } from '../../eval/paths/contenders.ts';
import { PATH_SCENARIOS } from '../../eval/paths/scenarios.ts';
import { simulatePaths } from '../../eval/paths/simulation.ts';
import { makePathTrace, type PathScenario } from '../../eval/paths/world.ts';
import { Dice } from '../../eval/random.ts';
import { PeakEwma, PredictiveRouter, RoundRobin } from '../../src/index.ts';

const PATHS = ['a', 'b'] as const;

/** Sends messages one after the other, each settled before the next; the latency of a path is a function of the step. */
class Walk {
  readonly router: PredictiveRouter;
  readonly chosen: string[] = [];
  #nowMs: number;
  #ticket = 0;

  constructor(router: PredictiveRouter = new PredictiveRouter(), nowMs: number = 1_000) {
    this.router = router;
    this.#nowMs = nowMs;
  }

  step(latencyOf: (path: string) => number, paths: readonly string[] = PATHS): string {
    this.#ticket += 1;
    const path = this.router.choose(paths, { ticket: this.#ticket, nowMs: this.#nowMs, size: 1, volatility: 0 });
    const latencyMs = latencyOf(path);
    const atMs = this.#nowMs + latencyMs;
    this.router.settled({ ticket: this.#ticket, path, atMs, latencyMs, result: 'arrived' });
    this.#nowMs += 200;
    this.chosen.push(path);
    return path;
  }

  share(path: string, last: number): number {
    return this.chosen.slice(-last).filter((each) => each === path).length / last;
  }
}

const steady = (a: number, b: number, dice: Dice) => (path: string) => (path === 'a' ? a : b) * dice.between(0.9, 1.1);

test('it finds the quicker path, and goes over when the other one becomes quicker', () => {
  const walk = new Walk();
  const dice = new Dice(1);
  for (let i = 0; i < 300; i += 1) walk.step(steady(10, 6, dice));
  expect(walk.share('b', 200)).toBeGreaterThan(0.9);
  for (let i = 0; i < 300; i += 1) walk.step(steady(10, 25, dice));
  expect(walk.share('a', 250)).toBeGreaterThan(0.9);
});

test('a path that became better is found, though nothing is sent there', () => {
  const walk = new Walk();
  const dice = new Dice(2);
  for (let i = 0; i < 400; i += 1) walk.step(steady(8, 10, dice));
  expect(walk.share('a', 200)).toBeGreaterThan(0.8);
  for (let i = 0; i < 3_000; i += 1) walk.step(steady(8, 3, dice));
  expect(walk.share('b', 500)).toBeGreaterThan(0.9);
});

test('a path of which nothing is known is tried at once, with one message, and bad ones cost little ever after', () => {
  const router = new PredictiveRouter();
  const request = { nowMs: 5, size: 0, volatility: 0 };
  const first = router.choose(PATHS, { ...request, ticket: 1 });
  const second = router.choose(PATHS, { ...request, ticket: 2 });
  expect([first, second].toSorted()).toEqual(['a', 'b']);
  const walk = new Walk();
  const dice = new Dice(3);
  for (let i = 0; i < 6_000; i += 1) walk.step(steady(5, 100, dice));
  expect(walk.chosen).toContain('b');
  expect(walk.share('b', 6_000)).toBeLessThan(0.005);
});

test('a path that stands still is left by what does not come back, before anything is settled', () => {
  const walk = new Walk();
  const dice = new Dice(4);
  for (let i = 0; i < 400; i += 1) walk.step(steady(5, 8, dice));
  const { router } = walk;
  const stuck = router.choose(PATHS, { ticket: 10_001, nowMs: 1_000_000, size: 1, volatility: 0 });
  expect(stuck).toBe('a');
  expect(router.choose(PATHS, { ticket: 10_002, nowMs: 1_000_030, size: 1, volatility: 0 })).toBe('b');
  expect(router.predict('a', { nowMs: 1_000_030, size: 1, volatility: 0 })?.queueMs).toBeGreaterThan(20);
});

test('its own load counts: a burst is spread though one path is quicker at rest', () => {
  const scenario: PathScenario = {
    name: 'two',
    title: 'two servers',
    make: () => ({
      paths: [1, 1.5].map((serviceMs) => ({
        delayMs: () => 1,
        jitterMs: 0.05,
        serviceMs: () => serviceMs,
        foreignLoad: () => 0,
        foreignMs: 1,
        stallsPerSecond: 0,
        stallMs: 1,
        spikes: 0,
        spikeMs: 1,
      })),
      rate: 1.1,
      volatility: () => 0,
      size: () => 1,
    }),
  };
  const trace = makePathTrace(scenario, 5, 4_000);
  const { path } = simulatePaths(trace, contender(new PredictiveRouter(), trace));
  const slower = path.slice(1_000).filter((each) => each === 1).length / 3_000;
  expect(slower).toBeGreaterThan(0.15);
  expect(slower).toBeLessThan(0.5);
});

test('on a drifting, bursty load it is better than the plain strategies and near the oracle', () => {
  const scenario = PATH_SCENARIOS.find(({ name }) => name === 'steps');
  if (scenario === undefined) throw new Error('Expected a scenario "steps".');
  const trace = makePathTrace(scenario, 3, 6_000);
  const meanMs = (latencyMs: Float64Array): number => latencyMs.slice(1_000).reduce((sum, ms) => sum + ms, 0) / 5_000;
  const learned = meanMs(simulatePaths(trace, contender(new PredictiveRouter(), trace)).latencyMs);
  expect(learned).toBeLessThan(meanMs(simulatePaths(trace, contender(new RoundRobin(), trace)).latencyMs));
  expect(learned).toBeLessThan(meanMs(simulatePaths(trace, contender(new PeakEwma(), trace)).latencyMs));
  expect(learned).toBeLessThan(1.15 * meanMs(simulatePaths(trace, oracle(trace)).latencyMs));
});

test('a message that is under way is not behind itself: what is predicted of it then is what was predicted before it went', () => {
  const router = new PredictiveRouter();
  const dice = new Dice(7);
  const request = { nowMs: 1_000, size: 3, volatility: 0 };
  // In bursts, so that it is learned what the path needs for a message.
  for (let ticket = 1; ticket <= 400; ticket += 1) {
    const place = ticket % 4;
    request.nowMs += place === 0 ? 100 : 0;
    router.choose(['a'], { ticket, ...request });
    const latencyMs = 8 + 5 * place + dice.between(0, 1);
    router.settled({ ticket, path: 'a', atMs: request.nowMs + latencyMs, latencyMs, result: 'arrived' });
  }
  request.nowMs += 200;
  for (const ticket of [501, 502, 503]) {
    const before = router.predict('a', request);
    router.choose(['a'], { ticket, ...request });
    const behindItself = router.predict('a', request);
    const now = router.predict('a', { ...request, underWay: true });
    expect(behindItself?.meanMs).toBeGreaterThan((before?.meanMs ?? Infinity) + 2);
    // But for the one decision more, by which the level is a little older.
    expect(now?.meanMs).toBeCloseTo(before?.meanMs ?? Number.NaN, 2);
    expect(now?.queueMs).toBeCloseTo(before?.queueMs ?? Number.NaN, 2);
    expect(now?.p95Ms).toBeCloseTo(before?.p95Ms ?? Number.NaN, 2);
  }
});

test('quantiles cover what they say on stationary noise', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0.05, max: 1, noNaN: true }), (seed, sigma) => {
      const dice = new Dice(seed);
      const walk = new Walk();
      for (let i = 0; i < 6_000; i += 1) walk.step(() => dice.logNormal(10, sigma), ['a']);
      const [reading] = walk.router.readings();
      expect(reading?.judged).toBeGreaterThan(5_000);
      expect(reading?.beyondP99).toBeGreaterThan(0.005);
      expect(reading?.beyondP99).toBeLessThan(0.02);
      const prediction = walk.router.predict('a', { nowMs: 1e9, size: 1, volatility: 0 });
      if (prediction === undefined) throw new Error('Expected a prediction.');
      const { p50Ms, p90Ms, p95Ms, p99Ms } = prediction;
      expect([p50Ms, p90Ms, p95Ms, p99Ms]).toEqual([p50Ms, p90Ms, p95Ms, p99Ms].toSorted((x, y) => x - y));
    }),
    // In the example two quantiles had crossed by a thousandth of a millisecond.
    { numRuns: 15, examples: [[651_685, 0.080_484_860_980_055_82]] },
  );
});

test('size is learned: the quick path for small messages is not the one for large ones', () => {
  const router = new PredictiveRouter();
  const dice = new Dice(8);
  for (let ticket = 1; ticket <= 2_000; ticket += 1) {
    const size = dice.between(0, 10);
    const nowMs = ticket * 50;
    const path = router.choose(PATHS, { ticket, nowMs, size, volatility: 0 });
    const latencyMs = (path === 'a' ? 2 + 2 * size : 10 + 0.2 * size) * dice.between(0.95, 1.05);
    router.settled({ ticket, path, atMs: nowMs + latencyMs, latencyMs, result: 'arrived' });
  }
  expect(router.choose(PATHS, { ticket: 3_001, nowMs: 200_000, size: 1, volatility: 0 })).toBe('a');
  expect(router.choose(PATHS, { ticket: 3_002, nowMs: 200_100, size: 9, volatility: 0 })).toBe('b');
});

test('latencies that are no numbers, negative or absurd are survived', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 1e300, 0), { minLength: 1, maxLength: 40 }),
      fc.array(fc.constantFrom(Number.NaN, Infinity, -3, 1e308), { minLength: 1, maxLength: 5 }),
      (latencies, oddities) => {
        const walk = new Walk();
        const dice = new Dice(9);
        for (let i = 0; i < 200; i += 1) walk.step(steady(5, 50, dice));
        for (const latencyMs of latencies) walk.step(() => latencyMs);
        for (const odd of oddities) {
          const ticket = 20_000;
          const path = walk.router.choose(PATHS, { ticket, nowMs: odd, size: odd, volatility: odd });
          walk.router.settled({ ticket, path, atMs: odd, latencyMs: 5, result: 'arrived' });
        }
        for (const path of PATHS) {
          const prediction = walk.router.predict(path, { nowMs: 1e6, size: 1, volatility: 0 });
          expect(Object.values(prediction ?? {}).every((ms) => Number.isFinite(ms) && ms >= 0)).toBe(true);
        }
        expect(JSON.stringify(walk.router.state.snapshot())).not.toContain('null');
      },
    ),
    // In the example the router had learned from a message of size 1e308.
    { numRuns: 40, examples: [[[1e300, 0], [1e308]]] },
  );
});

test('trying what is known to be bad costs little, however bad it is', () => {
  const walk = new Walk();
  const dice = new Dice(15);
  let sumMs = 0;
  const slow = (ms: number) => (path: string) => {
    const latencyMs = (path === 'a' ? 1 : ms) * dice.between(0.9, 1.1);
    sumMs += latencyMs;
    return latencyMs;
  };
  for (let i = 0; i < 25_000; i += 1) walk.step(slow(4_000));
  // The first one, and one more after 10,000: one latency rules no path out.
  expect(walk.chosen.filter((path) => path === 'b')).toHaveLength(2);
  sumMs = 0;
  for (let i = 0; i < 60_000; i += 1) walk.step(slow(4_000));
  expect(sumMs / 60_000).toBeLessThan(1.02);
  // A path twenty times as slow is seen now and then for as little.
  const other = new Walk();
  for (let i = 0; i < 12_000; i += 1) other.step(slow(20));
  sumMs = 0;
  other.chosen.length = 0;
  for (let i = 0; i < 30_000; i += 1) other.step(slow(20));
  expect(other.chosen).toContain('b');
  expect(sumMs / 30_000).toBeLessThan(1.02);
});

test('one absurd first latency does not rule a path out for ever', () => {
  const walk = new Walk();
  const dice = new Dice(10);
  let isFirst = true;
  for (let i = 0; i < 12_000; i += 1) {
    walk.step((path) => {
      if (path !== 'b') return 10 * dice.between(0.9, 1.1);
      const latencyMs = isFirst ? 1e12 : 3 * dice.between(0.9, 1.1);
      isFirst = false;
      return latencyMs;
    });
  }
  expect(walk.chosen.filter((path) => path === 'b').length).toBeGreaterThan(1);
});

test('same events, same decisions; and a restored router decides as the original, with messages under way', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 400 }), (seed, cut) => {
      const scenario = PATH_SCENARIOS[seed % PATH_SCENARIOS.length];
      if (scenario === undefined) throw new Error('Expected a scenario.');
      const trace = makePathTrace(scenario, seed, 600);
      const original = new PredictiveRouter();
      let router = original;
      const swapping = contender(
        {
          name: 'swapping',
          choose: (paths, request) => {
            if (request.ticket === cut) {
              const restored = new PredictiveRouter();
              restored.state.restore(
                JSON.parse(JSON.stringify(router.state.snapshot())) as ReturnType<typeof router.state.snapshot>,
              );
              router = restored;
            }
            return router.choose(paths, request);
          },
          settled: (settlement) => router.settled(settlement),
        },
        trace,
      );
      const swapped = simulatePaths(trace, swapping);
      const straight = simulatePaths(trace, contender(new PredictiveRouter(), trace));
      expect(swapped.path).toEqual(straight.path);
      expect(router).not.toBe(original);
    }),
    { numRuns: 20 },
  );
});

test('what was under way when a state was taken misleads nobody after a restart', () => {
  const walk = new Walk();
  const dice = new Dice(14);
  for (let i = 0; i < 1_000; i += 1) walk.step(steady(2, 8, dice));
  const lost = walk.router.choose(PATHS, { ticket: 10_001, nowMs: 300_000, size: 1, volatility: 0 });
  expect(lost).toBe('a');
  const restored = new PredictiveRouter();
  restored.state.restore(JSON.parse(JSON.stringify(walk.router.state.snapshot())) as PluginState);
  // Tickets begin anew; so may the clock.
  for (const nowMs of [305_000, 1_000]) {
    const after = new Walk(restored, nowMs);
    for (let i = 0; i < 1_000; i += 1) after.step(steady(2, 8, dice));
    expect(after.share('a', 1_000)).toBeGreaterThan(0.95);
    expect(restored.readings().map(({ underWay }) => underWay)).toEqual([0, 0]);
    restored.state.restore(walk.router.state.snapshot());
  }
});

test('nor does a key that was held then', () => {
  const plugin = new PredictiveRouter().plugin;
  const context = { nowMs: 0, paths: PATHS, fact: () => undefined, set: () => undefined, load: () => undefined };
  const message = {
    topic: 'data.quotes.OKX.BTCUSDT',
    payload: 'x',
    priority: 2,
    declaredPriority: 2,
    orderingKey: undefined,
    expiresAtMs: undefined,
    headers: undefined,
    path: undefined,
  } as const;
  const first = plugin.route?.({ ...message, sequence: 1, publishedAtMs: 1 }, context)?.path;
  expect(plugin.route?.({ ...message, sequence: 2, publishedAtMs: 2 }, context)?.path).toBe(first);
  const other = new PredictiveRouter().plugin;
  const state = plugin.state?.snapshot() ?? { version: 0, data: null };
  other.state?.restore(state);
  const taken = [1, 2].map((sequence) => {
    const topic = `data.quotes.OKX.${sequence}`;
    return other.route?.({ ...message, topic, sequence, publishedAtMs: 5 }, context)?.path;
  });
  // Nothing is known of either: the first takes one, and the second the other.
  expect(new Set(taken)).toEqual(new Set(PATHS));
  expect(() => other.state?.restore({ version: 1, data: null })).toThrow(ValidationError);
});

test('a state that cannot be read throws and changes nothing', () => {
  const walk = new Walk();
  const dice = new Dice(11);
  for (let i = 0; i < 100; i += 1) walk.step(steady(5, 8, dice));
  const { state } = walk.router;
  const good = state.snapshot();
  const text = JSON.stringify(good);
  const change = (from: string, to: string) => JSON.parse(text.replace(from, to)) as typeof good;
  for (const bad of [
    { ...good, version: 99 },
    { version: 1, data: null },
    change('"names":["a","b"]', '"names":["a","a"]'),
    change('"names":["a","b"]', '"names":["a"]'),
    change('"variance":[', '"variance":["x",'),
    change('"variance":[', '"variance":[-1,'),
    change('"front":-1', '"front":7'),
  ]) {
    expect(() => state.restore(bad)).toThrow(ValidationError);
    expect(JSON.stringify(state.snapshot())).toBe(text);
  }
});

test('a path that fails is left alone, longer each time, and used again when it works', () => {
  const router = new PredictiveRouter();
  let ticket = 0;
  const settle = (path: string, failing: string): void => {
    const result = path === failing ? 'failed' : 'arrived';
    router.settled({ ticket, path, atMs: ticket * 20 + 5, latencyMs: path === 'a' ? 2 : 9, result });
  };
  const run = (count: number, failing: string): number => {
    let failures = 0;
    for (let i = 0; i < count; i += 1) {
      ticket += 1;
      const path = router.choose(PATHS, { ticket, nowMs: ticket * 20, size: 0, volatility: 0 });
      if (path === failing) failures += 1;
      settle(path, failing);
    }
    return failures;
  };
  run(100, 'none');
  expect(run(2_000, 'a')).toBeLessThan(10);
  run(40_000, 'none');
  ticket += 1;
  expect(router.choose(PATHS, { ticket, nowMs: ticket * 20, size: 0, volatility: 0 })).toBe('a');
});

test('what never comes back is given up after a while', () => {
  const router = new PredictiveRouter({ forgetAfterMs: 1_000 });
  router.choose(PATHS, { ticket: 1, nowMs: 0, size: 0, volatility: 0 });
  router.choose(PATHS, { ticket: 2, nowMs: 0, size: 0, volatility: 0 });
  expect(router.readings().map(({ underWay }) => underWay)).toEqual([1, 1]);
  router.choose(PATHS, { ticket: 3, nowMs: 1_001, size: 0, volatility: 0 });
  expect(
    router
      .readings()
      .map(({ underWay }) => underWay)
      .toSorted((x, y) => x - y),
  ).toEqual([0, 1]);
});

test('it can be switched off and on, says so, and goes on learning meanwhile', async () => {
  const walk = new Walk();
  const dice = new Dice(12);
  const { router } = walk;
  for (const remedy of router.remedies()) if (remedy.name.startsWith('disable')) await remedy.run();
  expect(router.health()).toMatchObject({ status: 'degraded', reason: 'switched off by an operator' });
  for (let i = 0; i < 50; i += 1) expect(walk.step(steady(10, 5, dice))).toBe('a');
  expect(router.explain(1)[0]).toMatchObject({ path: 'a', cause: 'disabled' });
  expect(router.predict('a', { nowMs: 1e6, size: 1, volatility: 0 })?.meanMs).toBeGreaterThan(8);
  router.enable();
  expect(router.health().status).toBe('up');
  for (let i = 0; i < 200; i += 1) walk.step(steady(10, 5, dice));
  expect(walk.share('b', 100)).toBeGreaterThan(0.8);
});

test('every choice can be explained', () => {
  const walk = new Walk();
  const dice = new Dice(13);
  for (let i = 0; i < 500; i += 1) walk.step(steady(5, 8, dice));
  const all = walk.router.explain(256);
  expect(all).toHaveLength(256);
  for (const { path, cause, text } of all) {
    expect(text).toContain(path);
    expect(['predicted', 'tried']).toContain(cause);
  }
  const predicted = all.find(({ cause }) => cause === 'predicted');
  expect(predicted?.text).toMatch(/^a: the least expected latency, its queue counted \([\d.]+ ms, b [\d.]+ ms\)$/);
  expect(walk.router.explain(Number.NaN)).toEqual([]);
});

test('options and candidates that are none are refused', () => {
  expect(
    () => new PredictiveRouter({ maxPaths: 0, queuePrice: -1, leastStaleness: 0.5, forgetAfterMs: Number.NaN }),
  ).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', issues: expect.objectContaining({ length: 4 }) }));
  const router = new PredictiveRouter({ maxPaths: 2 });
  const request = { ticket: 1, nowMs: 0, size: 0, volatility: 0 };
  expect(() => router.choose([], request)).toThrow(ValidationError);
  router.choose(PATHS, request);
  expect(() => router.choose(['c'], request)).toThrow(/at most 2/u);
});
