import { setTimeout as sleep } from 'node:timers/promises';
import { BufferedMessageBusClient, type BufferedMessageBusClientOptions } from '@tradewind/core';
import type { Contender, Probe } from '../contenders/contender.ts';
import { constantLoad } from '../load/steady-shapes.ts';
import type { LoadShape } from '../load/load-shape.ts';

/** One setting of a client, and the load under which it shows. */
export interface Configuration {
  /** `8 workers`. */
  readonly name: string;
  /** Which question it belongs to, and so which picture. */
  readonly group: 'workers' | 'flush';
  readonly options: BufferedMessageBusClientOptions;
  readonly shape: LoadShape;
  /** How long a handler waits, as one does that asks a database. 0: it is synchronous. */
  readonly handlerWaitMs: number;
}

const CAPACITY = 1_000_000;
const LOAD_MS = 2000;
/** One worker that waits 2 ms can do fewer than 500 a second, eight fewer than 4,000. */
const HANDLER_WAIT_MS = 2;
const PER_SECOND = { workers: 1000, flush: 5000 } as const;

/** 1, 8 and 50 workers with handlers that wait; NORMAL messages flushed at once, every 10 and every 100 ms. */
export const CONFIGURATIONS: readonly Configuration[] = [
  ...[1, 8, 50].map((workers): Configuration => ({
    name: `${workers} ${workers === 1 ? 'worker' : 'workers'}`,
    group: 'workers',
    options: { workers: { min: workers, max: workers } },
    shape: constantLoad({ perSecond: PER_SECOND.workers, durationMs: LOAD_MS }),
    handlerWaitMs: HANDLER_WAIT_MS,
  })),
  ...[0, 10, 100].map((flushIntervalMs): Configuration => ({
    name: `flush ${flushIntervalMs} ms`,
    group: 'flush',
    options: { flushIntervalMs },
    shape: constantLoad({ perSecond: PER_SECOND.flush, durationMs: LOAD_MS }),
    handlerWaitMs: 0,
  })),
];

/**
 * A client of that configuration. A handler that waits receives its message when it has waited, so that latencies are those until the work is
 * done, and so that what does not fit into the workers shows.
 */
export function configuredContender({ name, options, handlerWaitMs }: Configuration): Contender {
  return {
    name,
    packages: ['@tradewind/core'],
    features: ['patterns', 'queue'],
    create: () => {
      const lane = { capacity: CAPACITY };
      const lanes = { CRITICAL: lane, HIGH: lane, NORMAL: lane, LOW: lane };
      const client = new BufferedMessageBusClient({ ...options, lanes });
      return {
        subscribe: ({ pattern, handler }) => {
          if (handlerWaitMs === 0) {
            client.subscribe(pattern, (probe: Probe) => handler(probe));
            return;
          }
          client.subscribe(pattern, async (probe: Probe) => {
            await sleep(handlerWaitMs);
            handler(probe);
          });
        },
        publish: (topic, probe, priority) => client.publish(topic, probe, { priority }),
        settle: () => client.flush(),
        close: async () => {
          await client.close();
        },
      };
    },
  };
}
