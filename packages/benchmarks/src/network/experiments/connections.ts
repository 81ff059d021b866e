import type { Experiment, Run, Scale } from '../../experiments/experiment.ts';
import { transfer } from '../peers/transfer.ts';
import { connectionsOf } from '../servers/redis-figures.ts';

/** Each message is a thousand deliveries: more of them, and two cores would be full of nothing else. */
const PER_SECOND = 2;
const SECONDS = 20;
const QUICK_SECONDS = 3;
const PROCESSES = 4;
const MEMBERS = 256;
const CLIENTS = PROCESSES * MEMBERS;
/** Of our clients: hundreds in one process take more than the usual two seconds for a command when they all begin on a busy machine. */
const PATIENCE_MS = 30_000;

/** A crowd of consumers that all get everything. */
function crowd(contender: string): Run {
  return async (scale: Scale) => {
    const metrics = await transfer({
      contender,
      count: PER_SECOND * scale.duration(SECONDS, QUICK_SECONDS),
      perSecond: PER_SECOND,
      flags: { group: false, patienceMs: PATIENCE_MS },
      crowd: { processes: PROCESSES, members: MEMBERS },
      ...(contender.startsWith('nats') ? {} : { look: connectionsOf }),
    });
    return {
      ...metrics,
      clients: CLIENTS,
      deliveriesPerSecond: (metrics['messagesPerSecond'] ?? Number.NaN) * CLIENTS,
      cpuUsPerDelivery: (metrics['cpuUsPerMessage'] ?? Number.NaN) / CLIENTS,
    };
  };
}

/** How many connections the server is to count at least. How many clients there are is given, and so no target. */
const MANY = 1000;

/** A server with a thousand clients. */
export const connections: Experiment = {
  name: 'connections',
  title: 'A thousand clients of one server',
  work: `${CLIENTS.toLocaleString('en')} consumers in ${PROCESSES} processes, each of which reads everything over connections of its own: a client of ours opens five (and waits ${PATIENCE_MS / 1000} s for a command in place of 2), a reader by hand and a subscriber of NATS one. \`connections\` is what the server itself counts (\`connected_clients\`), the producer's included. ${PER_SECOND} messages a second for ${SECONDS} seconds, every one to every consumer, all of them checked for order and loss; CPU time is that of producer, consumers and server, waiting included.`,
  metrics: [
    'clients',
    'connections',
    'connectMs',
    'deliveriesPerSecond',
    'intendedP50Us',
    'intendedP99Us',
    'cpuUsPerDelivery',
    'consumerRssMb',
    'serverRssMb',
  ],
  contenders: {
    client: crowd('tradewind-client'),
    'XREAD by hand': crowd('ioredis-readers'),
    'NATS core': crowd('nats-core'),
  },
  targets: [{ metric: 'connections', of: 'client', atLeast: MANY, unit: 'connections' }],
  pictures: [
    { kind: 'bars', metric: 'cpuUsPerDelivery' },
    { kind: 'percentiles', prefix: 'intended' },
  ],
};
