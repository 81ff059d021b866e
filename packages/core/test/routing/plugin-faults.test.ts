import { Priority, isPriority, type Outcome, type RoutingDecision, type RoutingPlugin } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PluginChain } from '../../src/routing/plugin-chain.ts';
import { chainOf, input, scrape } from './routing-fixture.ts';

const lift: RoutingPlugin = { name: 'lift', route: () => ({ priority: Priority.HIGH, reason: 'lifted' }) };

function lying(answer: () => unknown): RoutingPlugin {
  return { name: 'lying', route: () => answer() as RoutingDecision | undefined };
}

function faults(chain: PluginChain, plugin: string, cause: string): number | undefined {
  return scrape(chain).get(`tradewind_plugin_faults_total{plugin=${plugin},cause=${cause}}`);
}

test('a plugin that throws is cut off with one log line; messages go on by the others', () => {
  const error = new Error('division by zero');
  let calls = 0;
  const broken: RoutingPlugin = {
    name: 'broken',
    route: () => {
      calls += 1;
      throw error;
    },
  };
  const { chain, logger } = chainOf([broken, lift]);
  for (let i = 0; i < 5; i += 1) expect(chain.route(input())).toMatchObject({ priority: Priority.HIGH });
  expect(calls).toBe(1);
  expect(logger.lines).toEqual([
    expect.objectContaining({
      level: 'warn',
      event: 'plugin.circuit-opened',
      plugin: 'broken',
      cause: 'threw',
      retryInMs: 1_000,
      error,
    }),
  ]);
  expect(faults(chain, 'broken', 'threw')).toBe(1);
  expect(scrape(chain).get('tradewind_plugin_skipped_calls_total{plugin=broken}')).toBe(4);
  expect(scrape(chain).get('tradewind_plugin_circuit_open{plugin=broken}')).toBe(1);
  expect(chain.health()).toEqual({ status: 'degraded', reason: 'plugin broken is cut off (threw)', sinceMs: 1_000 });
});

test('it is tried again later, and closes after sixteen good calls', () => {
  let well = false;
  const moody: RoutingPlugin = {
    name: 'moody',
    route: () => {
      if (!well) throw new Error('not yet');
      return { priority: Priority.LOW, reason: 'well' };
    },
  };
  const { chain, logger } = chainOf([moody]);
  chain.route(input({ publishedAtMs: 1_000 }));
  well = true;
  expect(chain.route(input({ publishedAtMs: 1_999 })).priority).toBe(Priority.NORMAL);
  for (let i = 0; i < 15; i += 1) expect(chain.route(input({ publishedAtMs: 2_000 + i })).priority).toBe(Priority.LOW);
  expect(chain.health().status).toBe('degraded');
  chain.route(input({ publishedAtMs: 2_015 }));
  expect(chain.health()).toEqual({ status: 'up', reason: '', sinceMs: 2_015 });
  expect(logger.lines.map(({ event }) => event)).toEqual(['plugin.circuit-opened', 'plugin.circuit-closed']);
});

test.each<[string, unknown]>([
  ['null', null],
  ['a number', 1],
  ['a decision without a reason', { priority: 1 }],
  ['an unknown priority', { priority: 4, reason: '' }],
  ['a priority by name', { priority: 'HIGH', reason: '' }],
  ['a priority that is no number', { priority: Number.NaN, reason: '' }],
  ['a path that is no string', { path: 7, reason: '' }],
  ['an expiry that is not finite', { expiresAtMs: Infinity, reason: '' }],
  ['an expiry that is no number', { expiresAtMs: Number.NaN, reason: '' }],
  ['a conflation key that is no string', { conflateBy: 1, reason: '' }],
  ['a drop that is no boolean', { drop: 'yes', reason: '' }],
])('%s is a fault, and nothing of the decision is applied', (_, answer) => {
  const { chain, logger } = chainOf([
    lying(() => (typeof answer === 'object' && answer !== null ? { path: 'backup', ...answer } : answer)),
  ]);
  expect(chain.route(input())).toMatchObject({ priority: Priority.NORMAL, path: undefined, dropped: false });
  expect(faults(chain, 'lying', 'invalid')).toBe(1);
  expect(logger.lines[0]).toMatchObject({ event: 'plugin.circuit-opened', cause: 'invalid' });
  expect(logger.lines[0]?.message).toMatch(/expected .+, received /);
});

test('an asynchronous plugin is at fault, and its rejection does not end the process', async () => {
  const { chain } = chainOf([lying(() => Promise.reject(new Error('late')))]);
  chain.route(input());
  expect(faults(chain, 'lying', 'invalid')).toBe(1);
  const watching: RoutingPlugin = {
    name: 'watching',
    observe: () => Promise.reject(new Error('late')) as unknown as void,
  };
  const { chain: observing } = chainOf([watching]);
  observing.observe({} as Outcome);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  expect(faults(observing, 'watching', 'threw')).toBe(1);
});

test('an answer whose members cannot be read, or a function that is a promise, is a fault and no more', async () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const rejecting = Object.assign(() => undefined, {
    then: (_: unknown, reject: (error: unknown) => void) => reject(new Error('late')),
  });
  for (const answer of [proxy, rejecting]) {
    const { chain } = chainOf([lying(() => answer), lift]);
    expect(chain.route(input()).priority).toBe(Priority.HIGH);
    expect(scrape(chain).get('tradewind_plugin_circuit_open{plugin=lying}')).toBe(1);
    const { chain: observing } = chainOf([{ name: 'watching', observe: () => answer as unknown as void }]);
    observing.observe({} as Outcome);
    await Promise.resolve();
    expect(faults(observing, 'watching', 'threw')).toBe(1);
  }
});

