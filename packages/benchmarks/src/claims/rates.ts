import type { Experiment, Run, Target } from '../experiments/experiment.ts';
import { transfer } from '../network/peers/transfer.ts';
import { inProcess } from './in-process.ts';
import { latencyRatios, THROUGHPUT_RATIO } from './ratios.ts';

const SUSTAINED_PER_SECOND = 10_000;
const PEAK_PER_SECOND = 50_000;
const SUSTAINED_S = 600;
const PEAK_S = 60;
const QUICK_S = 5;
const MS_PER_SECOND = 1000;
/** Of the offered rate: what is missing is the time until the last message has arrived. */
const KEPT_UP = 0.99;

const IN_MEMORY = 'in-memory transport';
const BASELINE = 'baseline';
const CLIENT = 'client';
const BY_HAND = 'one entry per message';
const METRICS = [
  'achievedPerSecond',
  'meanUs',
  'p50Us',
  'p95Us',
  'p99Us',
  'p9999Us',
  'maxUs',
  'cpuMsPer1000',
  'rssPeakMb',
];
const REDIS_METRICS = [
  'messagesPerSecond',
  'intendedMeanUs',
  'intendedP50Us',
  'intendedP95Us',
  'intendedP99Us',
  'intendedP9999Us',
  'intendedMaxUs',
  'cpuUsPerMessage',
  'producerRssMb',
  'consumerRssMb',
];

interface Rate {
  readonly name: string;
  readonly title: string;
  readonly workload: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly fewerRounds?: Experiment['fewerRounds'];
}

/** Without it the ratio of the rates would read as a failure of the bus. */
const ONE_RATE =
  'Both are offered the same rate, so that the ratio of their rates is above 1 only where the baseline falls behind; how much each of them can do is among the throughputs.';

const SUSTAINED: Rate = {
  name: 'sustained',
  title: `Sustained ${SUSTAINED_PER_SECOND.toLocaleString('en')} messages a second`,
  workload: 'latency',
  perSecond: SUSTAINED_PER_SECOND,
  seconds: SUSTAINED_S,
  fewerRounds: {
    rounds: 1,
    why: 'a run takes ten minutes and has six million messages; `--rounds 3` repeats it and shows the spread',
  },
};
const PEAK: Rate = {
  name: 'peak',
  title: `Peak of ${PEAK_PER_SECOND.toLocaleString('en')} messages a second`,
  workload: 'latency-peak',
  perSecond: PEAK_PER_SECOND,
  seconds: PEAK_S,
};

function overRedis(contender: string, { perSecond, seconds }: Rate): Run {
  return (scale) => transfer({ contender, count: perSecond * scale.duration(seconds, QUICK_S), perSecond });
}

/** The rate itself, ten times that of the baseline, and a twentieth of its latencies. */
function targetsOf(
  { perSecond }: Rate,
  { metric, of, against, prefix }: { metric: string; of: string; against: string; prefix: string },
): readonly Target[] {
  return [
    { metric, of, atLeast: KEPT_UP * perSecond, unit: 'messages/s' },
    { metric, of, against, atLeast: THROUGHPUT_RATIO, unit: '' },
    ...latencyRatios(of, against, prefix),
  ];
}

function inMemory(rate: Rate): Experiment {
  const { name, title, workload, seconds, fewerRounds } = rate;
  const length = { full: seconds * MS_PER_SECOND, quick: QUICK_S * MS_PER_SECOND };
  return {
    name: `${name}-in-memory`,
    title: `${title}, in memory`,
    work: `For ${seconds} seconds, evenly, over the in-memory transport, and through the baseline; a run in which a message is missing, comes twice or out of order fails. ${ONE_RATE}`,
    metrics: METRICS,
    contenders: Object.fromEntries(
      [IN_MEMORY, BASELINE].map((contender) => [contender, inProcess(contender, workload, length)]),
    ),
    targets: targetsOf(rate, { metric: 'achievedPerSecond', of: IN_MEMORY, against: BASELINE, prefix: '' }),
    fewerRounds,
    pictures: [{ kind: 'percentiles' }],
  };
}

function redis(rate: Rate): Experiment {
  const { name, title, seconds, fewerRounds } = rate;
  return {
    name: `${name}-redis`,
    title: `${title}, over Redis`,
    work: `For ${seconds} seconds, in packets, one each millisecond, from a client in one process to a client in another, and as one entry for each message by hand; a run in which a message is missing, comes twice or out of order fails. ${ONE_RATE}`,
    metrics: REDIS_METRICS,
    contenders: {
      [CLIENT]: overRedis('tradewind-client', rate),
      [BY_HAND]: overRedis('ioredis-autopipelining', rate),
    },
    targets: targetsOf(rate, { metric: 'messagesPerSecond', of: CLIENT, against: BY_HAND, prefix: 'intended' }),
    fewerRounds,
    pictures: [{ kind: 'percentiles', prefix: 'intended' }],
  };
}

/** How much goes through for how long, with nothing lost. */
export const rates: readonly Experiment[] = [inMemory(SUSTAINED), redis(SUSTAINED), inMemory(PEAK), redis(PEAK)];
