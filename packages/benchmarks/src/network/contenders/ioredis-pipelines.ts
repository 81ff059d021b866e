import { Redis } from 'ioredis';
import type { NetworkContender } from './contender.ts';
import { inGroups, tickFrom, tickText } from './flooding.ts';
import { readGroup } from './group-reader.ts';
import { STREAM } from './stream-name.ts';
import { TurnBuffer } from './turn-buffer.ts';

const PIPELINE = 500;

/** One entry for each tick, 500 of them in an explicit pipeline. */
export const contender: NetworkContender = {
  server: 'redis',
  async produce({ redisPort }) {
    const redis = new Redis({ port: redisPort });
    const store = async (texts: readonly string[]): Promise<void> => {
      const pipeline = redis.pipeline();
      for (const text of texts) pipeline.xadd(STREAM, '*', 'd', text);
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    };
    const buffer = new TurnBuffer(PIPELINE, store);
    return {
      flood: (count) =>
        inGroups(count, { size: PIPELINE, inFlight: 2 }, (from, to) =>
          store(Array.from({ length: to - from }, (_, i) => tickText(from + i))),
        ),
      offer: (n) => buffer.add(tickText(n)),
      settled: () => buffer.settled(),
      async close() {
        redis.disconnect();
      },
    };
  },
  consume: ({ redisPort }, sink) => readGroup(redisPort, sink, { count: PIPELINE, parse: (text) => [tickFrom(text)] }),
};
