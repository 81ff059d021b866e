import { setTimeout as delay } from 'node:timers/promises';
import { shedLane } from '@tradewind/monitoring';
import { BulkPublisher } from '../bulk-publisher.ts';
import type { Drill } from '../drill.ts';
import { Floor } from '../floor.ts';

/** A publisher floods the LOW lane; the lane is shed until the publisher gives up. */
export async function queueFull(seed: number): Promise<Drill> {
  const floor = new Floor({ seed, client: { lanes: { LOW: { capacity: CAPACITY } } } });
  let handled = 0;
  floor.client.subscribe(
    'research.*',
    async () => {
      await delay(HANDLE_MS);
      handled += 1;
    },
    { concurrency: 1 },
  );
  await floor.open();
  const publisher = new BulkPublisher(floor.client);
  return {
    floor,
    alert: { rule: 'TradewindLaneFull', labels: { lane: 'LOW' } },
    hastenBy: 30,
    remediation: {
      rule: {
        name: 'shed-low',
        component: 'lanes/LOW',
        from: 'degraded',
        forMs: 4_000,
        remedy: 'shed-low',
        on: 'bus',
        settleMs: 15_000,
      },
      remedies: { bus: [shedLane(floor.client, { forMs: SHED_MS })] },
    },
    inject: async () => {
      publisher.start();
      return `research floods the LOW lane, which has room for ${CAPACITY} messages, with 5,000 a second`;
    },
    close: async () => {
      const isStillFlooding = publisher.isRunning;
      publisher.stop();
      const problems = await floor.close();
      return [
        ...problems,
        ...(isStillFlooding ? ['the flood never ended'] : []),
        ...(publisher.refused === 0 ? ['nothing was ever refused'] : []),
        ...(handled === publisher.accepted
          ? []
          : [`${publisher.accepted - handled} accepted messages were not handled`]),
      ];
    },
  };
}

const CAPACITY = 1_000;
const HANDLE_MS = 2;
const SHED_MS = 8_000;
