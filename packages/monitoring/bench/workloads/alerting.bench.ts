import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { HealthStatus } from '@tradewind/core-types';
import { BufferedMessageBusClient, InMemoryBroker } from '@tradewind/core';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { expectCount, type Metrics, type Workload } from '../../../../tooling/bench/workload.ts';
import { createAlerting, createMonitoring, webhookNotifier } from '../../src/index.ts';
import { MemorySeriesStore } from '../../src/history/memory-series-store.ts';
import { ALERT_RULES } from '../../src/rules/index.ts';

/** All rules over so many seconds of a client with a path and a plugin. */
async function measureEvaluation(seconds: number, evaluations: number): Promise<Metrics> {
  const transport = new InMemoryBroker().transport();
  const plugins = [{ name: 'still', route: () => undefined }];
  await using client = new BufferedMessageBusClient({ paths: { wire: transport }, plugins });
  await using monitoring = createMonitoring({ bus: client, transports: { wire: transport } });
  const store = new MemorySeriesStore();
  await monitoring.scrape();
  const startMs = Date.now();
  for (let second = 0; second < seconds; second += 1) {
    store.append({ timeMs: startMs + second * MS_PER_SECOND, values: monitoring.values() });
  }
  await using alerting = createAlerting({ store });
  let nowMs = startMs + seconds * MS_PER_SECOND;
  const { cpuNsPerOperation = Number.NaN } = await measureCpu(evaluations, async (count) => {
    for (let i = 0; i < count; i += 1) alerting.evaluate((nowMs += MS_PER_SECOND));
  });
  return { cpuMsPerEvaluation: cpuNsPerOperation / NS_PER_MS, rules: ALERT_RULES.length };
}

/** From a bus that goes down to the request at a webhook, with the rules evaluated every second; the slowest of some times. */
async function measureFaultToPage(times: number): Promise<Metrics> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end());
    server.emit('page');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let status: HealthStatus = 'up';
  let slowestMs = 0;
  expectCount('rules that fire at once', AT_ONCE.length, 1);
  for (let i = 0; i < times; i += 1) {
    status = 'up';
    const alerting = createAlerting({
      rules: AT_ONCE,
      channels: [{ name: 'desk', notifier: webhookNotifier({ url }) }],
    });
    const bus = { health: () => ({ status, reason: 'a benchmark', sinceMs: 0 }) };
    await using monitoring = createMonitoring({ bus });
    alerting.start(monitoring);
    // Faults come at any time between two looks.
    await new Promise((resolve) => {
      setTimeout(resolve, MS_PER_SECOND + (i * MS_PER_SECOND) / times);
    });
    const page = once(server, 'page');
    status = 'down';
    const fromMs = performance.now();
    await page;
    slowestMs = Math.max(slowestMs, performance.now() - fromMs);
    await alerting[Symbol.asyncDispose]();
  }
  server.closeAllConnections();
  server.close();
  return { slowestSeconds: slowestMs / MS_PER_SECOND };
}

/** A rule of the table as it is, which fires at once. */
const AT_ONCE = ALERT_RULES.filter(({ name }) => name === 'TradewindBusDown');

/** How long the critical rules of the table wait on their own account: `at once 5, 30 s 4`. */
function waits(): string {
  const critical = ALERT_RULES.filter(({ severity }) => severity === 'critical');
  return [...Map.groupBy(critical, ({ forMs }) => forMs)]
    .toSorted(([a], [b]) => a - b)
    .map(([forMs, rules]) => `${forMs === 0 ? 'at once' : `${forMs / MS_PER_SECOND} s`} ${rules.length}`)
    .join(', ');
}

const MS_PER_SECOND = 1_000;
const NS_PER_MS = 1e6;

export const workloads: readonly Workload[] = [
  {
    name: 'evaluation',
    title: 'One evaluation of all rules',
    work: 'A client with one path and one plugin, whose series are kept for a minute or an hour of seconds; 200 evaluations, a second apart.',
    contenders: {
      minute: (scale) => measureEvaluation(60, scale.count(200)),
      hour: (scale) => measureEvaluation(3_600, scale.count(200)),
    },
    targets: [],
  },
  {
    name: 'fault-to-page',
    title: 'From a fault to the request at a webhook',
    work: `A bus goes down: TradewindBusDown of the table, which fires at once; evaluated every second, told a second later; the slowest of 10 times. Other rules wait before that for what each is about. Of the critical ones: ${waits()}.`,
    contenders: { webhook: (scale) => measureFaultToPage(scale.count(10)) },
    targets: [{ metric: 'slowestSeconds', of: 'webhook', atMost: 5, unit: 's' }],
  },
];
