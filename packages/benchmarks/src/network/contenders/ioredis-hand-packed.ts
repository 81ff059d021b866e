import { Redis } from 'ioredis';
import type { Tick } from '../ticks/ticks.ts';
import { SYMBOLS, tickOf, topicOf } from '../ticks/ticks.ts';
import type { NetworkContender, Setting } from './contender.ts';
import { inGroups } from './flooding.ts';
import { readGroup } from './group-reader.ts';
import { streamNames } from './stream-name.ts';
import { TurnBuffer } from './turn-buffer.ts';

const ENTRY = 100;

/**
 * A hundred ticks as one JSON list in one entry, five entries in a pipeline: what a careful team writes for itself, without any of the safety.
 * With the switch `streams` the symbols are spread over several streams when ticks are offered at a pace: what sharding costs by itself.
 */
export const contender: NetworkContender = {
  server: 'redis',
  async produce(setting) {
    const redis = new Redis({ port: setting.redisPort });
    const streams = streamsOf(setting);
    const store = async (stream: string, entries: readonly string[]): Promise<void> => {
      const pipeline = redis.pipeline();
      for (const entry of entries) pipeline.xadd(stream, '*', 'd', entry);
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    };
    const buffers = streams.map((stream) => new TurnBuffer(ENTRY, (texts) => store(stream, [`[${texts.join(',')}]`])));
    const bufferOf = (n: number): TurnBuffer => buffers[(n % SYMBOLS) % buffers.length] as TurnBuffer;
    return {
      flood: (count) =>
        inGroups(count, { size: ENTRY * 5, inFlight: 2 }, (from, to) => {
          const entries: string[] = [];
          for (let first = from; first < to; first += ENTRY)
            entries.push(entryText(first, Math.min(to, first + ENTRY)));
          return store(streams[0] as string, entries);
        }),
      offer: (n) => bufferOf(n).add(JSON.stringify({ topic: topicOf(n), tick: tickOf(n) })),
      settled: async () => void (await Promise.all(buffers.map((buffer) => buffer.settled()))),
      async close() {
        redis.disconnect();
      },
    };
  },
  consume: (setting, sink) =>
    readGroup(setting.redisPort, sink, { count: 16, parse: ticksFrom, streams: streamsOf(setting) }),
};

function streamsOf({ flags }: Setting): readonly string[] {
  return streamNames(typeof flags['streams'] === 'number' ? flags['streams'] : 1);
}

function entryText(from: number, to: number): string {
  return JSON.stringify(
    Array.from({ length: to - from }, (_, i) => ({ topic: topicOf(from + i), tick: tickOf(from + i) })),
  );
}

function ticksFrom(text: string): readonly Tick[] {
  return (JSON.parse(text) as readonly { readonly tick: Tick }[]).map(({ tick }) => tick);
}
