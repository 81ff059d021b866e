import type { Contender, Probe } from './contender.ts';
import { Pending } from './pending.ts';

/** Room for whatever a run sends, as the other contenders have. */
const CAPACITY = 1_000_000;

/** Two of our clients that meet over the in-memory transport: one publishes, the other one subscribes, as between processes. */
export const inMemoryTransport: Contender = {
  name: 'in-memory transport',
  packages: ['@tradewind/core'],
  features: ['patterns', 'queue'],
  create: async () => {
    const { BufferedMessageBusClient, InMemoryBroker } = await import('@tradewind/core');
    const broker = new InMemoryBroker({ maxBacklog: CAPACITY });
    const lane = { capacity: CAPACITY };
    const lanes = { CRITICAL: lane, HIGH: lane, NORMAL: lane, LOW: lane };
    const feed = new BufferedMessageBusClient({ name: 'feed', lanes, paths: { memory: broker.transport() } });
    const desk = new BufferedMessageBusClient({
      name: 'desk',
      group: 'desk',
      lanes,
      paths: { memory: broker.transport() },
    });
    const pending = new Pending();
    return {
      subscribe: ({ pattern, handler }) => {
        desk.subscribe(pattern, (probe: Probe) => {
          handler(probe);
          pending.leave();
        });
      },
      publish: (topic, probe, priority) => {
        const isAccepted = feed.publish(topic, probe, { priority });
        if (isAccepted) pending.enter();
        return isAccepted;
      },
      settle: async () => {
        await desk.ready();
        await pending.idle();
      },
      close: async () => {
        await feed.close();
        await desk.close();
      },
    };
  },
};
