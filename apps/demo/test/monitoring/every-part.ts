import {
  ArbitrageRouter,
  LatencyMonitor,
  OpportunityPipeline,
  SurvivalEstimator,
  createSurvivalModel,
  type NormalizedQuote,
} from '@tradewind/arbitrage-routing';
import { BufferedMessageBusClient, InMemoryBroker, MessageBus } from '@tradewind/core';
import { silentLogger, type DataAdapter } from '@tradewind/core-types';
import { openThreadPool } from '@tradewind/core/worker-threads';
import { QLearningRouter } from '@tradewind/ml-routing';
import {
  Remediator,
  createAlerting,
  createMonitoring,
  logNotifier,
  watchFeed,
  type Monitoring,
  type MonitoringLevel,
} from '@tradewind/monitoring';
import { redisStreamTransport } from '@tradewind/redis-streams';
import { startRedisServer } from '@tradewind/redis-streams/testing';

/** A monitoring of everything that a rule may be about, each part with enough behind it to report all that it can. */
export interface EveryPart extends AsyncDisposable {
  readonly monitoring: Monitoring;
}

/** A venue of which nobody asks anything. */
const quietVenue: DataAdapter = {
  venue: 'KRAKEN',
  capabilities: () => ({ kinds: [], bookDepths: [], eventTimes: false, venueSequences: false }),
  connect: async () => undefined,
  subscribe: () => Promise.reject(new Error('Nobody subscribes here.')),
  close: async () => undefined,
};

/** One of each part that reports series, over a Redis of its own. @param level - Default `STANDARD`. */
export async function everyPart(level: MonitoringLevel = 'STANDARD'): Promise<EveryPart> {
  const server = await startRedisServer({ maxMemoryBytes: 200e6 });
  const redis = redisStreamTransport({ connection: server.url });
  const broker = new InMemoryBroker();
  const memory = broker.transport();
  const scheduler = new QLearningRouter();
  const client = new BufferedMessageBusClient({
    name: 'main',
    group: 'main',
    paths: { redis, memory },
    scheduler,
    plugins: [scheduler.corrections, new ArbitrageRouter({ profitThreshold: '10' })],
  });
  client.subscribe('data.*', () => undefined);
  await client.ready();
  // What scheduling gains has bounds only when there is enough to tell.
  for (let n = 0; n < ENOUGH_TO_TELL; n += 1) client.publish('data.quotes', n);
  await client.flush();
  const module = new URL('./idle-handler.ts', import.meta.url);
  const threads = await openThreadPool({ module, threads: 1 });
  const bus = new MessageBus();
  const remediator = new Remediator({
    monitoring: createMonitoring({ bus, process: false }),
    rules: [],
    remedies: { bus: [{ name: 'fail', description: 'Fails.', run: () => Promise.reject(new Error('It fails.')) }] },
  });
  await remediator.run('bus', 'fail', 'a test');
  const alerting = createAlerting({ channels: [{ name: 'desk', notifier: logNotifier(silentLogger) }] });
  alerting.evaluate();
  const monitoring = createMonitoring({
    level,
    bus: client,
    transports: { redis, memory },
    feeds: [watchFeed(quietVenue)],
    parts: { broker, inner: bus, threads, remediator, alerting, ...arbitrage() },
  });
  return {
    monitoring,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await alerting[Symbol.asyncDispose]();
      await monitoring[Symbol.asyncDispose]();
      await threads.close();
      await redis.close();
      await server.stop();
    },
  };
}

/** Two venues of which one is dearer for a while: what is forecast of it is judged when its orders would have arrived. */
function arbitrage(): { readonly latency: LatencyMonitor; readonly survival: SurvivalEstimator } {
  const latency = new LatencyMonitor({ defaultArrivalMs: 20 });
  const survival = new SurvivalEstimator({ arrivals: latency, model: createSurvivalModel() });
  const row = {
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    kind: 'spot',
    tickSize: '0.01',
    lotSize: '0.001',
  } as const;
  const pipeline = new OpportunityPipeline({
    detector: {
      instruments: ['KRAKEN', 'BINANCE'].map((venue) => ({ ...row, venue, takerFeePpm: 1_000 })),
      groups: [{ name: 'BTC', instruments: ['KRAKEN:BTCUSDT', 'BINANCE:BTCUSDT'] }],
    },
    tracker: { producer: 'desk', confirmAbove: 0.8, listener: () => undefined },
    survival,
  });
  for (const atMs of [0, 50, 100, 150]) {
    for (const venue of ['KRAKEN', 'BINANCE']) {
      const quote = quoteOf(venue, atMs);
      latency.observe(quote);
      pipeline.apply(quote);
    }
  }
  latency.roundTrip('KRAKEN', { sentNs: ns(150), venueNs: ns(155), receivedNs: ns(160) });
  return { latency, survival };
}

function quoteOf(venue: string, atMs: number): NormalizedQuote {
  const [bid, ask] = venue === 'KRAKEN' ? ['59990', '60000'] : ['60300', '60310'];
  return {
    type: 'quote',
    venue,
    symbol: 'BTCUSDT',
    tsEvent: ns(atMs - 5),
    tsRecv: ns(atMs),
    bid,
    bidSize: '1',
    ask,
    askSize: '1',
  };
}

function ns(atMs: number): bigint {
  return START_NS + BigInt(atMs) * 1_000_000n;
}

/** More than the eight blocks of 512 messages below which a gain has no bounds. */
const ENOUGH_TO_TELL = 6_000;
const START_NS = 1_723_161_254_000_000_000n;
