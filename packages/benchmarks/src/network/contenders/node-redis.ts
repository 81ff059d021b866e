import { createClient } from 'redis';
import type { NetworkContender } from './contender.ts';
import { inGroups, tickFrom, tickText, Window } from './flooding.ts';
import { STREAM } from './stream-name.ts';

const GROUP = 'bench';
const PAGE = 500;
const BLOCK_MS = 200;

/** The other client for Redis: one entry for each tick; it pipelines the commands of a turn by itself. */
export const contender: NetworkContender = {
  server: 'redis',
  async produce({ redisPort }) {
    const redis = createClient({ url: `redis://127.0.0.1:${redisPort}` });
    await redis.connect();
    const add = (n: number): Promise<unknown> => redis.xAdd(STREAM, '*', { d: tickText(n) });
    const window = new Window(add);
    return {
      flood: (count) =>
        inGroups(count, { size: PAGE, inFlight: 2 }, (from, to) =>
          Promise.all(Array.from({ length: to - from }, (_, i) => add(from + i))),
        ),
      offer: (n) => window.offer(n),
      settled: () => window.settled(),
      async close() {
        redis.destroy();
      },
    };
  },
  async consume({ redisPort }, sink) {
    const reading = createClient({ url: `redis://127.0.0.1:${redisPort}` });
    const commands = createClient({ url: `redis://127.0.0.1:${redisPort}` });
    await Promise.all([reading.connect(), commands.connect()]);
    await commands.xGroupCreate(STREAM, GROUP, '0', { MKSTREAM: true });
    let isOpen = true;
    const loop = async (): Promise<void> => {
      while (isOpen) {
        // Its own type of this reply depends on the version of the protocol, and comes out as any.
        const reply = (await reading.xReadGroup(
          GROUP,
          'c1',
          { key: STREAM, id: '>' },
          { COUNT: PAGE, BLOCK: BLOCK_MS },
        )) as readonly StreamReply[] | null;
        const messages = reply?.[0]?.messages ?? [];
        if (messages.length === 0) continue;
        sink.takeAll(messages.map(({ message }) => tickFrom(message['d'] ?? '')));
        await commands.xAck(
          STREAM,
          GROUP,
          messages.map(({ id }) => id),
        );
      }
    };
    const running = loop();
    return {
      async close() {
        isOpen = false;
        await running;
        reading.destroy();
        commands.destroy();
      },
    };
  },
};

interface StreamReply {
  readonly messages: readonly { readonly id: string; readonly message: Readonly<Record<string, string>> }[];
}
