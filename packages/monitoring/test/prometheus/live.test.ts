import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageBus } from '@tradewind/core';
import type { HealthStatus, MetricsSink } from '@tradewind/core-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alertmanagerFile } from '../../scripts/output/alertmanager-file.ts';
import { ruleFiles } from '../../scripts/output/rule-files.ts';
import { createAlerting } from '../../src/alerting/alerting.ts';
import { createMonitoring, serveMonitoring, type Monitoring, type MonitoringServer } from '../../src/index.ts';
import { alertmanagerNotifier } from '../../src/notifying/alertmanager-notifier.ts';
import { ALERT_RULES } from '../../src/rules/rules.ts';
import { group } from '../../src/rules/alert-rule.ts';
import { compare, series } from '../../src/rules/expressions/build.ts';
import { labelText } from '../../src/scraping/shared-labels.ts';
import type { ScrapedValue } from '../../src/history/series-store.ts';
import { startAlertmanager, startPrometheus } from '../support/prometheus.ts';
import { removeFolder, temporaryFolder, type ServerProcess } from '../support/server-process.ts';

/** What an Alertmanager posts to a webhook. */
interface Page {
  readonly status: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}

/** What it says of its alerts. */
interface Known {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: {
    readonly state: string;
    readonly inhibitedBy: readonly string[];
    readonly silencedBy: readonly string[];
  };
}

let busHealth: HealthStatus = 'up';
const health: Record<string, HealthStatus> = { 'feeds/a': 'up', 'feeds/b': 'up', 'feeds/c': 'up' };
const pages: Page[] = [];
let folder = '';
let monitoring: Monitoring | undefined;
let metrics: MonitoringServer | undefined;
let webhook: Server | undefined;
let alertmanager: ServerProcess | undefined;
let prometheus: ServerProcess | undefined;

/** The rules of the table, with seconds for minutes: nobody waits for them here. */
const hasty = ALERT_RULES.map((rule) => ({ ...rule, forMs: Math.min(rule.forMs, 1_000), keepFiringMs: 0 }));

beforeAll(async () => {
  folder = temporaryFolder('live');
  const parts = Object.fromEntries(
    Object.keys(health).map((name) => [
      name,
      { name, health: () => ({ status: health[name] ?? 'up', reason: 'a test', sinceMs: 0 }) },
    ]),
  );
  const messageBus = new MessageBus();
  const bus = {
    collect: (into: MetricsSink) => messageBus.collect(into),
    health: () => ({ status: busHealth, reason: 'a test', sinceMs: 0 }),
  };
  monitoring = createMonitoring({ bus, name: 'main', parts });
  metrics = await serveMonitoring({ monitorings: [monitoring], port: 0 });
  webhook = await listening();
  const { port } = webhook.address() as AddressInfo;
  alertmanager = await startAlertmanager(folder, managerConfig(port));
  mkdirSync(join(folder, 'rules'));
  for (const { path, text } of ruleFiles(hasty))
    writeFileSync(join(folder, 'rules', path.split('/').at(-1) ?? ''), text);
  prometheus = await startPrometheus(
    folder,
    prometheusConfig(new URL(metrics.url).host, new URL(alertmanager.url).host),
  );
}, 120_000);

afterAll(async () => {
  await Promise.all([prometheus?.stop(), alertmanager?.stop()]);
  await metrics?.close();
  await monitoring?.[Symbol.asyncDispose]();
  webhook?.closeAllConnections();
  webhook?.close();
  removeFolder(folder);
});

async function listening(): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      pages.push(JSON.parse(body) as Page);
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

/** The example that is delivered, with our receiver and seconds for minutes. */
function managerConfig(port: number): string {
  return alertmanagerFile(ALERT_RULES)
    .text.replace('http://127.0.0.1:9095/alerts', `http://127.0.0.1:${port}/`)
    .replace('group_wait: 5s', 'group_wait: 1s')
    .replace('group_interval: 1m', 'group_interval: 1s');
}

function prometheusConfig(target: string, manager: string): string {
  return `global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: [${join(folder, 'rules')}/*.yml]
alerting:
  alertmanagers:
    - static_configs: [{ targets: ['${manager}'] }]
scrape_configs:
  - job_name: tradewind
    static_configs: [{ targets: ['${target}'] }]
`;
}

