import { Priority, factKey, type Outcome, type RoutableMessage, type RoutingPlugin } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { chainOf, input, scrape } from './routing-fixture.ts';

const outcome: Outcome = {
  kind: 'handled',
  producer: 'desk',
  sequence: 1,
  topic: 'data.quotes.OKX.BTCUSDT',
  priority: Priority.NORMAL,
  path: undefined,
  subscriptionId: 's1',
  deliveryCount: 1,
  publishedAtMs: 1_000,
  waitedMs: 0,
  handledMs: 0,
  reason: undefined,
  error: undefined,
};

test('without plugins a message is as its publisher declared it', () => {
  const { chain } = chainOf([]);
  expect(chain.routes).toBe(false);
  expect(chain.observes).toBe(false);
  expect(chain.route(input({ declaredPriority: Priority.LOW, expiresAtMs: 5_000 }))).toEqual({
    priority: Priority.LOW,
    path: undefined,
    expiresAtMs: 5_000,
    conflateBy: undefined,
    dropped: false,
    dropReason: '',
    demotionDenied: false,
  });
});

test('plugins run in the order given, and a later one sees what an earlier one decided', () => {
  const seen: Partial<RoutableMessage>[] = [];
  const look = (name: string): RoutingPlugin => ({
    name,
    route: ({ priority, declaredPriority, path, expiresAtMs }) => {
      seen.push({ priority, declaredPriority, path, expiresAtMs });
      return undefined;
    },
  });
  const lift: RoutingPlugin = {
    name: 'lift',
    route: () => ({ priority: Priority.HIGH, path: 'backup', expiresAtMs: 2_000, conflateBy: 'BTC', reason: 'lifted' }),
  };
  const { chain } = chainOf([look('before'), lift, look('after')]);
  expect(chain.route(input())).toMatchObject({
    priority: Priority.HIGH,
    path: 'backup',
    expiresAtMs: 2_000,
    conflateBy: 'BTC',
  });
  expect(seen).toEqual([
    { priority: Priority.NORMAL, declaredPriority: Priority.NORMAL, path: undefined, expiresAtMs: undefined },
    { priority: Priority.HIGH, declaredPriority: Priority.NORMAL, path: 'backup', expiresAtMs: 2_000 },
  ]);
});

test('nothing of one message is left for the next', () => {
  let calls = 0;
  const first: RoutingPlugin = {
    name: 'first-only',
    route: () => {
      calls += 1;
      return calls === 1
        ? { priority: Priority.LOW, path: 'backup', expiresAtMs: 1, conflateBy: 'x', drop: true, reason: 'no' }
        : undefined;
    },
  };
  const { chain } = chainOf([first]);
  expect(chain.route(input())).toMatchObject({ dropped: true, dropReason: 'no' });
  expect(chain.route(input())).toEqual({
    priority: Priority.NORMAL,
    path: undefined,
    expiresAtMs: Infinity,
    conflateBy: undefined,
    dropped: false,
    dropReason: '',
    demotionDenied: false,
  });
});

test('a drop ends the chain', () => {
  let asked = 0;
  const drop: RoutingPlugin = { name: 'drop', route: () => ({ drop: true, reason: 'stale' }) };
  const after: RoutingPlugin = {
    name: 'after',
    route: () => {
      asked += 1;
      return undefined;
    },
  };
  const { chain } = chainOf([drop, after]);
  expect(chain.route(input())).toMatchObject({ dropped: true, dropReason: 'stale' });
  expect(asked).toBe(0);
  expect(scrape(chain).get('tradewind_plugin_drops_total{plugin=drop}')).toBe(1);
});

test('facts pass from plugin to plugin and stay', () => {
  const regime = factKey<string>('test.regime');
  const seen: (string | undefined)[] = [];
  let calls = 0;
  const write: RoutingPlugin = {
    name: 'write',
    route: (_, context) => {
      calls += 1;
      if (calls === 1) context.set(regime, 'VOLATILE');
      return undefined;
    },
  };
  const read: RoutingPlugin = {
    name: 'read',
    route: (_, context) => {
      seen.push(context.fact(factKey<string>('test.regime')));
      return undefined;
    },
  };
  const { chain } = chainOf([read, write]);
  chain.route(input());
  chain.route(input());
  expect(seen).toEqual([undefined, 'VOLATILE']);
});

