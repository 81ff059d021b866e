import { Redis } from 'ioredis';
import type { BenchServer } from '../harness/servers.ts';
import { transfer } from '../harness/transfer.ts';
import type { Metrics, Run, Workload } from '../harness/workload.ts';

const COUNT = 200_000;

function measured(contender: string, flags: Readonly<Record<string, boolean>> = {}): Run {
  return async (scale) => {
    const count = scale.count(COUNT);
    const metrics = await transfer({ contender, count, flags, inspect });
    return {
      bytesInPerMessage: (metrics['bytesIn'] ?? Number.NaN) / count,
      bytesOutPerMessage: (metrics['bytesOut'] ?? Number.NaN) / count,
      memoryPerMessage: (metrics['memory'] ?? Number.NaN) / count,
    };
  };
}

/** What the server has received and sent so far, and what its streams take. */
async function inspect({ redis: server }: BenchServer): Promise<Metrics> {
  const redis = new Redis({ port: server?.port ?? 0 });
  const stats = await redis.info('stats');
  const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'mu').exec(stats)?.[1]);
  let memory = 0;
  for (const key of await redis.keys('*')) {
    // One after the other: the server answers them so in any case.
    if ((await redis.type(key)) === 'stream')
      memory += Number(await redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
  }
  redis.disconnect();
  return { bytesIn: field('total_net_input_bytes'), bytesOut: field('total_net_output_bytes'), memory };
}

/** What ticks take on the wire and in the server. */
export const footprint: Workload = {
  name: 'footprint',
  title: 'Bytes on the wire and in memory',
  work: 'The same quotes, published as fast as it goes; what the server has received and sent for each message (publishing, reading and acknowledging), and what its streams take in memory.',
  metrics: ['bytesInPerMessage', 'bytesOutPerMessage', 'memoryPerMessage'],
  contenders: {
    'transport, zstd': measured('tradewind-transport', { zstd: true }),
    transport: measured('tradewind-transport'),
    'hand-packed entries of 100': measured('ioredis-hand-packed'),
    'one entry per message': measured('ioredis-pipelines'),
  },
  targets: [
    { metric: 'bytesInPerMessage', of: 'transport, zstd', against: 'one entry per message', atMost: 0.12, unit: '' },
    { metric: 'bytesOutPerMessage', of: 'transport, zstd', against: 'one entry per message', atMost: 0.12, unit: '' },
    { metric: 'memoryPerMessage', of: 'transport, zstd', against: 'one entry per message', atMost: 0.16, unit: '' },
  ],
};
