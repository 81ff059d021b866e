import type { Experiment, Run, Target } from '../../experiments/experiment.ts';
import { transfer } from '../peers/transfer.ts';
import { withoutBus } from './without-bus.ts';

/** A contender that takes so many ticks: as many as keep it busy for a few seconds. */
function flood(contender: string, full: number, flags: Readonly<Record<string, number>> = {}): Run {
  return (scale) => transfer({ contender, count: scale.count(full), flags });
}

const targets = ['transport', 'transport, one shard'].flatMap((of): readonly Target[] => [
  { metric: 'messagesPerSecond', of, against: 'pipelines of 500', atLeast: 6, unit: '' },
  { metric: 'messagesPerSecond', of, against: 'hand-packed entries of 100', atLeast: 0.95, unit: '' },
  { metric: 'messagesPerSecond', of, against: 'JetStream', atLeast: 25, unit: '' },
  { metric: 'messagesPerSecond', of, against: 'BullMQ', atLeast: 60, unit: '' },
  { metric: 'messagesPerSecond', of, against: 'NATS core', atLeast: 1.5, unit: '' },
  { metric: 'cpuUsPerMessage', of, atMost: 5, unit: 'µs' },
]);

const WITHOUT_BUS = 'no bus at all';

/** As fast as it goes. */
export const throughput: Experiment = {
  name: 'throughput',
  title: 'Throughput',
  work: 'One process publishes quotes of 190 bytes on 50 topics as fast as it can, another one handles and acknowledges them (NATS core: there is nothing to acknowledge). `producerUs`, `consumerUs` and `serverUs` are the shares of the three processes in the CPU time. Ours with its four shards, and with one stream as the others have. No bus at all: one process makes the ticks and counts them.',
  metrics: [
    'messagesPerSecond',
    'cpuUsPerMessage',
    'producerUs',
    'consumerUs',
    'serverUs',
    'producerRssMb',
    'consumerRssMb',
  ],
  contenders: {
    transport: flood('tradewind-transport', 1_000_000),
    'transport, one shard': flood('tradewind-transport', 1_000_000, { shards: 1 }),
    client: flood('tradewind-client', 500_000),
    'hand-packed entries of 100': flood('ioredis-hand-packed', 1_000_000),
    'pipelines of 500': flood('ioredis-pipelines', 200_000),
    autopipelining: flood('ioredis-autopipelining', 200_000),
    'node-redis': flood('node-redis', 200_000),
    'NATS core': flood('nats-core', 500_000),
    JetStream: flood('nats-jetstream', 50_000),
    BullMQ: flood('bullmq', 20_000),
    [WITHOUT_BUS]: withoutBus,
  },
  targets,
  pictures: [
    { kind: 'bars', metric: 'messagesPerSecond', without: [WITHOUT_BUS] },
    { kind: 'bars', metric: 'cpuUsPerMessage' },
  ],
};