async function known(name: string): Promise<readonly Known[]> {
  const response = await fetch(
    `${alertmanager?.url}/api/v2/alerts?filter=${encodeURIComponent(`alertname="${name}"`)}`,
  );
  return (await response.json()) as readonly Known[];
}

/** Waits until something is so, up to a minute; a deadline for a hang, not a measurement. */
async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await isSo()) return;
    await delay(200);
  }
  throw new Error(`Expected ${what} within a minute, and it did not come. Pages: ${JSON.stringify(pages)}`);
}

function pageOf(name: string, status: string): Page | undefined {
  return pages.findLast((page) => page.groupLabels['alertname'] === name && page.status === status);
}

test('a live bus is scraped; its alerts fire, are grouped, inhibited, silenced, and end', async () => {
  await until('the watchdog', async () => (await known('TradewindWatchdog')).length === 1);

  Object.assign(health, { 'feeds/a': 'down', 'feeds/b': 'down' });
  // Grouped: one page has both components of the bus.
  await until('a page with both', () => pageOf('TradewindComponentDown', 'firing')?.alerts.length === 2);
  const page = pageOf('TradewindComponentDown', 'firing');
  expect(page?.groupLabels).toEqual({ alertname: 'TradewindComponentDown', bus: 'main' });
  expect(page?.alerts.map(({ labels }) => labels['component']).toSorted()).toEqual(['feeds/a', 'feeds/b']);
  // Inhibited: a component that works with less is not told beside the bus that is down.
  busHealth = 'down';
  await until('the bus', async () => (await known('TradewindBusDown')).length === 1);
  health['feeds/c'] = 'degraded';
  await until('the inhibition', async () =>
    (await known('TradewindComponentDegraded')).some(
      ({ labels, status }) => labels['component'] === 'feeds/c' && status.inhibitedBy.length > 0,
    ),
  );
  const degraded = pages.filter(({ groupLabels }) => groupLabels['alertname'] === 'TradewindComponentDegraded');
  expect(degraded.flatMap(({ alerts }) => alerts.map(({ labels }) => labels['component']))).not.toContain('feeds/c');

  health['feeds/c'] = 'up';
  busHealth = 'up';
  await until('the end of the inhibition', async () =>
    (await known('TradewindComponentDown')).every(({ status }) => status.inhibitedBy.length === 0),
  );
  Object.assign(health, { 'feeds/a': 'up', 'feeds/b': 'up' });
  await until('the end', () => {
    const over = pageOf('TradewindComponentDown', 'resolved')?.alerts.map(({ labels }) => labels['component']) ?? [];
    return over.includes('feeds/a') && over.includes('feeds/b');
  });

  // Silenced: it fires, and nobody is told.
  const silence = {
    matchers: [{ name: 'component', value: 'feeds/a', isRegex: false, isEqual: true }],
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 600_000).toISOString(),
    createdBy: 'test',
    comment: 'test',
  };
  const headers = { 'content-type': 'application/json' };
  await fetch(`${alertmanager?.url}/api/v2/silences`, { method: 'POST', headers, body: JSON.stringify(silence) });
  const told = pages.length;
  health['feeds/a'] = 'down';
  await until('the silence', async () =>
    (await known('TradewindComponentDown')).some(({ status }) => status.silencedBy.length > 0),
  );
  expect(
    pages
      .slice(told)
      .filter(
        ({ status, groupLabels }) => status === 'firing' && groupLabels['alertname'] === 'TradewindComponentDown',
      ),
  ).toEqual([]);
  health['feeds/a'] = 'up';
}, 300_000);