test('a plugin that makes a fact for each message is at fault at the 257th', () => {
  const leak: RoutingPlugin = {
    name: 'leak',
    route: (message, context) => {
      context.set(factKey<number>(`leak.${message.sequence}`), 1);
      return undefined;
    },
  };
  const { chain, logger } = chainOf([leak]);
  for (let i = 0; i < 256; i += 1) chain.route(input());
  expect(logger.lines).toEqual([]);
  chain.route(input());
  expect(logger.lines[0]).toMatchObject({
    event: 'plugin.circuit-opened',
    plugin: 'leak',
    error: { code: 'TOO_MANY_FACTS' },
  });
});

test('the context gives the time of the message and the paths of the client', () => {
  let seen: unknown;
  const look: RoutingPlugin = {
    name: 'look',
    route: (_, { nowMs, paths }) => {
      seen = { nowMs, paths };
      return undefined;
    },
  };
  const { chain } = chainOf([look]);
  chain.route(input({ publishedAtMs: 1_234.5 }));
  expect(seen).toEqual({ nowMs: 1_234.5, paths: ['main', 'backup'] });
});

test('message, context and verdict are one object each, and a quiet chain holds no payload', () => {
  const kept = new Set<unknown>();
  let message: RoutableMessage | undefined;
  const keep: RoutingPlugin = {
    name: 'keep',
    route: (given, context) => {
      message = given;
      kept.add(given).add(context);
      return undefined;
    },
  };
  const { chain } = chainOf([keep]);
  kept.add(chain.route(input()));
  kept.add(chain.route(input()));
  expect(kept.size).toBe(3);
  expect(message?.payload).toBeUndefined();
});

test('an unknown path falls back to the default, is counted each time and logged once', () => {
  const lost: RoutingPlugin = { name: 'lost', route: () => ({ path: 'moon', reason: 'cheaper' }) };
  const { chain, logger } = chainOf([lost]);
  for (let i = 0; i < 3; i += 1) expect(chain.route(input()).path).toBeUndefined();
  expect(scrape(chain).get('tradewind_plugin_unknown_paths_total{plugin=lost}')).toBe(3);
  expect(logger.lines).toEqual([
    expect.objectContaining({ level: 'warn', event: 'path.unknown', path: 'moon', fallback: 'main', plugin: 'lost' }),
  ]);
});

test.each<[string, object]>([
  ['lowered', { priority: Priority.HIGH }],
  ['dropped', { drop: true }],
  ['conflated', { conflateBy: 'BTC' }],
  ['expired', { expiresAtMs: 1_001 }],
])('CRITICAL is never %s by a plugin', (_, decision) => {
  const demote: RoutingPlugin = {
    name: 'demote',
    route: () => ({ ...decision, path: 'backup', reason: 'to save room' }),
  };
  const { chain, logger } = chainOf([demote]);
  expect(chain.route(input({ declaredPriority: Priority.CRITICAL }))).toEqual({
    priority: Priority.CRITICAL,
    path: 'backup',
    expiresAtMs: Infinity,
    conflateBy: undefined,
    dropped: false,
    dropReason: '',
    demotionDenied: true,
  });
  expect(scrape(chain).get('tradewind_plugin_demotions_denied_total{plugin=demote}')).toBe(1);
  expect(logger.lines).toEqual([]);
  const allowed = chain.route(input({ declaredPriority: Priority.CRITICAL, demotable: true }));
  expect(allowed.demotionDenied).toBe(false);
  expect([
    allowed.priority !== Priority.CRITICAL,
    allowed.dropped,
    allowed.conflateBy === 'BTC',
    allowed.expiresAtMs === 1_001,
  ]).toContain(true);
});

test('what a plugin has raised to CRITICAL a later one may lower again', () => {
  const raise: RoutingPlugin = { name: 'raise', route: () => ({ priority: Priority.CRITICAL, reason: 'up' }) };
  const lower: RoutingPlugin = { name: 'lower', route: () => ({ priority: Priority.LOW, reason: 'down' }) };
  expect(chainOf([raise, lower]).chain.route(input())).toMatchObject({ priority: Priority.LOW, demotionDenied: false });
});

test('every observing plugin is told of every outcome', () => {
  const seen: string[] = [];
  const watch = (name: string): RoutingPlugin => ({ name, observe: ({ kind }) => void seen.push(`${name} ${kind}`) });
  const { chain } = chainOf([watch('a'), { name: 'silent' }, watch('b')]);
  expect(chain.routes).toBe(false);
  expect(chain.observes).toBe(true);
  chain.observe(outcome);
  expect(seen).toEqual(['a handled', 'b handled']);
});

