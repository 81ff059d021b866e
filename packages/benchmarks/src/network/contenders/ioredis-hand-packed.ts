import { Redis } from 'ioredis';
import type { Tick } from '../ticks/ticks.ts';
import { tickOf, topicOf } from '../ticks/ticks.ts';
import type { NetworkContender } from './contender.ts';
import { inGroups } from './flooding.ts';
import { readGroup } from './group-reader.ts';
import { STREAM } from './stream-name.ts';
import { TurnBuffer } from './turn-buffer.ts';

const ENTRY = 100;

/** A hundred ticks as one JSON list in one entry, five entries in a pipeline: what a careful team writes for itself, without any of the safety. */
export const contender: NetworkContender = {
  server: 'redis',
  async produce({ redisPort }) {
    const redis = new Redis({ port: redisPort });
    const store = async (entries: readonly string[]): Promise<void> => {
      const pipeline = redis.pipeline();
      for (const entry of entries) pipeline.xadd(STREAM, '*', 'd', entry);
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    };
    const buffer = new TurnBuffer(ENTRY, (texts) => store([`[${texts.join(',')}]`]));
    return {
      flood: (count) =>
        inGroups(count, { size: ENTRY * 5, inFlight: 2 }, (from, to) => {
          const entries: string[] = [];
          for (let first = from; first < to; first += ENTRY)
            entries.push(entryText(first, Math.min(to, first + ENTRY)));
          return store(entries);
        }),
      offer: (n) => buffer.add(JSON.stringify({ topic: topicOf(n), tick: tickOf(n) })),
      settled: () => buffer.settled(),
      async close() {
        redis.disconnect();
      },
    };
  },
  consume: ({ redisPort }, sink) => readGroup(redisPort, sink, { count: 16, parse: ticksFrom }),
};

function entryText(from: number, to: number): string {
  return JSON.stringify(
    Array.from({ length: to - from }, (_, i) => ({ topic: topicOf(from + i), tick: tickOf(from + i) })),
  );
}

function ticksFrom(text: string): readonly Tick[] {
  return (JSON.parse(text) as readonly { readonly tick: Tick }[]).map(({ tick }) => tick);
}
