import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { MetricsSource } from '@tradewind/core-types';
import { BufferedMessageBusClient, InMemoryBroker } from '@tradewind/core';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { expectCount, type Contender, type Metrics, type Workload } from '../../../../tooling/bench/workload.ts';
import { LEVELS, createMonitoring, serveMonitoring, type MonitoringLevel } from '../../src/index.ts';
import { writeOut } from '../fixtures/publishing.ts';

/** A client with a path and a plugin, as most are. */
async function measureLevel(scrapes: number, level: MonitoringLevel): Promise<Metrics> {
  const transport = new InMemoryBroker().transport();
  const plugins = [{ name: 'still', route: () => undefined }];
  await using client = new BufferedMessageBusClient({ paths: { wire: transport }, plugins });
  await using monitoring = createMonitoring({ bus: client, transports: { wire: transport }, level });
  let bytes = 0;
  const { cpuNsPerOperation = Number.NaN } = await measureCpu(scrapes, async (count) => {
    for (let i = 0; i < count; i += 1) bytes = await writeOut(monitoring);
  });
  let series = 0;
  for (const _ of monitoring.values()) series += 1;
  return { cpuUsPerScrape: cpuNsPerOperation / NS_PER_US, series, textBytes: bytes };
}

const atEveryLevel: Readonly<Record<string, Contender>> = Object.fromEntries(
  LEVELS.map((level): [string, Contender] => [level, (scale) => measureLevel(scale.count(500), level)]),
);

/** 100 parts of 1,000 series each. */
function manyParts(): Readonly<Record<string, MetricsSource>> {
  const labels = Array.from({ length: SERIES_OF_A_PART }, (_, at) => ({ stream: `stream-${at}` }));
  let scrape = 0;
  const part: MetricsSource = {
    collect: (into) => {
      scrape += 1;
      for (const one of labels) into.counter('tradewind_bench_total', scrape, one);
    },
  };
  return Object.fromEntries(
    Array.from({ length: PARTS }, (_, at): [string, MetricsSource] => [
      `part-${at}`,
      { collect: (into) => part.collect(into) },
    ]),
  );
}

/**
 * Asks for `/metrics` over HTTP, while every turn of the event loop is watched: at first, when all series are new, and then when they are known.
 * Of new series the longest turns are those in which the garbage collector moves what was made.
 */
async function measureLarge(
  requests: number,
  bounds: { readonly maxSeries: number; readonly maxSeriesPerFamily: number },
): Promise<Metrics> {
  await using monitoring = createMonitoring({ bus: {}, parts: manyParts(), ...bounds });
  await using server = await serveMonitoring({ monitorings: [monitoring], port: 0 });
  const first = new TurnWatch();
  first.start();
  // What was made is moved twice, the second time in one of the next scrapes.
  for (let i = 0; i < SCRAPES_OF_THE_NEW; i += 1) await request(server.url);
  const ofNew = first.stop();
  const turns = new TurnWatch();
  turns.start();
  let lines = 0;
  for (let i = 0; i < requests; i += 1) lines = await request(server.url);
  const ofKnown = turns.stop();
  if (bounds.maxSeriesPerFamily >= PARTS * SERIES_OF_A_PART) {
    expectCount('series', lines, PARTS * SERIES_OF_A_PART);
  }
  return {
    longestTurnCpuMs: ofKnown.cpuMs,
    longestTurnWallMs: ofKnown.wallMs,
    newSeriesTurnCpuMs: ofNew.cpuMs,
    newSeriesTurnWallMs: ofNew.wallMs,
    series: lines,
  };
}

/** Reads the answer piece by piece and counts its lines of the family. */
async function request(url: string): Promise<number> {
  const sent = get(`${url}/metrics`, { agent: false });
  const [reply] = (await once(sent, 'response')) as [IncomingMessage];
  let lines = 0;
  let rest = '';
  for await (const chunk of reply.setEncoding('utf8')) {
    rest += chunk as string;
    const end = rest.lastIndexOf('\n');
    for (
      let at = rest.indexOf('tradewind_bench_total{');
      at !== -1 && at < end;
      at = rest.indexOf('tradewind_bench_total{', at + 1)
    ) {
      lines += 1;
    }
    rest = rest.slice(end + 1);
  }
  return lines;
}

/**
 * The longest turn of the event loop: by its processor time, and by the clock, which on a shared machine also counts the others' work. The system
 * books processor time every few milliseconds, and when a thread goes to sleep: so it sleeps for an instant between two turns.
 */
class TurnWatch {
  readonly #bed = new Int32Array(new SharedArrayBuffer(4));
  #on = false;
  #cpuUs = 0;
  #wallMs = 0;

  start(): void {
    this.#on = true;
    let cpu = this.#booked();
    let at = performance.now();
    const turn = (): void => {
      this.#wallMs = Math.max(this.#wallMs, performance.now() - at);
      const now = this.#booked();
      this.#cpuUs = Math.max(this.#cpuUs, now - cpu);
      cpu = now;
      at = performance.now();
      if (this.#on) setImmediate(turn);
    };
    setImmediate(turn);
  }

  stop(): { cpuMs: number; wallMs: number } {
    this.#on = false;
    return { cpuMs: this.#cpuUs / US_PER_MS, wallMs: this.#wallMs };
  }

  /** The thread's processor time so far, to the microsecond. */
  #booked(): number {
    Atomics.wait(this.#bed, 0, 0, AN_INSTANT_MS);
    const { user, system } = process.threadCpuUsage();
    return user + system;
  }
}

const large = (bounds: { readonly maxSeries: number; readonly maxSeriesPerFamily: number }): Contender => {
  return (scale) => measureLarge(scale.count(9), bounds);
};

export const workloads: readonly Workload[] = [
  {
    name: 'levels',
    title: 'A scrape with its text, by level',
    work: 'A client with one path and one plugin, and the process; 500 scrapes.',
    contenders: atEveryLevel,
    targets: [{ metric: 'series', of: 'STANDARD', atMost: 2_000, unit: 'series' }],
  },
  {
    name: 'large',
    title: 'The longest turn of the event loop while /metrics is asked for 100,000 series',
    work: '100 parts of 1,000 series each, in one family; 12 requests over HTTP from the same process, whose reading counts too: three while the series are new, and nine when they are known. Shown are all, or the greatest 2,000.',
    contenders: {
      all: large({ maxSeries: 200_000, maxSeriesPerFamily: 100_000 }),
      bounded: large({ maxSeries: 2_000, maxSeriesPerFamily: 2_000 }),
    },
    targets: [
      { metric: 'longestTurnCpuMs', of: 'all', atMost: 5, unit: 'ms' },
      { metric: 'longestTurnCpuMs', of: 'bounded', atMost: 5, unit: 'ms' },
      { metric: 'newSeriesTurnCpuMs', of: 'all', atMost: 5, unit: 'ms' },
      { metric: 'newSeriesTurnCpuMs', of: 'bounded', atMost: 5, unit: 'ms' },
    ],
  },
];

const SCRAPES_OF_THE_NEW = 3;
const AN_INSTANT_MS = 0.01;
const PARTS = 100;
const SERIES_OF_A_PART = 1_000;
const NS_PER_US = 1_000;
const US_PER_MS = 1_000;
