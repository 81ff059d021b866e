import type { Experiment, Run, Scale } from '../../experiments/experiment.ts';
import { transfer } from '../peers/transfer.ts';
import { connectionsOf } from '../servers/redis-figures.ts';

const PER_SECOND = 20;
const SECONDS = 20;
const QUICK_SECONDS = 3;

/** A crowd of consumers that all get everything. */
function crowd(contender: string, processes: number, members: number): Run {
  return async (scale: Scale) => {
    const metrics = await transfer({
      contender,
      count: PER_SECOND * scale.duration(SECONDS, QUICK_SECONDS),
      perSecond: PER_SECOND,
      flags: { group: false },
      crowd: { processes, members },
      ...(contender.startsWith('nats') ? {} : { look: connectionsOf }),
    });
    const deliveries = processes * members;
    return {
      ...metrics,
      clients: deliveries,
      // The producer's are among them, so that this is a little above what a consumer opens.
      connectionsPerClient: (metrics['connections'] ?? Number.NaN) / deliveries,
      deliveriesPerSecond: (metrics['messagesPerSecond'] ?? Number.NaN) * deliveries,
      cpuUsPerDelivery: (metrics['cpuUsPerMessage'] ?? Number.NaN) / deliveries,
    };
  };
}

/** How many connections are to be there at least. */
export const MANY_CONNECTIONS = 1000;

/** A server with a thousand connections. */
export const connections: Experiment = {
  name: 'connections',
  title: 'A thousand connections to a server',
  work: `Consumers in four processes, each of which reads everything over connections of its own. 64 of our clients in each process open several each, so that a thousand connections are 256 clients; readers by hand and subscribers of NATS have one each, and are 256 in each process. \`connections\` is what the server counts (\`connected_clients\`), the producer's included. ${PER_SECOND} messages a second for ${SECONDS} seconds, every one to every consumer, all of them checked for order and loss.`,
  metrics: [
    'clients',
    'connections',
    'connectionsPerClient',
    'connectMs',
    'deliveriesPerSecond',
    'intendedP50Us',
    'intendedP99Us',
    'cpuUsPerDelivery',
    'consumerRssMb',
    'serverRssMb',
  ],
  contenders: {
    client: crowd('tradewind-client', 4, 64),
    'XREAD by hand': crowd('ioredis-readers', 4, 256),
    'NATS core': crowd('nats-core', 4, 256),
  },
  targets: [{ metric: 'connections', of: 'client', atLeast: MANY_CONNECTIONS, unit: 'connections' }],
  pictures: [{ kind: 'bars', metric: 'cpuUsPerDelivery' }],
};