test('the engine in the process gives its alerts to an Alertmanager, and ends them there', async () => {
  const alerting = createAlerting({
    rules: hasty.filter(({ name }) => name === 'TradewindComponentDown'),
    intervalMs: 200,
    alertmanagers: { manager: alertmanagerNotifier({ url: alertmanager?.url ?? '' }) },
  });
  if (monitoring === undefined) throw new Error('Expected a monitoring.');
  alerting.start(monitoring);
  health['feeds/b'] = 'down';
  // Prometheus gives its own the labels `instance` and `job`.
  const own = async (): Promise<readonly Known[]> =>
    (await known('TradewindComponentDown')).filter(({ labels }) => labels['job'] === undefined);
  await until('its alert', async () => (await own()).length === 1);
  expect((await own())[0]?.labels).toEqual({
    alertname: 'TradewindComponentDown',
    severity: 'critical',
    bus: 'main',
    component: 'feeds/b',
  });
  health['feeds/b'] = 'up';
  await until('its end', async () => (await own()).length === 0);
  expect(
    alerting
      .audit()
      .map(({ kind }) => kind)
      .toReversed(),
  ).toEqual(['firing', 'resolved']);
  await alerting[Symbol.asyncDispose]();
}, 300_000);

test('alerts of the engine are grouped and inhibited by an Alertmanager as the example says, and end there when they are silenced', async () => {
  const gauges = new Map<string, ScrapedValue>();
  const set = (name: string, lane: string, value: number): void => {
    const labels = { bus: 'engine', lane, direction: 'local' };
    gauges.set(name + lane, { name, labels, labelText: labelText(labels), value });
  };
  // Rules of the table by name, so that the example knows them, on gauges that are set here.
  const drafts = ['P50', 'P99'].map((part) => ({
    name: `TradewindLatency${part}OverTarget`,
    severity: 'critical' as const,
    expression: compare(series(`test_${part.toLowerCase()}`), '>', 0),
    summary: `${part} of {{ $labels.lane }}.`,
    inhibitedBy: part === 'P99' ? ['TradewindLatencyP50OverTarget'] : [],
    runbook: { means: 'A test.', look: ['The test.'], act: ['Nothing.'] },
  }));
  await using alerting = createAlerting({
    rules: group('test', drafts),
    intervalMs: 200,
    alertmanagers: { manager: alertmanagerNotifier({ url: alertmanager?.url ?? '' }) },
  });
  for (const lane of ['LOW', 'HIGH']) set('test_p50', lane, 1);
  alerting.start({ scrape: async () => undefined, values: () => gauges.values() });
  const ofEngine = async (part: string): Promise<readonly Known[]> =>
    (await known(`TradewindLatency${part}OverTarget`)).filter(({ labels }) => labels['bus'] === 'engine');
  const pagedLanes = (part: string): readonly string[] =>
    pages
      .filter(({ groupLabels, status }) => groupLabels['bus'] === 'engine' && status === 'firing')
      .filter(({ groupLabels }) => groupLabels['alertname'] === `TradewindLatency${part}OverTarget`)
      .flatMap(({ alerts }) => alerts.map(({ labels }) => labels['lane'] ?? ''))
      .toSorted((one, other) => one.localeCompare(other));
  await until('a page with both lanes', () => pagedLanes('P50').length === 2);
  expect(pagedLanes('P50')).toEqual(['HIGH', 'LOW']);

  // One lane explains the same lane, and no other.
  for (const lane of ['LOW', 'CRITICAL']) set('test_p99', lane, 1);
  await until('the page of the other lane', () => pagedLanes('P99').length > 0);
  expect(new Set(pagedLanes('P99'))).toEqual(new Set(['CRITICAL']));
  // It looks for what explains an alert when it is about to tell of it.
  const inhibited = async (): Promise<readonly Known[]> =>
    (await ofEngine('P99')).filter(({ status }) => status.inhibitedBy.length > 0);
  await until('the inhibition of one lane', async () => (await inhibited()).length > 0);
  expect((await inhibited()).map(({ labels }) => labels['lane'])).toEqual(['LOW']);
  const inEngine = alerting.alerts().filter(({ inhibitedBy }) => inhibitedBy !== undefined);
  expect(inEngine.map(({ labels }) => labels['lane'])).toEqual(['LOW']);

  // What is silenced in the engine is over for the Alertmanager, and comes back with the end of the silence.
  const silence = alerting.silence({ match: { lane: 'CRITICAL' }, by: 'ann', reason: 'known', forMs: 60_000 });
  await until('the end of what is silenced', async () => (await ofEngine('P99')).length === 1);
  alerting.endSilence(silence.id, 'ann');
  await until('its return', async () => (await ofEngine('P99')).length === 2);
}, 300_000);
