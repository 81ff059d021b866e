import type { OpportunityBook, Part, RoutingPlugin, Undoable } from '@tradewind/core-types';
import { BufferedMessageBusClient, InMemoryBroker, MessageBus, seededRandom } from '@tradewind/core';
import { serveDashboard, type DashboardServer } from '../../../src/dashboard/serve-dashboard.ts';
import type { DashboardOptions } from '../../../src/dashboard/options.ts';
import { CHARTED } from '../../../src/dashboard/snapshot/charts.ts';
import {
  MemorySeriesStore,
  Recording,
  Remediator,
  STANDARD_RULES,
  createAlerting,
  createMonitoring,
  shedLane,
  watchFeed,
  type Alerting,
  type Monitoring,
} from '../../../src/index.ts';
import { ALERT_RULES, compare, group, series } from '../../../src/rules/index.ts';
import { PlayedVenue } from './played-venue.ts';

/** A small trading system that runs: a client with a wire and plugins, a synchronous bus beside it, two venues, alerts, and its dashboard. */
export interface TradingFloor extends AsyncDisposable {
  readonly server: DashboardServer;
  readonly client: BufferedMessageBusClient;
  readonly alerting: Alerting;
  readonly store: MemorySeriesStore;
  /** Orders that cannot be booked: each is a dead letter after two attempts. */
  failOrders(count: number): void;
  /** From now on orders can be booked again, those that are retried too. */
  mendOrders(): void;
  /** Orders that were booked. */
  readonly bookedOrders: number;
  /** The descriptions of the decisions that were taken back. */
  readonly undone: readonly string[];
}

export interface TradingFloorOptions extends Partial<DashboardOptions> {
  /** How many messages are published each 20 ms. Default 20. */
  readonly load?: number | undefined;
  readonly port?: number | undefined;
  /** How many seconds of a past are made up before it begins, for measuring. Default none. */
  readonly pastPoints?: number | undefined;
}

/** Says why orders fail, as a desk would name it. */
class OrderRefused extends Error {
  readonly code = 'ACCOUNT_CLOSED';
}

export async function openTradingFloor(options: TradingFloorOptions = {}): Promise<TradingFloor> {
  const { load = 20, pastPoints = 0, ...dashboard } = options;
  const random = seededRandom(7);
  const broker = new InMemoryBroker();
  const wire = broker.transport();
  const desk = { areOrdersFailing: false, booked: 0 };
  const client = new BufferedMessageBusClient({
    name: 'risk',
    paths: { wire },
    plugins: [liftQuotes()],
    retry: { maxAttempts: 2, initialDelayMs: 5, maxDelayMs: 5 },
    trace: { every: 10, size: 500 },
    random,
  });
  subscribeDesk(client, desk);
  const ledger = new MessageBus();
  ledger.subscribe('events.position.*', () => undefined);
  const venues = [new PlayedVenue('BINANCE'), new PlayedVenue('KRAKEN')];
  const feeds = venues.map((venue) => watchFeed(venue, { staleAfterMs: 500 }));
  for (const feed of feeds)
    await feed.subscribe(
      { kind: 'quote', instrumentId: `BTC/USD.${feed.venue}` as never },
      { onEvent: () => undefined },
    );
  const store = new MemorySeriesStore({ maxScrapes: 3_600 + pastPoints });
  const alerting = createAlerting({ store, rules: [...DESK_RULES, ...ALERT_RULES] });
  const parts: Record<string, Part> = { alerting };
  // The past of some thousand series would take a minute to make up, and charts are made from those of STANDARD.
  const level = pastPoints > 0 ? 'STANDARD' : 'DETAILED';
  const monitoring = createMonitoring({ bus: client, transports: { wire: broker }, feeds, parts, level });
  const remediator = new Remediator({ monitoring, rules: STANDARD_RULES, remedies: { bus: [shedLane(client)] } });
  const remediation = remediator.start(250);
  const beside = createMonitoring({ bus: ledger, name: 'ledger', process: false });
  await makeUpPast(store, monitoring, pastPoints);
  const recording = new Recording({
    monitorings: [monitoring, beside],
    store,
    everyMs: 500,
    onScrape: (timeMs) => alerting.evaluate(timeMs),
  });
  const undoing = tuner();
  const server = await serveDashboard({
    monitorings: [monitoring, beside],
    port: 0,
    history: store,
    remediator,
    opportunities: { spread: bookOfSpreads() },
    undoable: { tuner: undoing },
    ...dashboard,
  });
  let sequence = 0;
  const timer = setInterval(() => {
    for (let count = 0; count < load; count += 1) publishOne(client, (sequence += 1), random.next());
    ledger.publish('events.position.S-001', { quantity: sequence });
    // Kraken falls silent for a while, again and again.
    for (const [index, venue] of venues.entries()) if (index === 0 || sequence % 20_000 < 10_000) venue.tick();
  }, 20);
  return {
    server,
    client,
    alerting,
    store,
    failOrders: (count) => {
      desk.areOrdersFailing = true;
      for (let number = 0; number < count; number += 1) {
        client.publish(
          `events.order.S-00${number % 4}`,
          { order: number, side: 'BUY', price: '64000.10' },
          { priority: 1 },
        );
      }
    },
    mendOrders: () => {
      desk.areOrdersFailing = false;
    },
    get bookedOrders() {
      return desk.booked;
    },
    undone: undoing.undone,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      recording[Symbol.dispose]();
      remediation[Symbol.dispose]();
      await server.close();
      await alerting[Symbol.asyncDispose]();
      await client.close({ deadlineMs: 1_000 });
    },
  };
}

