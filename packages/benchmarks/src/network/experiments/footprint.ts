import type { Experiment, Run } from '../../experiments/experiment.ts';
import { transfer } from '../peers/transfer.ts';
import { trafficOf } from '../servers/redis-figures.ts';

const COUNT = 200_000;

/** What one message takes on the wire and in the server, when so many are published as fast as it goes. */
export function measuredFootprint(contender: string, flags: Readonly<Record<string, boolean>> = {}): Run {
  return async (scale) => {
    const count = scale.count(COUNT);
    const metrics = await transfer({ contender, count, flags, inspect: trafficOf });
    return {
      bytesInPerMessage: (metrics['bytesIn'] ?? Number.NaN) / count,
      bytesOutPerMessage: (metrics['bytesOut'] ?? Number.NaN) / count,
      memoryPerMessage: (metrics['memory'] ?? Number.NaN) / count,
    };
  };
}

/** What ticks take on the wire and in the server. */
export const footprint: Experiment = {
  name: 'footprint',
  title: 'Bytes on the wire and in memory',
  work: 'The same quotes, published as fast as it goes; what the server has received and sent for each message (publishing, reading and acknowledging), and what its streams take in memory.',
  metrics: ['bytesInPerMessage', 'bytesOutPerMessage', 'memoryPerMessage'],
  contenders: {
    'transport, zstd': measuredFootprint('tradewind-transport', { zstd: true }),
    transport: measuredFootprint('tradewind-transport'),
    'hand-packed entries of 100': measuredFootprint('ioredis-hand-packed'),
    'one entry per message': measuredFootprint('ioredis-pipelines'),
  },
  targets: [
    { metric: 'bytesInPerMessage', of: 'transport, zstd', against: 'one entry per message', atMost: 0.12, unit: '' },
    { metric: 'bytesOutPerMessage', of: 'transport, zstd', against: 'one entry per message', atMost: 0.12, unit: '' },
    { metric: 'memoryPerMessage', of: 'transport, zstd', against: 'one entry per message', atMost: 0.16, unit: '' },
  ],
  pictures: [
    { kind: 'bars', metric: 'bytesInPerMessage' },
    { kind: 'bars', metric: 'memoryPerMessage' },
  ],
};
