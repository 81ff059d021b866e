import { transfer } from '../harness/transfer.ts';
import type { Run, Workload } from '../harness/workload.ts';

const SECONDS = 5;

function paced(contender: string, perSecond: number): Run {
  return (scale) => transfer({ contender, count: scale.count(perSecond * SECONDS), perSecond });
}

/** From `publish()` to the handler in the other process. */
export const latencies: readonly Workload[] = [10_000, 50_000].map((perSecond): Workload => ({
  name: `latency-${perSecond}`,
  title: `Latency at ${perSecond.toLocaleString('en')} messages a second`,
  work: `From publish() in one process to the handler in the other, for ${SECONDS} seconds at this pace; the publisher looks at the clock each millisecond. \`behindMs\`: how long after the last publish was confirmed the consumer had everything.`,
  metrics: ['p50Us', 'p99Us', 'behindMs', 'messagesPerSecond', 'cpuUsPerMessage'],
  contenders: {
    client: paced('tradewind-client', perSecond),
    transport: paced('tradewind-transport', perSecond),
    'NATS core': paced('nats-core', perSecond),
    'hand-packed entries of 100': paced('ioredis-hand-packed', perSecond),
    autopipelining: paced('ioredis-autopipelining', perSecond),
  },
  targets:
    perSecond === 10_000
      ? [{ metric: 'p50Us', of: 'client', against: 'NATS core', atMost: 1.2, unit: '' }]
      : [{ metric: 'messagesPerSecond', of: 'client', atLeast: 0.98 * perSecond, unit: 'messages/s' }],
}));