test('close disposes every plugin once, waits for all, and logs a failure', async () => {
  const disposed: string[] = [];
  const dispose = (name: string, failure?: Error): RoutingPlugin => ({
    name,
    async [Symbol.asyncDispose]() {
      await Promise.resolve();
      disposed.push(name);
      if (failure !== undefined) throw failure;
    },
  });
  const failure = new Error('no disk');
  const { chain, logger } = chainOf([dispose('a', failure), { name: 'none' }, dispose('b')]);
  await Promise.all([chain.close(), chain.close()]);
  expect(disposed).toEqual(['a', 'b']);
  expect(logger.lines).toEqual([
    expect.objectContaining({ event: 'plugin.close-failed', plugin: 'a', error: failure }),
  ]);
});

test('the context gives the load of a path, as the client knows it', () => {
  const loads: unknown[] = [];
  const look: RoutingPlugin = {
    name: 'look',
    route: (_, context) => {
      loads.push(context.load('main'), context.load('moon'));
      return undefined;
    },
  };
  const load = { waiting: 3, inFlight: 1, oldestInFlightAtMs: 900, status: 'up' } as const;
  chainOf([look], { load: (path) => (path === 'main' ? load : undefined) }).chain.route(input());
  chainOf([look]).chain.route(input());
  expect(loads).toEqual([load, undefined, undefined, undefined]);
});

test('each plugin is a part, with its own faces where it has some', () => {
  let collected = 0;
  const rich = {
    name: 'rich',
    route: () => {
      throw new Error('broken');
    },
    health: () => ({ status: 'degraded' as const, reason: 'learning', sinceMs: 5 }),
    collect: () => {
      collected += 1;
    },
    remedies: () => [{ name: 'reset', description: 'Forgets.', run: () => Promise.resolve() }],
  };
  const { chain } = chainOf([rich, { name: 'plain' }]);
  const [part, plain] = chain.parts();
  expect(part?.health()).toEqual({ status: 'degraded', reason: 'learning', sinceMs: 5 });
  chain.route(input());
  expect(part?.health()).toEqual({
    status: 'degraded',
    reason: 'cut off by its circuit breaker (threw)',
    sinceMs: 1_000,
  });
  expect(part?.remedies?.().map(({ name }) => name)).toEqual(['disable', 'enable', 'reset']);
  expect(part === undefined ? [] : [...scrape(part).keys()]).toContain(
    'tradewind_plugin_calls_total{plugin=rich,member=route}',
  );
  expect(collected).toBe(1);
  expect(plain?.health()).toEqual({ status: 'up', reason: '', sinceMs: 1_000 });
  expect(plain?.remedies?.().map(({ name }) => name)).toEqual(['disable', 'enable']);
  expect(plain === undefined || 'knobs' in plain || 'parts' in plain).toBe(false);
});

test('plugins of one name are refused', () => {
  expect(() => chainOf([{ name: 'twin' }, { name: 'twin' }])).toThrow(
    expect.objectContaining({ code: 'DUPLICATE_PLUGIN' }),
  );
});

test('everything that is no plugin is refused at once, with all paths', () => {
  const plugins: unknown = [
    { name: '' },
    null,
    { name: 'a', route: 1, observe: {}, state: { snapshot: 1 }, [Symbol.asyncDispose]: 0 },
    { name: 'ok' },
  ];
  expect(() => chainOf(plugins as RoutingPlugin[])).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTIONS',
      issues: [
        'plugins[0].name',
        'plugins[1]',
        'plugins[2].route',
        'plugins[2].observe',
        'plugins[2].[Symbol.asyncDispose]',
        'plugins[2].state',
      ].map((path): unknown => expect.objectContaining({ path })),
    }),
  );
});

test('an operator can leave a plugin out and take it back', async () => {
  const { chain, clock } = chainOf([{ name: 'mover', route: () => ({ priority: Priority.LOW, reason: 'always' }) }]);
  const remedy = (name: string) =>
    chain
      .parts()[0]
      ?.remedies?.()
      .find((each) => each.name === name)
      ?.run();
  await remedy('disable');
  await clock.advance(3_600_000);
  expect(chain.route(input({ publishedAtMs: clock.now() })).priority).toBe(Priority.NORMAL);
  expect(chain.parts()[0]?.health()).toMatchObject({
    status: 'degraded',
    reason: 'disabled by an operator',
  });
  await remedy('enable');
  for (let call = 0; call < 16; call += 1) {
    expect(chain.route(input({ publishedAtMs: clock.now() })).priority).toBe(Priority.LOW);
  }
  expect(chain.parts()[0]?.health().status).toBe('up');
});
