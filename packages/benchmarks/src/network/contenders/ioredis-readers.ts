import { Redis } from 'ioredis';
import type { NetworkContender, Setting, TickConsumer, TickSink } from './contender.ts';
import { tickFrom } from './flooding.ts';
import { contender as autopipelining } from './ioredis-autopipelining.ts';
import { STREAM } from './stream-name.ts';

const PAGE = 100;
const BLOCK_MS = 1000;

/**
 * Everybody gets everything: each consumer reads the stream by itself, without a group, over a connection of its own, and asks for what comes after
 * the last entry that it has.
 */
export const contender: NetworkContender = {
  server: 'redis',
  produce: (setting) => autopipelining.produce(setting),
  consume: readAll,
};

async function readAll({ redisPort }: Setting, sink: TickSink): Promise<TickConsumer> {
  const redis = new Redis({ port: redisPort });
  await redis.ping();
  let last = '0-0';
  let isOpen = true;
  const loop = async (): Promise<void> => {
    while (isOpen) {
      // One page after the other.
      const reply = await redis.xread('COUNT', PAGE, 'BLOCK', BLOCK_MS, 'STREAMS', STREAM, last);
      for (const [id, fields] of reply?.[0]?.[1] ?? []) {
        sink.take(tickFrom(fields[1] ?? ''));
        last = id;
      }
    }
  };
  const running = loop();
  return {
    async close() {
      isOpen = false;
      await running;
      redis.disconnect();
    },
  };
}
