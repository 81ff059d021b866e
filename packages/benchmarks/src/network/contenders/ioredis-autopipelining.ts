import { Redis } from 'ioredis';
import type { NetworkContender } from './contender.ts';
import { inGroups, tickFrom, tickText, Window } from './flooding.ts';
import { readGroup } from './group-reader.ts';
import { STREAM } from './stream-name.ts';

/** One entry for each tick; ioredis gathers the commands of a turn into one write. */
export const contender: NetworkContender = {
  server: 'redis',
  async produce({ redisPort }) {
    const redis = new Redis({ port: redisPort, enableAutoPipelining: true });
    const add = (n: number): Promise<unknown> => redis.xadd(STREAM, '*', 'd', tickText(n));
    const window = new Window(add);
    return {
      flood: (count) =>
        inGroups(count, { size: 500, inFlight: 2 }, (from, to) =>
          Promise.all(Array.from({ length: to - from }, (_, i) => add(from + i))),
        ),
      offer: (n) => window.offer(n),
      settled: () => window.settled(),
      async close() {
        redis.disconnect();
      },
    };
  },
  consume: ({ redisPort }, sink) => readGroup(redisPort, sink, { count: 500, parse: (text) => [tickFrom(text)] }),
};
