import type { Contender, Setting } from './contender.ts';
import { PeerProcess } from './peer-process.ts';
import { startServer, type BenchServer } from './servers.ts';
import type { Metrics } from './workload.ts';

/** One run: so many ticks from one process to another. */
export interface Transfer {
  readonly contender: string;
  readonly count: number;
  readonly perSecond?: number | undefined;
  readonly flags?: Setting['flags'] | undefined;
  /** Reads further figures from the server, before the two processes start and when all ticks are over. */
  readonly inspect?: ((server: BenchServer) => Promise<Metrics>) | undefined;
}

const LONGEST_MS = 120_000;
const READY_MS = 30_000;
const US_PER_SECOND = 1e6;
const US_PER_MS = 1000;

/**
 * Starts a fresh server, a consumer and a producer, each a process of its own, brings the ticks over and says what it cost. A run in which
 * a tick is missing, comes twice, or comes before an earlier one of its symbol fails.
 *
 * Everything is timed by the monotonic clock that the processes of a machine share: from the first publish to the last tick in the handler.
 */
export async function transfer(run: Transfer): Promise<Metrics> {
  const { contender } = (await import(`../contenders/${run.contender}.ts`)) as { readonly contender: Contender };
  const server = await startServer(contender.server);
  const setting: Setting = {
    redisPort: server.redisPort,
    natsPort: server.natsPort,
    count: run.count,
    flags: run.flags ?? {},
  };
  const task = { contender: run.contender, setting, perSecond: run.perSecond };
  const consumer = new PeerProcess({ ...task, role: 'consumer' });
  const producer = new PeerProcess({ ...task, role: 'producer' });
  try {
    await consumer.hear('ready', READY_MS);
    await producer.hear('ready', READY_MS);
    const before = await run.inspect?.(server);
    const serverCpuUs = server.cpuUs();
    // The consumer has nothing to begin; it notes the CPU time that it has used so far.
    consumer.tell({ kind: 'go' });
    producer.tell({ kind: 'go' });
    const { atUs: startUs } = await producer.hear('started', READY_MS);
    const { atUs: storedUs } = await producer.hear('done', LONGEST_MS);
    const { atUs: endUs } = await consumer.hear('done', LONGEST_MS);
    const cpuUs = server.cpuUs() - serverCpuUs;
    const peers = await Promise.all(
      [producer, consumer].map((peer) => {
        peer.tell({ kind: 'report' });
        return peer.hear('report', READY_MS);
      }),
    );
    checkLedger(run, peers[1]?.ledger);
    const after = await run.inspect?.(server);
    return {
      messagesPerSecond: (run.count * US_PER_SECOND) / (endUs - startUs),
      cpuUsPerMessage: (cpuUs + peers.reduce((sum, peer) => sum + peer.cpuUs, 0)) / run.count,
      producerUs: (peers[0]?.cpuUs ?? Number.NaN) / run.count,
      consumerUs: (peers[1]?.cpuUs ?? Number.NaN) / run.count,
      serverUs: cpuUs / run.count,
      p50Us: peers[1]?.p50Us ?? Number.NaN,
      p99Us: peers[1]?.p99Us ?? Number.NaN,
      // Of a paced run: how long after the last publish the consumer had everything.
      behindMs: Math.max(0, endUs - storedUs) / US_PER_MS,
      ...difference(after, before),
    };
  } finally {
    producer.kill();
    consumer.kill();
    await server.stop();
  }
}

function checkLedger(
  run: Transfer,
  ledger: { readonly received: number; readonly duplicates: number; readonly outOfOrder: number } | undefined,
): void {
  if (ledger?.received === run.count && ledger.duplicates === 0 && ledger.outOfOrder === 0) return;
  throw new Error(
    `Expected ${run.count} ticks once and in order from ${run.contender}, got ${JSON.stringify(ledger)}.`,
  );
}

function difference(after: Metrics | undefined, before: Metrics | undefined): Metrics {
  return Object.fromEntries(Object.entries(after ?? {}).map(([name, value]) => [name, value - (before?.[name] ?? 0)]));
}
