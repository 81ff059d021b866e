import type { Experiment, Run, Target } from '../experiments/experiment.ts';
import { transfer } from '../network/peers/transfer.ts';
import { inProcess, type RunLength } from './in-process.ts';
import { latencyName, latencyRatios } from './ratios.ts';

const PER_SECOND = 10_000;
const SECONDS = 20;
const QUICK_SECONDS = 3;
const LENGTH: RunLength = { full: SECONDS * 1000, quick: QUICK_SECONDS * 1000 };
/** As long as the backlog of LOW messages that a lane has room for. */
const SHORT: RunLength = { full: 5000, quick: 1500 };
const BASELINE = 'baseline';
const CLIENT = 'BufferedMessageBusClient';
const IN_MEMORY = 'in-memory transport';
const BY_HAND = 'one entry per message';
const CRITICAL_US = 500;

/** Average below 2 ms, P50 below 1, P95 below 2, P99 below 5, and a twentieth of the baseline. */
function latencyTargets(of: string, against: string, prefix = ''): readonly Target[] {
  const bounds: readonly (readonly [string, number])[] = [
    ['meanUs', 2000],
    ['p50Us', 1000],
    ['p95Us', 2000],
    ['p99Us', 5000],
  ];
  return [
    ...bounds.map(([metric, atMost]) => ({ metric: latencyName(metric, prefix), of, atMost, unit: 'µs' })),
    ...latencyRatios(of, against, prefix),
  ];
}

const SHOWN = ['meanUs', 'p50Us', 'p95Us', 'p99Us', 'p999Us', 'p9999Us'];
const SHOWN_INTENDED = [
  'intendedMeanUs',
  'intendedP50Us',
  'intendedP95Us',
  'intendedP99Us',
  'intendedP9999Us',
  'p50Us',
  'p99Us',
  'cpuUsPerMessage',
];

function overRedis(contender: string): Run {
  return (scale) =>
    transfer({ contender, count: PER_SECOND * scale.duration(SECONDS, QUICK_SECONDS), perSecond: PER_SECOND });
}

/** How long a message takes, by itself and beside the baseline. */
export const claimedLatencies: readonly Experiment[] = [
  {
    name: 'latency-in-memory',
    title: 'Latency at 10,000 messages a second, in memory',
    work: `Evenly, on 100 topics with a subscriber each, for ${SECONDS} seconds, from the intended time to the handler.`,
    metrics: SHOWN,
    contenders: Object.fromEntries(
      [CLIENT, IN_MEMORY, BASELINE].map((name) => [name, inProcess(name, 'latency', LENGTH)]),
    ),
    targets: [CLIENT, IN_MEMORY].flatMap((of) => latencyTargets(of, BASELINE)),
    pictures: [{ kind: 'percentiles' }],
  },
  {
    name: 'latency-redis',
    title: 'Latency at 10,000 messages a second, over Redis',
    work: `In packets, one each millisecond, for ${SECONDS} seconds, from one process to another; \`intended…\` from the time at which the packet was due, the others from publish().`,
    metrics: SHOWN_INTENDED,
    contenders: { client: overRedis('tradewind-client'), [BY_HAND]: overRedis('ioredis-autopipelining') },
    targets: latencyTargets('client', BY_HAND, 'intended'),
    pictures: [{ kind: 'percentiles', prefix: 'intended' }],
  },
  {
    name: 'latency-of-orders',
    title: 'Latency of orders under market data',
    work: '20,000 LOW quotes a second in bursts, 25 µs of work each, and 1,000 CRITICAL orders a second; latency of the orders.',
    metrics: [...SHOWN, 'quoteP99Us'],
    contenders: Object.fromEntries([CLIENT, BASELINE].map((name) => [name, inProcess(name, 'order-flow', SHORT)])),
    targets: latencyRatios(CLIENT, BASELINE),
    pictures: [{ kind: 'percentiles' }],
  },
  {
    name: 'critical',
    title: 'CRITICAL while LOW is saturated',
    work: 'A backlog of LOW messages of 10 µs of work each keeps the bus busy all the time; 1,000 CRITICAL messages a second, from the intended time to the start of their handler.',
    metrics: [...SHOWN, 'lowPerSecond'],
    contenders: Object.fromEntries(
      [CLIENT, BASELINE].map((name) => [name, inProcess(name, 'priority-fairness', SHORT)]),
    ),
    targets: [
      ...['p50Us', 'p99Us'].map((metric) => ({ metric, of: CLIENT, atMost: CRITICAL_US, unit: 'µs' })),
      ...latencyRatios(CLIENT, BASELINE),
    ],
    pictures: [{ kind: 'percentiles' }],
  },
];
