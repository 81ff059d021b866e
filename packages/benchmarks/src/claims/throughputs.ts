import type { Experiment, Run, Target } from '../experiments/experiment.ts';
import { transfer } from '../network/peers/transfer.ts';
import { inProcess, type RunLength } from './in-process.ts';
import { THROUGHPUT_RATIO } from './ratios.ts';

/** Of CPU time: the fastest bus carries as many messages in that and its warm-up as the ledger holds. */
const LENGTH: RunLength = { full: 500, quick: 200 };
const BASELINE = 'baseline';
const OURS = ['MessageBus', 'BufferedMessageBusClient'];
const BY_HAND = 'one entry per message';
const FLOOD = 200_000;

const WORKLOADS: readonly (readonly [workload: string, title: string, work: string])[] = [
  [
    'throughput',
    'Throughput, 1,000 topics',
    '1,000 exact topics in turn, a subscriber each, as fast as the bus takes it.',
  ],
  [
    'pattern-matching',
    'Throughput, patterns',
    'Topics that several of many patterns match, as fast as the bus takes it.',
  ],
  [
    'fan-out-1',
    'Throughput, one topic',
    'One topic with one subscriber, where the baseline has nothing to search: only its queue is compared.',
  ],
];

function flood(contender: string): Run {
  return (scale) => transfer({ contender, count: scale.count(FLOOD) });
}

/** How much goes through beside the baseline, and what it costs. */
export const claimedThroughputs: readonly Experiment[] = [
  ...WORKLOADS.map(([workload, title, work]): Experiment => ({
    name: `${workload}-in-memory`,
    title: `${title}, in memory`,
    work,
    metrics: ['throughputPerSecond', 'cpuNsPerMessage'],
    contenders: Object.fromEntries([...OURS, BASELINE].map((name) => [name, inProcess(name, workload, LENGTH)])),
    targets: OURS.flatMap((of): readonly Target[] => [
      { metric: 'throughputPerSecond', of, against: BASELINE, atLeast: THROUGHPUT_RATIO, unit: '' },
      { metric: 'cpuNsPerMessage', of, against: BASELINE, atMost: 1, unit: '' },
    ]),
    pictures: [{ kind: 'bars', metric: 'throughputPerSecond' }],
  })),
  {
    name: 'throughput-redis',
    title: 'Throughput, over Redis',
    work: `${FLOOD.toLocaleString('en')} quotes as fast as it goes, from one process to another; CPU time of both and of the server.`,
    metrics: ['messagesPerSecond', 'cpuUsPerMessage'],
    contenders: { client: flood('tradewind-client'), [BY_HAND]: flood('ioredis-autopipelining') },
    targets: [
      { metric: 'messagesPerSecond', of: 'client', against: BY_HAND, atLeast: THROUGHPUT_RATIO, unit: '' },
      { metric: 'cpuUsPerMessage', of: 'client', against: BY_HAND, atMost: 1, unit: '' },
    ],
    pictures: [{ kind: 'bars', metric: 'messagesPerSecond' }],
  },
];
