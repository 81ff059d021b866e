import type { MetricsSink, RoutingPlugin, Undoable } from '@tradewind/core-types';
import { BufferedMessageBusClient, InMemoryBroker, MessageBus } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import {
  MemorySeriesStore,
  Remediator,
  createAlerting,
  createMonitoring,
  serveDashboard,
  type DashboardToken,
} from '../../src/index.ts';
import type {
  DashboardSession,
  DeadLettersAnswer,
  HealthAnswer,
  HistoryAnswer,
  OptimizerAnswer,
  RoutingAnswer,
  StreamSnapshot,
  TopicsAnswer,
  TransportsAnswer,
  VenuesAnswer,
} from '../../src/dashboard/protocol/index.ts';
import { recordOnce } from '../../src/history/recorder.ts';
import { Stream, ask, read } from '../support/dashboard-client.ts';
import { dashboardSystem } from '../support/dashboard-system.ts';

const SEES: DashboardToken = { token: 'a-token-of-enough-characters', name: 'sees', payloads: true };
const BLIND: DashboardToken = { token: 'another-token-of-that-length', name: 'blind', role: 'operator' };
const bearer = ({ token }: DashboardToken) => ({ authorization: `Bearer ${token}` });

/** Asks until an answer is as wanted. */
async function until<T>(question: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await question();
    if (holds(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('which screens there are', () => {
  test('a bus alone has those that need nothing more', async () => {
    await using server = await serveDashboard({ monitorings: [createMonitoring({ bus: new MessageBus() })], port: 0 });
    const session = await read<DashboardSession>(server.port, '/api/session');
    expect(session.buses).toEqual([
      { name: 'bus', kind: 'synchronous', screens: ['overview', 'topics', 'health', 'tail'] },
    ]);
    expect(session.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('sources are found among the parts, and beside them', async () => {
    const optimizer: Undoable = { decisions: () => [], undo: () => undefined };
    const book = { live: () => [], counts: () => ({ detected: 3 }) };
    const alerting = createAlerting();
    await using system = await dashboardSystem({
      client: { plugins: [{ name: 'still', route: () => undefined }] },
      monitoring: { parts: { alerting } },
      dashboard: { undoable: { optimizer }, opportunities: { spreads: book } },
    });
    const { screens } = await read<DashboardSession>(system.port, '/api/session');
    expect(screens).toEqual([
      'overview',
      'topics',
      'transports',
      'venues',
      'routing',
      'alerts',
      'health',
      'optimizer',
      'tail',
    ]);
    expect(await read<VenuesAnswer>(system.port, '/api/venues')).toMatchObject({
      counts: { detected: 3 },
      opportunities: [],
    });
    expect(await read<OptimizerAnswer>(system.port, '/api/optimizer')).toEqual({ decisions: [] });
  });
});

describe('topics', () => {
  test('say who publishes and who is slow, by name', async () => {
    await using system = await dashboardSystem();
    const { client, port } = system;
    client.subscribe('data.trades.*', () => undefined, { id: 'quick' });
    client.subscribe('data.*', () => new Promise<void>((resolve) => setTimeout(resolve, 15)), { id: 'slow' });
    client.subscribe('orders.*', () => undefined, { id: 'idle' });
    // Measuring begins with the first question.
    expect(await read<TopicsAnswer>(port, '/api/topics')).toMatchObject({ topics: [], observation: { lookedAt: 0 } });
    const feed = setInterval(() => client.publish('data.trades.KRAKEN', 1), 5);
    const answer = await until(
      () => read<TopicsAnswer>(port, '/api/topics?limit=5'),
      ({ subscriptions }) => (subscriptions.find(({ id }) => id === 'slow')?.meanHandlerSeconds ?? 0) > 0,
    );
    clearInterval(feed);
    expect(answer.topics[0]).toMatchObject({
      topic: 'data.trades.KRAKEN',
      publishers: ['desk'],
      slowestSubscription: 'slow',
    });
    expect(answer.topics[0]?.publishedPerSecond).toBeGreaterThan(0);
    const [first, ...others] = answer.subscriptions;
    expect(first).toMatchObject({ id: 'slow', pattern: 'data.*' });
    expect(first?.meanHandlerSeconds).toBeGreaterThan(0.01);
    expect(others.map(({ id }) => id).toSorted()).toEqual(['idle', 'quick']);
    expect(others.find(({ id }) => id === 'idle')).toMatchObject({ pattern: 'orders.*', handledPerSecond: 0 });
    expect(answer).toMatchObject({ knownTopics: 1, unlistedTopics: 0, patterns: 3, observation: { leftOut: 0 } });
    const none = await read<TopicsAnswer>(port, '/api/topics?pattern=orders.*');
    expect(none.topics).toEqual([]);
  });

  test('of a synchronous bus have no times, and its own listener is not shown', async () => {
    const bus = new MessageBus();
    bus.subscribe('a.*', () => undefined, { id: 'mine' });
    await using server = await serveDashboard({ monitorings: [createMonitoring({ bus })], port: 0 });
    await read<TopicsAnswer>(server.port, '/api/topics');
    for (let i = 0; i < 30; i += 1) bus.publish('a.b', i);
    const { topics, subscriptions, knownTopics } = await read<TopicsAnswer>(server.port, '/api/topics');
    expect(topics).toEqual([
      expect.objectContaining({ topic: 'a.b', publishers: [], meanHandlerSeconds: null, slowestSubscription: null }),
    ]);
    expect(subscriptions.map(({ id }) => id)).toEqual(['mine']);
    expect(knownTopics).toBeNull();
  });
});

describe('transports and their dead letters', () => {
  test('a transport and the path over it are one row', async () => {
    const transport = new InMemoryBroker().transport();
    await using system = await dashboardSystem({
      client: { paths: { wire: transport } },
      monitoring: { transports: { wire: transport } },
    });
    using stream = await Stream.open(system.port, '/api/stream');
    await stream.next<StreamSnapshot>('snapshot');
    system.client.publish('a', 1);
    const { transports, stores } = await until(
      () => read<TransportsAnswer>(system.port, '/api/transports'),
      ({ transports: rows }) => (rows[0]?.sentPerSecond ?? 0) > 0,
    );
    expect(transports).toHaveLength(1);
    expect(transports[0]).toMatchObject({ component: 'transports/wire', name: 'wire', status: 'up', lagEntries: null });
    expect(stores).toEqual([{ store: 'desk:memory', bus: 'desk' }]);
  });

  test('letters are searched by pattern and id, page by page, and show what they held only to those who may see it', async () => {
    await using system = await dashboardSystem({
      client: { retry: { maxAttempts: 1 } },
      dashboard: { tokens: [SEES, BLIND] },
    });
    const { client, port } = system;
    client.subscribe('orders.*', (payload) => {
      throw new Error(`cannot book ${JSON.stringify(payload)}`);
    });
    for (let i = 0; i < 5; i += 1) client.publish(`orders.${i % 2 === 0 ? 'new' : 'gone'}`, { account: `secret-${i}` });
    await client.flush();
    const list = (query: string, who: DashboardToken) =>
      read<DeadLettersAnswer>(port, `/api/dead-letters?store=desk:memory${query}`, bearer(who));
    const first = await list('&limit=2', SEES);
    expect(first.letters.map(({ payload }) => payload)).toEqual(['{"account":"secret-0"}', '{"account":"secret-1"}']);
    expect(first.letters[0]?.cause.message).toContain('cannot book');
    const second = await list(`&limit=2&after=${first.next}`, SEES);
    const third = await list(`&limit=2&after=${second.next}`, SEES);
    expect([second.letters.length, third.letters.length, third.next]).toEqual([2, 1, null]);
    expect((await list('&pattern=orders.gone', SEES)).letters).toHaveLength(2);
    const one = await list(`&id=${first.letters[1]?.id}`, SEES);
    expect(one.letters.map(({ sequence }) => sequence)).toEqual([first.letters[1]?.sequence]);
    const hidden = await list('', BLIND);
    expect(hidden.letters).toHaveLength(5);
    expect(hidden.letters[0]).toMatchObject({
      topic: 'orders.new',
      payload: null,
      headers: null,
      cause: { message: null },
    });
    expect(JSON.stringify(hidden)).not.toContain('secret');
  });
});

describe('routing', () => {
  const lifting: RoutingPlugin = {
    name: 'lift',
    route: ({ topic, payload }) =>
      topic.startsWith('quotes') ? { priority: 1, reason: `lifted for ${JSON.stringify(payload)}` } : undefined,
  };

  test('says why a message went where it went, and what is learned of priorities', async () => {
    await using system = await dashboardSystem({
      client: { plugins: [lifting], trace: { every: 1, size: 100 } },
      dashboard: { tokens: [SEES, BLIND] },
    });
    const { client, port } = system;
    for (let i = 0; i < 6; i += 1) client.publish(i < 4 ? 'quotes.a' : 'orders.a', `secret-${i}`);
    await client.flush();
    const answer = await read<RoutingAnswer>(port, '/api/routing?limit=5', bearer(SEES));
    expect(answer.decisions).toHaveLength(5);
    expect(answer.decisions?.find(({ topic }) => topic === 'quotes.a')).toMatchObject({
      bus: 'desk',
      declaredPriority: 'NORMAL',
      priority: 'HIGH',
      steps: [{ plugin: 'lift', reason: expect.stringContaining('secret') }],
    });
    expect(answer.priorities).toEqual([
      { bus: 'desk', topic: 'quotes.a', declaredPriority: 'NORMAL', priority: 'HIGH', decisions: 4 },
    ]);
    expect(answer.plugins.map(({ component }) => component)).toEqual(['scheduler', 'plugins/lift']);
    const only = await read<RoutingAnswer>(port, '/api/routing?pattern=orders.*', bearer(SEES));
    expect(only.decisions?.map(({ topic }) => topic)).toEqual(['orders.a', 'orders.a']);
    const hidden = await read<RoutingAnswer>(port, '/api/routing', bearer(BLIND));
    expect(hidden.decisions?.[0]?.topic).toBe('orders.a');
    expect(JSON.stringify(hidden.decisions)).not.toContain('secret');
  });

  test('a plugin that decides and gives no reason has its step, for those who see no payloads too', async () => {
    const silent: RoutingPlugin = { name: 'silent', route: () => ({ priority: 1, reason: '' }) };
    await using system = await dashboardSystem({
      client: { plugins: [silent], trace: { every: 1, size: 100 } },
      dashboard: { tokens: [BLIND] },
    });
    system.client.publish('quotes.a', 1);
    const { decisions } = await read<RoutingAnswer>(system.port, '/api/routing', bearer(BLIND));
    expect(decisions).toMatchObject([{ priority: 'HIGH', steps: [{ plugin: 'silent', reason: '' }] }]);
  });

  test('tells regime and gain of whoever reports them', async () => {
    const learner = {
      name: 'learner',
      collect: (into: MetricsSink) => {
        into.gauge('tradewind_regime_probability', 0.8, { regime: 'VOLATILE' });
        into.gauge('tradewind_regime_probability', 0.2, { regime: 'CALM' });
        into.gauge('tradewind_ml_scheduling_enabled', 1);
        into.gauge('tradewind_ml_scheduling_gain_ratio', 0.12, { bound: 'estimate' });
        into.gauge('tradewind_ml_scheduling_gain_ratio', 0.05, { bound: 'lower' });
        into.gauge('tradewind_ml_scheduling_gain_ratio', 0.19, { bound: 'upper' });
      },
    };
    await using system = await dashboardSystem({ monitoring: { plugins: [learner] } });
    const { regimes, learned } = await read<RoutingAnswer>(system.port, '/api/routing');
    expect(regimes).toEqual([
      {
        bus: 'desk',
        component: 'plugins/learner',
        regime: 'VOLATILE',
        probabilities: { VOLATILE: 0.8, CALM: 0.2 },
        newsEvent: null,
      },
    ]);
    expect(learned).toEqual([
      { bus: 'desk', component: 'plugins/learner', enabled: true, gainRatio: 0.12, lowerRatio: 0.05, upperRatio: 0.19 },
    ]);
  });
});

describe('venues', () => {
  test('are what feeds and connections say of them; opportunities come by their exact profit', async () => {
    const leg = { venue: 'KRAKEN', symbol: 'BTCUSDT', side: 'BUY' as const, limit: '1.10', quantity: '2' };
    const live = ['9.5', '10.25', '-1'].map((profit, at) => ({
      id: `p#${at}`,
      type: 'PRICE_SPREAD',
      state: 'confirmed',
      urgency: 'URGENT',
      legs: [leg],
      figures: { profit },
      survival: { probability: 0.9 },
      detectedAtNs: 1_700_000_000_000_000_000n,
      expiresAtNs: 1_700_000_001_000_000_000n,
    }));
    await using system = await dashboardSystem({
      monitoring: {
        feeds: [{ name: 'kraken', health: () => ({ status: 'degraded', reason: 'silent', sinceMs: 5 }) }],
        parts: { latency: { collect: (into) => into.counter('tradewind_venue_events_total', 7, { venue: 'KRAKEN' }) } },
      },
      dashboard: { opportunities: { spreads: { live: () => live, counts: () => ({ detected: 9, executed: 2 }) } } },
    });
    const answer = await read<VenuesAnswer>(system.port, '/api/venues?bus=desk');
    expect(answer.venues).toEqual([expect.objectContaining({ venue: 'KRAKEN', status: 'degraded', reason: 'silent' })]);
    expect(answer.opportunities?.map(({ profit }) => profit)).toEqual(['10.25', '9.5', '-1']);
    expect(answer.opportunities?.[0]).toMatchObject({
      survivalProbability: 0.9,
      detectedAtMs: 1_700_000_000_000,
      expiresAtMs: 1_700_000_001_000,
      legs: [leg],
    });
  });
});

describe('history', () => {
  test('of a recorded store: rates and percentiles of the intervals, at most 10,000 rows', async () => {
    const client = new BufferedMessageBusClient({ name: 'desk' });
    client.subscribe('a', () => undefined);
    let nowMs = Date.now() - 60_000;
    const clock = { now: () => nowMs, setTimer: () => undefined, clearTimer: () => undefined };
    const monitoring = createMonitoring({ bus: client });
    const store = new MemorySeriesStore();
    for (let at = 0; at < 10; at += 1) {
      for (let i = 0; i < at * 10; i += 1) client.publish('a', i);
      await client.flush();
      nowMs += 1_000;
      await recordOnce({ monitorings: [monitoring], store, clock });
    }
    await using server = await serveDashboard({ monitorings: [monitoring], history: store, port: 0 });
    const throughput = await read<HistoryAnswer>(server.port, '/api/history?series=throughput');
    expect(throughput).toMatchObject({ unit: 'perSecond', whileWatched: false });
    const published = throughput.data[throughput.columns.indexOf('published') + 1];
    expect(published).toEqual([null, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
    const wait = await read<HistoryAnswer>(server.port, '/api/history?series=wait&quantile=0.5');
    const normal = wait.data[wait.columns.indexOf('NORMAL') + 1] ?? [];
    expect(normal[0]).toBeNull();
    expect(normal.slice(1).every((value) => (value ?? 0) > 0)).toBe(true);
    expect(wait.data[wait.columns.indexOf('LOW') + 1]?.every((value) => value === null)).toBe(true);
    const to = throughput.data[0]?.[4] ?? 0;
    const part = await read<HistoryAnswer>(server.port, `/api/history?series=queued&from=0&to=${to}`);
    expect(part.columns).toEqual(['CRITICAL', 'HIGH', 'NORMAL', 'LOW']);
    expect(part.data[0]).toHaveLength(5);
    for (const chart of ['handler', 'workers', 'loop', 'heap', 'dead-letters', 'lag']) {
      const answer = await read<HistoryAnswer>(server.port, `/api/history?series=${chart}`);
      expect(answer.data).toHaveLength(answer.columns.length + 1 || 1);
      expect(new Set(answer.data.map(({ length }) => length)).size).toBe(1);
    }
    await client.close();
  });

  test('without a store: what was seen while somebody looked', async () => {
    await using system = await dashboardSystem();
    using stream = await Stream.open(system.port, '/api/stream');
    await stream.next('frame');
    const { whileWatched, data } = await read<HistoryAnswer>(system.port, '/api/history?series=loop');
    expect(whileWatched).toBe(true);
    expect(data[0]?.length).toBeGreaterThan(0);
  });
});

describe('health', () => {
  test('is the tree of each bus, with the remedies that there are and what was done', async () => {
    const sick = {
      name: 'link',
      health: () => ({ status: 'down' as const, reason: 'cut', sinceMs: 1 }),
      remedies: () => [{ name: 'reconnect', description: 'Connects anew.', run: async () => undefined }],
    };
    await using system = await dashboardSystem({ monitoring: { parts: { link: sick } } });
    const remediator = new Remediator({ monitoring: system.monitoring, rules: [] });
    await using server = await serveDashboard({ monitorings: [system.monitoring], remediator, port: 0 });
    const answer = await read<HealthAnswer>(server.port, '/api/health');
    expect(answer.buses[0]?.parts.find(({ component }) => component === 'link')).toMatchObject({
      status: 'down',
      reason: 'cut',
    });
    // The bus has remedies of its own.
    expect(answer.remedies).toContainEqual({
      bus: 'desk',
      component: 'link',
      remedy: 'reconnect',
      description: 'Connects anew.',
    });
    expect(answer.remediation).toEqual([{ bus: 'desk', enabled: false, busyWith: null, circuits: [], entries: [] }]);
  });

  test('a part that fails when it is asked takes nothing down', async () => {
    const broken = {
      collect: () => {
        throw new Error('no figures');
      },
      get deadLetters(): never {
        throw new Error('closed');
      },
    };
    await using system = await dashboardSystem({ monitoring: { parts: { broken } } });
    for (const path of ['session', 'transports', 'venues', 'routing', 'health', 'topics']) {
      expect([path, (await ask(system.port, `/api/${path}`)).status]).toEqual([path, 200]);
    }
  });
});
