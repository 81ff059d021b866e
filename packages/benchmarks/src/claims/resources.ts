import type { Experiment, Run } from '../experiments/experiment.ts';
import { connections } from '../network/experiments/connections.ts';
import { measuredFootprint } from '../network/experiments/footprint.ts';
import { transfer } from '../network/peers/transfer.ts';
import { inProcess } from './in-process.ts';

const CLIENT = 'BufferedMessageBusClient';
const BASELINE = 'baseline';
const BY_HAND = 'one entry per message';
const REQUESTS = 10_000;
const IDLE_SECONDS = 20;
const QUICK_IDLE_SECONDS = 4;
const US_PER_MS = 1000;

/** One message a second: nearly all of the time nothing happens. CPU time of producer, consumer and server. */
function idle(contender: string): Run {
  return async (scale) => {
    const count = scale.duration(IDLE_SECONDS, QUICK_IDLE_SECONDS);
    const { cpuUsPerMessage = Number.NaN } = await transfer({ contender, count, perSecond: 1 });
    return { cpuMsPerSecond: cpuUsPerMessage / US_PER_MS };
  };
}

/** What many of something cost. */
export const claimedResources: readonly Experiment[] = [
  {
    name: 'concurrent-operations',
    title: '10,000 operations at once',
    work: '10,000 requests are open before the first one is answered, again and again; each answer is checked.',
    metrics: ['openAtOnce', 'p50Us', 'p99Us', 'cpuNsPerRequest'],
    contenders: Object.fromEntries(
      ['MessageBus', CLIENT, BASELINE].map((name) => [
        name,
        inProcess(name, 'requests-in-flight', { full: 5000, quick: 500 }),
      ]),
    ),
    targets: ['MessageBus', CLIENT].map((of) => ({ metric: 'openAtOnce', of, atLeast: REQUESTS, unit: 'requests' })),
    pictures: [{ kind: 'bars', metric: 'cpuNsPerRequest' }],
  },
  connections,
  {
    name: 'memory',
    title: 'Memory of a message that waits',
    work: '200,000 messages wait at once, their payloads made before; growth of heap and array buffers after a collection.',
    metrics: ['bytesPerMessage'],
    contenders: Object.fromEntries(
      [CLIENT, BASELINE, 'fastq', 'p-queue'].map((name) => [
        name,
        inProcess(name, 'queued-memory', { full: 1000, quick: 1000 }),
      ]),
    ),
    targets: [{ metric: 'bytesPerMessage', of: CLIENT, against: BASELINE, atMost: 1, unit: '' }],
    pictures: [{ kind: 'bars', metric: 'bytesPerMessage' }],
  },
  {
    name: 'network',
    title: 'Bytes on the wire',
    work: 'Quotes of 190 bytes, published as fast as it goes; what the server has received and sent for each of them.',
    metrics: ['bytesInPerMessage', 'bytesOutPerMessage', 'memoryPerMessage'],
    contenders: {
      'transport, zstd': measuredFootprint('tradewind-transport', { zstd: true }),
      transport: measuredFootprint('tradewind-transport'),
      [BY_HAND]: measuredFootprint('ioredis-pipelines'),
    },
    targets: ['transport, zstd', 'transport'].flatMap((of) =>
      ['bytesInPerMessage', 'bytesOutPerMessage', 'memoryPerMessage'].map((metric) => ({
        metric,
        of,
        against: BY_HAND,
        atMost: 1,
        unit: '',
      })),
    ),
    pictures: [{ kind: 'bars', metric: 'bytesInPerMessage' }],
  },
  {
    name: 'idle-redis',
    title: 'CPU time of doing nothing, over Redis',
    work: `One message a second for ${IDLE_SECONDS} seconds; CPU time of producer, consumer and server together for each second.`,
    metrics: ['cpuMsPerSecond'],
    contenders: { client: idle('tradewind-client'), [BY_HAND]: idle('ioredis-autopipelining') },
    targets: [{ metric: 'cpuMsPerSecond', of: 'client', against: BY_HAND, atMost: 1, unit: '' }],
    pictures: [{ kind: 'bars', metric: 'cpuMsPerSecond' }],
  },
];
