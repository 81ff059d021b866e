import type { Experiment, Run } from '../experiments/experiment.ts';
import { transfer } from '../network/peers/transfer.ts';
import { inProcess } from './in-process.ts';

const SUSTAINED_PER_SECOND = 10_000;
const PEAK_PER_SECOND = 50_000;
const SUSTAINED_S = 600;
const PEAK_S = 60;
const QUICK_S = 5;
const MS_PER_SECOND = 1000;
/** Of the offered rate: what is missing is the time until the last message has arrived. */
const KEPT_UP = 0.99;

const IN_MEMORY = 'in-memory transport';
const METRICS = ['achievedPerSecond', 'p50Us', 'p99Us', 'p9999Us', 'maxUs', 'cpuMsPer1000', 'rssPeakMb'];
const REDIS_METRICS = [
  'messagesPerSecond',
  'intendedP50Us',
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
}

const SUSTAINED: Rate = {
  name: 'sustained',
  title: `Sustained ${SUSTAINED_PER_SECOND.toLocaleString('en')} messages a second`,
  workload: 'latency',
  perSecond: SUSTAINED_PER_SECOND,
  seconds: SUSTAINED_S,
};
const PEAK: Rate = {
  name: 'peak',
  title: `Peak of ${PEAK_PER_SECOND.toLocaleString('en')} messages a second`,
  workload: 'latency-peak',
  perSecond: PEAK_PER_SECOND,
  seconds: PEAK_S,
};

function overRedis({ perSecond, seconds }: Rate): Run {
  return (scale) => {
    const count = perSecond * scale.duration(seconds, QUICK_S);
    return transfer({ contender: 'tradewind-client', count, perSecond });
  };
}

function inMemory(rate: Rate): Experiment {
  const { name, title, workload, perSecond, seconds } = rate;
  return {
    name: `${name}-in-memory`,
    title: `${title}, in memory`,
    work: `For ${seconds} seconds, evenly, over the in-memory transport; a run in which a message is missing, comes twice or out of order fails.`,
    metrics: METRICS,
    contenders: {
      [IN_MEMORY]: inProcess(IN_MEMORY, workload, {
        full: seconds * MS_PER_SECOND,
        quick: QUICK_S * MS_PER_SECOND,
      }),
    },
    targets: [{ metric: 'achievedPerSecond', of: IN_MEMORY, atLeast: KEPT_UP * perSecond, unit: 'messages/s' }],
  };
}

function redis(rate: Rate): Experiment {
  const { name, title, perSecond, seconds } = rate;
  return {
    name: `${name}-redis`,
    title: `${title}, over Redis`,
    work: `For ${seconds} seconds, in packets, one each millisecond, from a client in one process to a client in another; a run in which a message is missing, comes twice or out of order fails.`,
    metrics: REDIS_METRICS,
    contenders: { client: overRedis(rate) },
    targets: [{ metric: 'messagesPerSecond', of: 'client', atLeast: KEPT_UP * perSecond, unit: 'messages/s' }],
  };
}

/** How much goes through for how long, with nothing lost. */
export const rates: readonly Experiment[] = [inMemory(SUSTAINED), redis(SUSTAINED), inMemory(PEAK), redis(PEAK)];