test('a getter that throws or changes its answer does no harm', () => {
  let reads = 0;
  const shifting = {
    reason: '',
    get priority() {
      reads += 1;
      return reads === 1 ? Priority.LOW : 99;
    },
  };
  expect(chainOf([lying(() => shifting)]).chain.route(input()).priority).toBe(Priority.LOW);
  const trap = {
    get reason(): string {
      throw new Error('trap');
    },
  };
  const { chain } = chainOf([lying(() => trap)]);
  expect(chain.route(input()).priority).toBe(Priority.NORMAL);
  expect(faults(chain, 'lying', 'threw')).toBe(1);
});

test('whatever a plugin answers or throws, the chain never throws and its verdict is valid', () => {
  const decision = fc.record(
    {
      priority: fc.anything(),
      path: fc.oneof(fc.anything(), fc.constant('backup')),
      expiresAtMs: fc.oneof(fc.anything(), fc.double()),
      conflateBy: fc.anything(),
      drop: fc.anything(),
      reason: fc.oneof(fc.constant('why'), fc.anything()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), decision), fc.anything(), fc.boolean(), (answer, thrown, throws) => {
      const plugin = lying(() => {
        if (throws) throw thrown;
        return answer;
      });
      const { chain } = chainOf([plugin, lift]);
      const verdict = chain.route(input());
      expect(isPriority(verdict.priority)).toBe(true);
      expect([undefined, 'main', 'backup']).toContain(verdict.path);
      expect(Number.isNaN(verdict.expiresAtMs)).toBe(false);
      expect(verdict.dropped || verdict.priority === Priority.HIGH).toBe(true);
      expect(['undefined', 'string']).toContain(typeof verdict.conflateBy);
    }),
    { numRuns: 2_000, seed: 1_700_000_011 },
  );
});

test('a plugin that publishes from inside route is at fault, and its message is not routed', () => {
  let inner: unknown;
  const publishing: RoutingPlugin = {
    name: 'publishing',
    route: (message) => {
      inner = { ...chain.route(input({ topic: 'from.inside', declaredPriority: Priority.LOW })) };
      return { priority: Priority.HIGH, reason: message.topic };
    },
  };
  const { chain, logger } = chainOf([publishing, lift]);
  expect(chain.route(input({ topic: 'outer' })).priority).toBe(Priority.HIGH);
  expect(inner).toMatchObject({ priority: Priority.LOW, path: undefined });
  expect(chain.recent({}).map(({ topic }) => topic)).toEqual(['outer']);
  expect(logger.lines[0]).toMatchObject({ event: 'plugin.circuit-opened', plugin: 'publishing', cause: 'invalid' });
});

test('a plugin that changes the message changes neither the verdict nor what was published', () => {
  const vandal: RoutingPlugin = {
    name: 'vandal',
    route: (message) => {
      Object.assign(message, { priority: 99, topic: 'stolen', path: 'moon', publishedAtMs: Number.NaN });
      return undefined;
    },
  };
  const given = input();
  const { chain } = chainOf([vandal]);
  expect(chain.route(given)).toMatchObject({ priority: Priority.NORMAL, path: undefined });
  expect(given.topic).toBe('data.quotes.OKX.BTCUSDT');
});

test('one slow call is forgiven, three timed ones in a row are not', () => {
  let tookMs = 0;
  const slow: RoutingPlugin = {
    name: 'slow',
    route: () => {
      clock.elapse(tookMs);
      return undefined;
    },
  };
  const { chain, clock, logger } = chainOf([slow], { budgetMicros: 200 });
  tookMs = 5;
  chain.route(input());
  chain.route(input());
  tookMs = 0.1;
  chain.route(input());
  expect(logger.lines).toEqual([]);
  tookMs = 0.3;
  // The next timed call is the 64th from here; the two after it are timed because it was slow.
  for (let i = 0; i < 65; i += 1) chain.route(input());
  expect(logger.lines).toEqual([]);
  chain.route(input());
  expect(logger.lines).toEqual([
    expect.objectContaining({ event: 'plugin.circuit-opened', plugin: 'slow', cause: 'slow' }),
  ]);
  expect(scrape(chain).get('tradewind_plugin_sampled_seconds{plugin=slow,member=route}')).toBe(6);
});

test('a plugin that is slow in observe is cut off as a whole, and once more at its first timed call on trial', () => {
  let observed = 0;
  const slow: RoutingPlugin = {
    name: 'slow',
    route: () => ({ priority: Priority.HIGH, reason: 'fast enough' }),
    observe: () => {
      observed += 1;
      clock.elapse(1);
    },
  };
  const { chain, clock } = chainOf([slow]);
  for (let i = 0; i < 10; i += 1) chain.observe({} as Outcome);
  expect(observed).toBe(3);
  expect(chain.route(input({ publishedAtMs: clock.now() })).priority).toBe(Priority.NORMAL);
  clock.elapse(1_000);
  chain.observe({} as Outcome);
  chain.observe({} as Outcome);
  expect(observed).toBe(4);
  expect(faults(chain, 'slow', 'slow')).toBe(2);
});

test('an observer that throws is cut off; the others are told', () => {
  let told = 0;
  const broken: RoutingPlugin = {
    name: 'broken',
    observe: () => {
      throw new Error('full');
    },
  };
  const { chain } = chainOf([broken, { name: 'well', observe: () => void (told += 1) }]);
  chain.observe({} as Outcome);
  chain.observe({} as Outcome);
  expect(told).toBe(2);
  expect(faults(chain, 'broken', 'threw')).toBe(1);
});
