import { setTimeout as sleep } from 'node:timers/promises';
import { BenchmarkError } from '../../errors.ts';
import type { Metrics } from '../../experiments/experiment.ts';
import { HdrHistogram, type HistogramJson } from '../../measuring/histogram.ts';
import { receiptProblems } from '../../measuring/receipts.ts';
import { latencyMetrics } from '../../workloads/latency-metrics.ts';
import { loadNetworkContender } from '../contenders/builtin.ts';
import type { Setting } from '../contenders/contender.ts';
import { startServer, type BenchServer } from '../servers/servers.ts';
import { PeerProcess } from './peer-process.ts';
import type { PeerReport } from './protocol.ts';

/** One run: so many ticks from one process to others. */
export interface Transfer {
  /** A built-in name, or the `file:` URL of a module that exports a `contender`. */
  readonly contender: string;
  readonly count: number;
  /** Offers at this pace. Default: as fast as the contender can. */
  readonly perSecond?: number | undefined;
  readonly flags?: Setting['flags'] | undefined;
  /** Consumers beyond the usual one: so many processes with so many each. All of them must get everything. */
  readonly crowd?: { readonly processes: number; readonly members: number } | undefined;
  /** What has not come so long after the last tick was stored is lost. Default 30,000 ms. */
  readonly graceMs?: number | undefined;
  /** Reads further figures from the server, before the ticks and when all of them are over; the difference is told. */
  readonly inspect?: ((server: BenchServer) => Promise<Metrics>) | undefined;
  /** The same, told as it is when all ticks are over. */
  readonly look?: ((server: BenchServer) => Promise<Metrics>) | undefined;
}

const GRACE_MS = 30_000;
/** For so long after everything was there it is watched whether something comes again. */
const QUIET_MS = 300;
const LONGEST_FLOOD_MS = 120_000;
const READY_MS = 60_000;
const READY_MS_PER_MEMBER = 200;
const US_PER_SECOND = 1e6;
const US_PER_MS = 1000;
const MS_PER_SECOND = 1000;
const BYTES_PER_MB = 1e6;

/**
 * Starts a fresh server, consumers and a producer, each a process of its own, brings the ticks over and says what it cost. A run in which a tick is
 * missing, comes twice, or comes before an earlier one of its symbol fails. A repetition is found up to 0.3 s after the last tick: what a group
 * hands to another consumer later than that, a run does not wait for.
 *
 * Everything is timed by the monotonic clock that the processes of a machine share: from the first publish to the last tick in the handler. CPU time
 * is that of all processes together, where the system tells that of the server (Linux).
 *
 * @returns `messagesPerSecond`, `cpuUsPerMessage` and the shares of the processes in it (`producerUs`, `serverUs`, and `consumerUs` of all consumers
 *   together), `connectMs`, memory of the processes; of a paced run `behindMs` (how long after the last publish was confirmed the consumers had
 *   everything), percentiles from `publish` (`p50Us`, …) and from the intended time (`intendedP50Us`, …).
 * @throws BenchmarkError `RUN_FAILED`, `SERVER_MISSING`, `UNKNOWN_CONTENDER`, `INVALID_MODULE`.
 */
export async function transfer(run: Transfer): Promise<Metrics> {
  const { contender, count, perSecond, crowd = { processes: 1, members: 1 } } = run;
  const server = await startServer((await loadNetworkContender(contender)).server);
  const { redisPort, natsPort } = server;
  const setting: Setting = { redisPort, natsPort, count, flags: run.flags ?? {} };
  const task = { contender, setting, perSecond };
  const connectingSince = performance.now();
  const consumers = Array.from(
    { length: crowd.processes },
    () => new PeerProcess({ ...task, role: 'consumer', members: crowd.members }),
  );
  const producer = new PeerProcess({ ...task, role: 'producer' });
  try {
    const readyMs = READY_MS + READY_MS_PER_MEMBER * crowd.processes * crowd.members;
    await Promise.all([...consumers, producer].map((peer) => peer.hear('ready', readyMs)));
    const connectMs = performance.now() - connectingSince;
    const course = await sendAll({ run, server, producer, consumers });
    // Their CPU time is told: what follows belongs to no message.
    await sleep(QUIET_MS);
    checkReceipts(run, await reportsOf(consumers));
    const looked = await run.look?.(server);
    const [producerUs = Number.NaN, ...consumersUs] = course.reports.map(({ cpuUs }) => cpuUs / count);
    const consumerUs = sum(consumersUs);
    const serverUs = course.serverCpuUs / count;
    return {
      messagesPerSecond: (count * US_PER_SECOND) / (course.endUs - course.startUs),
      cpuUsPerMessage: producerUs + consumerUs + serverUs,
      producerUs,
      consumerUs,
      serverUs,
      producerRssMb: (course.reports[0]?.rssBytes ?? Number.NaN) / BYTES_PER_MB,
      consumerRssMb: sum(course.reports.slice(1).map(({ rssBytes }) => rssBytes)) / BYTES_PER_MB,
      connectMs,
      ...(perSecond === undefined ? {} : { behindMs: Math.max(0, course.endUs - course.storedUs) / US_PER_MS }),
      ...latenciesOf(course.reports.slice(1)),
      ...course.used,
      ...looked,
    };
  } finally {
    for (const peer of [producer, ...consumers]) peer.kill();
    await server.stop();
  }
}

