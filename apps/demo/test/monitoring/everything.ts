import { ArbitrageRouter } from '@tradewind/arbitrage-routing';
import { InMemoryBroker, MessageBus } from '@tradewind/core';
import { openThreadPool } from '@tradewind/core/worker-threads';
import { silentLogger, type Remedy } from '@tradewind/core-types';
import { createLearnedRouting } from '@tradewind/ml-routing';
import { logNotifier } from '@tradewind/monitoring';
import { redisStreamTransport } from '@tradewind/redis-streams';
import { startRedisServer } from '@tradewind/redis-streams/testing';
import { compose } from '../../src/compose.ts';
import { Floor } from '../../src/injection/floor.ts';
import { openOperations } from '../../src/operations/operations.ts';
import { watchDemo } from '../../src/operations/watch-demo.ts';
import { parseOptions } from '../../src/options.ts';
import { runDemo } from '../../src/run.ts';
import { silentView } from '../../src/view/view.ts';

/** Two live systems that have every part of the house between them, with traffic. */
export interface Everything {
  /** Where their metrics are: `127.0.0.1:9464`. */
  readonly targets: readonly string[];
  close(): Promise<void>;
}

/** A remedy that fails. */
const nobodyAnswers: Remedy = {
  name: 'call',
  description: 'Calls the venue.',
  run: () => Promise.reject(new Error('Nobody answers.')),
};

/** The demo as it is; and a floor over Redis and a second path, with threads, requests, feeds, and a remedy that fails. */
export async function startEverything(): Promise<Everything> {
  const demo = await compose(parseOptions(['--seconds', '3600']));
  const watched = await watchDemo(demo);
  const running = runDemo(demo, silentView());
  const server = await startRedisServer({ maxMemoryBytes: 256 * 1024 * 1024 });
  const redis = redisStreamTransport({ connection: server.url });
  const learned = createLearnedRouting({ scheduling: false, regimes: false, paths: {} });
  const broker = new InMemoryBroker();
  const floor = new Floor({
    seed: 7,
    client: {
      paths: { redis, wire: broker.transport() },
      plugins: [...learned.plugins, new ArbitrageRouter({ profitThreshold: '5' })],
    },
  });
  const threads = await openThreadPool({ module: new URL('thread-module.ts', import.meta.url), threads: 1 });
  floor.client.subscribe('risk.*', threads.handler);
  const requests = new MessageBus();
  requests.register('risk.limit', (_, { correlationId }) => {
    if (correlationId !== undefined) requests.respond(correlationId, 1);
  });
  await floor.open();
  const operations = await openOperations({
    bus: floor.client,
    transports: { redis },
    feeds: floor.feeds,
    parts: { venues: floor.connections, threads, requests, broker },
    channels: [{ name: 'log', notifier: logNotifier(silentLogger) }],
    remediation: {
      rules: [{ name: 'call-venue', component: 'feeds/aster', from: 'degraded', forMs: 0, remedy: 'call' }],
      enabled: true,
      remedies: { 'feeds/aster': [nobodyAnswers] },
    },
    everyMs: 1_000,
  });
  floor.venues[0]?.forget();
  const traffic = setInterval(() => {
    floor.client.publish('risk.positions', 1);
    void requests.request('risk.limit', 1);
    const sentNs = BigInt(Date.parse('2026-01-05T14:30:00Z')) * 1_000_000n;
    floor.connections.roundTrip('BOREAL', {
      sentNs,
      venueNs: sentNs + 12_000_000n,
      receivedNs: sentNs + 24_000_000n,
    });
  }, 100);
  return {
    targets: [watched, operations].map(({ pages }) => new URL(pages.metricsUrl ?? '').host),
    async close() {
      clearInterval(traffic);
      demo.timeline.stop();
      await running;
      await watched[Symbol.asyncDispose]();
      await operations[Symbol.asyncDispose]();
      await floor.close();
      await threads.close();
      await server.stop();
    },
  };
}
