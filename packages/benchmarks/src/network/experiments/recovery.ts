import { setTimeout as delay } from 'node:timers/promises';
import type { RedisServer } from '@tradewind/redis-streams/testing';
import type { Experiment, Metrics } from '../../experiments/experiment.ts';
import { PeerProcess } from '../peers/peer-process.ts';
import type { PeerTask } from '../peers/protocol.ts';
import { startRedis } from '../servers/servers.ts';
import { nowUs } from '../ticks/shared-clock.ts';

const PER_SECOND = 1000;
const SECONDS = 8;
const CLAIM_IDLE_MS = 2000;
const WAIT_MS = 60_000;
const US_PER_MS = 1000;

/** A producer and some consumers over a server that keeps an append-only file. */
interface Crew {
  readonly server: RedisServer;
  readonly producer: PeerProcess;
  readonly consumers: readonly PeerProcess[];
}

/** Starts a crew, lets it run, does something to it, and ends it. */
async function withCrew(consumerCount: number, run: (crew: Crew) => Promise<Metrics>): Promise<Metrics> {
  const server = await startRedis({ appendOnly: 'everysec' });
  const flags = { claimIdleMs: CLAIM_IDLE_MS };
  const setting = { redisPort: server.port, natsPort: 0, count: PER_SECOND * SECONDS, flags };
  const task: Omit<PeerTask, 'role'> = { contender: 'tradewind-client', setting, perSecond: PER_SECOND };
  const consumers = Array.from({ length: consumerCount }, () => new PeerProcess({ ...task, role: 'consumer' }));
  const producer = new PeerProcess({ ...task, role: 'producer' });
  try {
    await Promise.all([producer, ...consumers].map((peer) => peer.hear('ready', WAIT_MS)));
    // Until the consumers have divided the shards among themselves.
    await delay(CLAIM_IDLE_MS);
    producer.tell({ kind: 'go' });
    await delay(CLAIM_IDLE_MS);
    return await run({ server, producer, consumers });
  } finally {
    for (const peer of [producer, ...consumers]) peer.kill();
    await server.stop();
  }
}

/** `kill -9` of the server, and a restart: from when it answers again to the first message in a handler. */
function restart(): Promise<Metrics> {
  return withCrew(1, async ({ server, producer, consumers: [consumer] }) => {
    await server.kill();
    await server.restart();
    const readyUs = nowUs();
    await producer.hear('done', WAIT_MS);
    await consumer?.hear('done', WAIT_MS);
    const firstUs = (await reportOf(consumer, readyUs)).since?.firstUs ?? Number.NaN;
    return { recoveryMs: (firstUs - readyUs) / US_PER_MS, shareOfClaimIdle: Number.NaN };
  });
}

/** `kill -9` of one of two consumers: from then to when the other one has had messages of everything that the dead one owned. */
function takeOver(): Promise<Metrics> {
  return withCrew(2, async ({ producer, consumers: [victim, survivor] }) => {
    victim?.kill();
    const killedUs = nowUs();
    await producer.hear('done', WAIT_MS);
    await delay(CLAIM_IDLE_MS);
    const { since } = await reportOf(survivor, killedUs);
    const lastUs = Math.max(...(since?.newSymbolsUs ?? []));
    if (!Number.isFinite(lastUs)) throw new Error('Expected the survivor to take over what the other consumer owned.');
    const recoveryMs = (lastUs - killedUs) / US_PER_MS;
    return { recoveryMs, shareOfClaimIdle: recoveryMs / CLAIM_IDLE_MS };
  });
}

async function reportOf(peer: PeerProcess | undefined, sinceUs: number) {
  if (peer === undefined) throw new Error('Expected a consumer.');
  peer.tell({ kind: 'report', sinceUs });
  return peer.hear('report', WAIT_MS);
}

/** How long it takes until messages flow again. */
export const recovery: Experiment = {
  name: 'recovery',
  title: 'Recovery',
  work: `At ${PER_SECOND} messages a second: the server is killed and restarted (from when it answers to the first message in a handler); one of two consumers is killed, with a claim idle time of ${CLAIM_IDLE_MS} ms (from then to when the other one has had messages of every topic that the dead one owned).`,
  metrics: ['recoveryMs', 'shareOfClaimIdle'],
  contenders: { 'restart of the server': restart, 'take-over of a dead consumer': takeOver },
  targets: [
    { metric: 'recoveryMs', of: 'restart of the server', atMost: 500, unit: 'ms' },
    { metric: 'shareOfClaimIdle', of: 'take-over of a dead consumer', atMost: 1.1, unit: 'of claim idle' },
  ],
  pictures: [{ kind: 'bars', metric: 'recoveryMs' }],
};