/** What is sent, and who takes part. */
interface Cast {
  readonly run: Transfer;
  readonly server: BenchServer;
  readonly producer: PeerProcess;
  readonly consumers: readonly PeerProcess[];
}

/** When things happened, and what all processes used; the producer's report is the first. */
interface Course {
  readonly startUs: number;
  readonly storedUs: number;
  readonly endUs: number;
  readonly serverCpuUs: number;
  readonly used: Metrics;
  readonly reports: readonly PeerReport[];
}

async function sendAll({ run, server, producer, consumers }: Cast): Promise<Course> {
  const before = await run.inspect?.(server);
  const serverCpuUs = server.cpuUs();
  // Consumers have nothing to begin; they note the CPU time that they have used so far.
  for (const peer of [...consumers, producer]) peer.tell({ kind: 'go' });
  const { atUs: startUs } = await producer.hear('started', READY_MS);
  const sendingMs = run.perSecond === undefined ? 0 : (run.count / run.perSecond) * MS_PER_SECOND;
  const { atUs: storedUs } = await producer.hear('done', LONGEST_FLOOD_MS + sendingMs);
  const ends = await Promise.all(
    consumers.map((consumer) =>
      // Whoever has not got everything by then is asked what is missing.
      consumer.hear('done', run.graceMs ?? GRACE_MS).then(
        ({ atUs }) => atUs,
        () => Number.NaN,
      ),
    ),
  );
  const usedByServerUs = server.cpuUs() - serverCpuUs;
  const reports = await reportsOf([producer, ...consumers], run.perSecond === undefined ? undefined : startUs);
  const used = difference(await run.inspect?.(server), before);
  return { startUs, storedUs, endUs: Math.max(...ends), serverCpuUs: usedByServerUs, used, reports };
}

/** @param startUs When the first packet of a paced run was due. */
function reportsOf(peers: readonly PeerProcess[], startUs?: number): Promise<readonly PeerReport[]> {
  return Promise.all(
    peers.map((peer) => {
      peer.tell({ kind: 'report', startUs });
      return peer.hear('report', READY_MS);
    }),
  );
}

/** A figure of a run that lost, repeated or reordered something means nothing. */
function checkReceipts({ contender }: Transfer, reports: readonly PeerReport[]): void {
  const problems = new Set(reports.flatMap(({ receipts }) => receipts.flatMap((receipt) => receiptProblems(receipt))));
  if (problems.size === 0) return;
  throw new BenchmarkError('RUN_FAILED', {
    message: `Expected every tick once and in order from ${contender}; it ${[...problems].join(', ')}.`,
    hint: 'Its figures are not shown.',
  });
}

function latenciesOf(reports: readonly PeerReport[]): Metrics {
  const of = (kind: 'published' | 'intended', prefix: string): Metrics => {
    const parts = reports.flatMap((report) => report[kind] ?? []);
    return parts.length === 0 ? {} : latencyMetrics(merged(parts), prefix);
  };
  return { ...of('published', ''), ...of('intended', 'intended') };
}

function merged(parts: readonly HistogramJson[]): HdrHistogram {
  const all = new HdrHistogram();
  for (const part of parts) all.merge(HdrHistogram.fromJSON(part));
  return all;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function difference(after: Metrics | undefined, before: Metrics | undefined): Metrics {
  return Object.fromEntries(Object.entries(after ?? {}).map(([name, value]) => [name, value - (before?.[name] ?? 0)]));
}
