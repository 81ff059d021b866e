import type { Experiment, Run } from '../../experiments/experiment.ts';
import { transfer } from '../peers/transfer.ts';

const SECONDS = 5;
const OURS = ['client', 'client, one shard'];

function paced(contender: string, perSecond: number, flags: Readonly<Record<string, number>> = {}): Run {
  return (scale) => transfer({ contender, count: scale.count(perSecond * SECONDS), perSecond, flags });
}

/** From publishing to the handler in the other process. */
export const latencies: readonly Experiment[] = [10_000, 50_000].map((perSecond): Experiment => ({
  name: `latency-${perSecond}`,
  title: `Latency at ${perSecond.toLocaleString('en')} messages a second`,
  work: `In packets, one each millisecond, for ${SECONDS} seconds, an open loop. \`p50Us\`, …: from publish() in one process to the handler in the other; \`intendedP50Us\`, …: from the time at which the packet was due, so that a publisher that is kept waiting shows. Up to Redis 7.0 a read that waits on several streams is answered with the first one that gets something, and what came with it into the others takes a second read: what that costs by itself is the difference between hand-packed entries in one stream and in four. \`behindMs\`: how long after the last publish was confirmed the consumer had everything.`,
  metrics: [
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
  ],
  contenders: {
    client: paced('tradewind-client', perSecond),
    'client, one shard': paced('tradewind-client', perSecond, { shards: 1 }),
    transport: paced('tradewind-transport', perSecond),
    'NATS core': paced('nats-core', perSecond),
    ...(perSecond === 10_000 ? { JetStream: paced('nats-jetstream', perSecond) } : {}),
    'hand-packed entries of 100': paced('ioredis-hand-packed', perSecond),
    'hand-packed entries, four streams': paced('ioredis-hand-packed', perSecond, { streams: 4 }),
    autopipelining: paced('ioredis-autopipelining', perSecond),
  },
  targets:
    perSecond === 10_000
      ? OURS.map((of) => ({ metric: 'p50Us', of, against: 'NATS core', atMost: 1.2, unit: '' }))
      : OURS.map((of) => ({ metric: 'messagesPerSecond', of, atLeast: 0.98 * perSecond, unit: 'messages/s' })),
}));
