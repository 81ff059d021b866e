import type { Experiment, Run, Target } from '../../experiments/experiment.ts';
import { transfer } from '../peers/transfer.ts';

const SECONDS = 5;
const OURS = ['client', 'client, one shard'];
const METRICS = [
  'p50Us',
  'p99Us',
  'p9999Us',
  'intendedP50Us',
  'intendedP99Us',
  'intendedP9999Us',
  'behindMs',
  'messagesPerSecond',
  'cpuUsPerMessage',
  'producerUs',
  'consumerUs',
  'serverUs',
];

/** Beyond its capacity a contender has no latency, only a backlog that grows as long as the run lasts. */
const TOO_SLOW = 'carries far less than is offered here (see Throughput): its latency would be the length of the run';

function paced(contender: string, perSecond: number, flags: Readonly<Record<string, number>> = {}): Run {
  return (scale) => transfer({ contender, count: scale.count(perSecond * SECONDS), perSecond, flags });
}

/** A rate, who cannot take it, and what is to be reached at it. */
interface Rate {
  readonly perSecond: number;
  readonly tooSlow: readonly string[];
  readonly targets: readonly Target[];
}

const RATES: readonly Rate[] = [
  { perSecond: 1000, tooSlow: [], targets: [] },
  {
    perSecond: 10_000,
    tooSlow: ['BullMQ'],
    targets: OURS.map((of) => ({ metric: 'p50Us', of, against: 'NATS core', atMost: 1.2, unit: '' })),
  },
  {
    perSecond: 50_000,
    tooSlow: ['JetStream', 'BullMQ'],
    targets: OURS.map((of) => ({ metric: 'messagesPerSecond', of, atLeast: 0.98 * 50_000, unit: 'messages/s' })),
  },
];

function contendersAt(perSecond: number): Readonly<Record<string, Run>> {
  return {
    client: paced('tradewind-client', perSecond),
    'client, one shard': paced('tradewind-client', perSecond, { shards: 1 }),
    transport: paced('tradewind-transport', perSecond),
    'NATS core': paced('nats-core', perSecond),
    JetStream: paced('nats-jetstream', perSecond),
    'hand-packed entries of 100': paced('ioredis-hand-packed', perSecond),
    'hand-packed entries, four streams': paced('ioredis-hand-packed', perSecond, { streams: 4 }),
    autopipelining: paced('ioredis-autopipelining', perSecond),
    'node-redis': paced('node-redis', perSecond),
    BullMQ: paced('bullmq', perSecond),
  };
}

/** From publishing to the handler in the other process. */
export const latencies: readonly Experiment[] = RATES.map(({ perSecond, tooSlow, targets }): Experiment => ({
  name: `latency-${perSecond}`,
  title: `Latency at ${perSecond.toLocaleString('en')} messages a second`,
  work: `In packets, one each millisecond, for ${SECONDS} seconds, an open loop. \`p50Us\`, …: from publish() in one process to the handler in the other; \`intendedP50Us\`, …: from the time at which the packet was due, so that a publisher that is kept waiting shows. Up to Redis 7.0 a read that waits on several streams is answered with the first one that gets something, and what came with it into the others takes a second read: what that costs by itself is the difference between hand-packed entries in one stream and in four. \`behindMs\`: how long after the last publish was confirmed the consumer had everything.`,
  metrics: METRICS,
  contenders: Object.fromEntries(Object.entries(contendersAt(perSecond)).filter(([name]) => !tooSlow.includes(name))),
  cannot: Object.fromEntries(tooSlow.map((name) => [name, TOO_SLOW])),
  targets,
  pictures: [{ kind: 'percentiles', prefix: 'intended' }],
}));
