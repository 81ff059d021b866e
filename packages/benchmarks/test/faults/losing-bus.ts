import type { BusUnderTest, Contender } from '../../src/contenders/contender.ts';

/** Which message is lost: the n-th on topics, or requests to endpoints, that begin so. */
export interface Loss {
  readonly nth: number;
  readonly prefix?: string | undefined;
}

/**
 * A bus that loses one message inside, as a queueing bus does: it goes on counting the message as one that waits, so that it never settles
 * after that, and never closes. A synchronous bus with a planted loss settles all the same, and shows less.
 */
export function losing(contender: Contender, { nth, prefix = '' }: Loss): Contender {
  return {
    ...contender,
    create: async () => {
      const bus = await contender.create();
      let count = 0;
      let isLossy = false;
      const isLost = (topic: string): boolean => {
        if (!topic.startsWith(prefix)) return false;
        count += 1;
        if (count === nth) isLossy = true;
        return count === nth;
      };
      const unlessLossy = (ended: () => Promise<void>): Promise<void> => (isLossy ? never<void>() : ended());
      const request = bus.extras?.request;
      const losingBus: BusUnderTest = {
        subscribe: (subscription) => bus.subscribe(subscription),
        publish: (topic, probe, priority) => (isLost(topic) ? undefined : bus.publish(topic, probe, priority)),
        settle: () => unlessLossy(() => bus.settle()),
        close: () => unlessLossy(() => bus.close()),
        extras: {
          ...bus.extras,
          request:
            request && ((endpoint, payload) => (isLost(endpoint) ? never<number>() : request(endpoint, payload))),
        },
      };
      return losingBus;
    },
  };
}

/** Keeps nothing alive: a process with nothing else to wait for ends. */
function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
