import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ruleFiles } from '../../scripts/output/rule-files.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { removeFolder, temporaryFolder, type ServerProcess } from '../support/server-process.ts';
import { Desk, ruleOn } from '../alerting/desk.ts';

const FOR_MS = 15_000;
const RULE = ruleOn('Hot', { forMs: FOR_MS });
/** What is scraped: of each lane whether it is hot. */
const hot: Record<string, number> = { STAYS: 1, COOLS: 1 };
let folder = '';
let metrics: Server | undefined;
let prometheus: ServerProcess | undefined;

beforeAll(async () => {
  folder = temporaryFolder('restart');
  metrics = createServer((_request, response) => {
    response.end(
      Object.entries(hot)
        .map(([lane, value]) => `gauge_of_hot{lane="${lane}"} ${value}\n`)
        .join(''),
    );
  });
  await new Promise<void>((resolve) => {
    metrics?.listen(0, '127.0.0.1', resolve);
  });
  mkdirSync(join(folder, 'rules'));
  for (const { text } of ruleFiles([RULE])) writeFileSync(join(folder, 'rules', 'hot.yml'), text);
}, 60_000);

afterAll(async () => {
  await prometheus?.stop();
  metrics?.closeAllConnections();
  metrics?.close();
  removeFolder(folder);
});

function started(): Promise<ServerProcess> {
  if (metrics === undefined) throw new Error('Expected a server of metrics.');
  const { port } = metrics.address() as AddressInfo;
  const config = `global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: [${join(folder, 'rules')}/*.yml]
scrape_configs:
  - job_name: test
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`;
  // By default it leaves rules whose time is less than ten minutes as they are: they begin anew.
  return startPrometheus(folder, config, ['--rules.alert.for-grace-period=1s']);
}

interface Look {
  readonly atMs: number;
  readonly lane: string;
  readonly state: string;
}

/** Every look at the rule at which an alert was there, as Prometheus has written it down, by time. */
async function looks(): Promise<readonly Look[]> {
  const body = new URLSearchParams({ query: 'ALERTS{alertname="Hot"}[10m]' });
  const response = await fetch(`${prometheus?.url}/api/v1/query`, { method: 'POST', body });
  const answer = (await response.json()) as {
    readonly data: {
      readonly result: readonly {
        readonly metric: Record<string, string>;
        readonly values: readonly [number, string][];
      }[];
    };
  };
  return answer.data.result
    .flatMap(({ metric: { lane = '', alertstate = '' }, values }) =>
      values.map(([at]) => ({ atMs: Math.round(at * 1_000), lane, state: alertstate })),
    )
    .toSorted((one, other) => one.atMs - other.atMs);
}

async function until(expected: string, isSo: (all: readonly Look[]) => boolean): Promise<readonly Look[]> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const all = await looks();
    if (isSo(all)) return all;
    await delay(200);
  }
  throw new Error(`Expected ${expected} within two minutes.`);
}

/** The states of the lane that stays hot, as the engine sees it at the same times, before and after it is made anew. */
async function inProcess(before: readonly Look[], after: readonly Look[]): Promise<readonly string[]> {
  const stateDir = join(folder, 'state');
  const states: string[] = [];
  for (const [part, cools] of [
    [before, 1],
    [after, 0],
  ] as const) {
    const desk = new Desk({ rules: [RULE], stateDir }, ['desk'], {}, part[0]?.atMs);
    desk.set('Hot', 1, { lane: 'STAYS' });
    desk.set('Hot', cools, { lane: 'COOLS' });
    for (const { atMs } of part) {
      desk.nowMs = atMs;
      await desk.alerting.look(desk);
      const alerts = desk.alerting.alerts();
      expect(alerts.filter(({ labels, state }) => labels['lane'] === 'COOLS' && state === 'firing')).toEqual([]);
      states.push(alerts.find(({ labels }) => labels['lane'] === 'STAYS')?.state ?? 'none');
    }
    await desk.alerting[Symbol.asyncDispose]();
  }
  return states;
}

test('what is pending over a restart goes on in the process as in Prometheus: not seen it does not fire, and the time between does not count', async () => {
  prometheus = await started();
  const both = (all: readonly Look[]): boolean =>
    ['STAYS', 'COOLS'].every((lane) => all.filter((look) => look.lane === lane).length >= 4);
  await until('two alerts that are pending for some seconds', both);
  const before = await looks();
  await prometheus.stop();
  hot['COOLS'] = 0;
  // Longer than the rule has to hold: who counted this would fire at once.
  await delay(FOR_MS + 2_000);
  prometheus = await started();
  const all = await until('one that fires', (found) => found.some(({ state }) => state === 'firing'));

  expect(all.filter(({ lane, state }) => lane === 'COOLS' && state === 'firing')).toEqual([]);
  const stays = all.filter(({ lane }) => lane === 'STAYS');
  const stoppedMs = before.at(-1)?.atMs ?? 0;
  // Between the last question and its end it may have looked once more.
  const gap = stays.findIndex(
    ({ atMs }, at) => at > 0 && atMs - (stays[at - 1]?.atMs ?? 0) >= FOR_MS && atMs > stoppedMs,
  );
  expect(gap).toBeGreaterThan(0);
  const states = await inProcess(stays.slice(0, gap), stays.slice(gap));
  const pendingAfter = (of: readonly string[]): number => of.slice(gap).filter((state) => state === 'pending').length;
  const expected = stays.map(({ state }) => state);
  expect(states.slice(0, gap)).toEqual(expected.slice(0, gap));
  expect(pendingAfter(expected)).toBeGreaterThan(0);
  // Prometheus keeps whole seconds of since when, and takes them up at its second look.
  expect(Math.abs(pendingAfter(states) - pendingAfter(expected))).toBeLessThanOrEqual(2);
}, 300_000);