/** A rule of the desk that fires at once: a test does not wait for minutes. */
const DESK_RULES = group('desk', [
  {
    name: 'OrdersUnbooked',
    severity: 'critical',
    expression: compare(series('tradewind_transport_dead_letters'), '>', 0),
    keepFiringMs: 600_000,
    summary: '{{ $value }} orders of {{ $labels.bus }} are not booked.',
    runbook: {
      means: 'The desk could not book orders, and they lie among the dead letters.',
      look: ['The cause of the newest dead letter.', 'Whether the account is open.'],
      act: ['Open the account.', 'Retry the dead letters.'],
    },
  },
]);

function subscribeDesk(client: BufferedMessageBusClient, desk: { areOrdersFailing: boolean; booked: number }): void {
  client.subscribe('data.quotes.*', () => undefined, { id: 'pricing' });
  client.subscribe('data.trades.BINANCE.*', () => spin(20), { id: 'slow-analytics' });
  client.subscribe('data.trades.*', () => undefined, { id: 'tape' });
  client.subscribe(
    'events.order.*',
    () => {
      if (desk.areOrdersFailing) throw new OrderRefused('The account is closed.');
      desk.booked += 1;
    },
    { id: 'booking' },
  );
}

/** Takes some microseconds, as a handler that computes does. */
function spin(micros: number): void {
  const end = performance.now() + micros / 1_000;
  while (performance.now() < end);
}

function publishOne(client: BufferedMessageBusClient, sequence: number, chance: number): void {
  const venue = sequence % 3 === 0 ? 'KRAKEN' : 'BINANCE';
  const symbol = SYMBOLS[sequence % SYMBOLS.length] as string;
  const price = (64_000 + chance * 100).toFixed(2);
  if (chance < 0.6) client.publish(`data.quotes.${venue}.${symbol}`, { bid: price, ask: price }, { priority: 2 });
  else if (chance < 0.9) client.publish(`data.trades.${venue}.${symbol}`, { price, size: '0.5' }, { priority: 3 });
  else client.publish('commands.heartbeat', { sequence }, { priority: 0 });
}

/** Every seventh quote is lifted, so that the screen of the routing has something to say; tells a regime as a plugin that knows markets does. */
function liftQuotes(): RoutingPlugin & Part {
  return {
    name: 'lift-quotes',
    route: ({ topic, sequence }) =>
      topic.startsWith('data.quotes.') && sequence % 7 === 1
        ? { priority: 1, reason: 'regime=VOLATILE: quotes lifted to HIGH' }
        : undefined,
    health: () => ({ status: 'up', reason: '', sinceMs: 0 }),
    collect: (into) => {
      for (const [regime, probability] of [
        ['CALM', 0.1],
        ['NORMAL', 0.2],
        ['VOLATILE', 0.7],
      ] as const) {
        into.gauge('tradewind_regime_probability', probability, { regime });
      }
    },
  };
}

function bookOfSpreads(): OpportunityBook {
  return {
    live: () => {
      const detectedAtNs = BigInt(Date.now()) * 1_000_000n;
      const leg = { quantity: '0.5', symbol: 'BTC/USD' };
      return [
        {
          id: 'spread-1',
          type: 'PRICE_SPREAD',
          state: 'confirmed',
          urgency: 'HIGH',
          legs: [
            { ...leg, venue: 'BINANCE', side: 'BUY', limit: '64000.10' },
            { ...leg, venue: 'KRAKEN', side: 'SELL', limit: '64022.30' },
          ],
          figures: { profit: '11.10' },
          survival: { probability: 0.72 },
          detectedAtNs,
          expiresAtNs: detectedAtNs + 2_000_000_000n,
        },
      ];
    },
    counts: () => ({ detected: 41, confirmed: 12, expired: 29 }),
  };
}

function tuner(): Undoable & { readonly undone: readonly string[] } {
  const atMs = Date.now();
  const made = [
    { id: 'd2', atMs, description: 'Workers from 8 to 12: queues grew for 30 s.' },
    { id: 'd1', atMs: atMs - 60_000, description: 'Share of LOW from 0.1 to 0.05: HIGH waited over its target.' },
  ];
  const undone: string[] = [];
  return {
    undone,
    decisions: () => made.map((one) => ({ ...one, undone: undone.includes(one.description) })),
    undo: (id) => {
      const found = made.find((one) => one.id === id);
      if (found === undefined) throw new Error(`There is no decision ${id}.`);
      undone.push(found.description);
    },
  };
}

/** A second each, as many as wanted, up to now: every series that a chart is made from, going up and down. */
async function makeUpPast(store: MemorySeriesStore, monitoring: Monitoring, points: number): Promise<void> {
  if (points === 0) return;
  await monitoring.scrape();
  const values = [...monitoring.values()].filter(({ name }) => CHARTED.has(name));
  const nowMs = Date.now();
  for (let point = 0; point < points; point += 1) {
    const grown = values.map(({ name, labels, labelText }, index) => ({
      name,
      labels,
      labelText,
      value: point * 1_000 + (index + 1) * 100 * Math.sin(point / 7 + index),
    }));
    store.append({ timeMs: nowMs - (points - point) * 1_000, values: grown });
  }
}

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'];
