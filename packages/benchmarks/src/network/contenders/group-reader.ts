import { Redis } from 'ioredis';
import type { Tick } from '../ticks/ticks.ts';
import type { TickConsumer, TickSink } from './contender.ts';
import { STREAM } from './stream-name.ts';

const GROUP = 'bench';
const BLOCK_MS = 200;

/** The reader that one writes by hand: a group, pages of entries of one or several streams, one acknowledgement for each page of a stream. */
export async function readGroup(
  port: number,
  sink: TickSink,
  {
    count,
    parse,
    streams = [STREAM],
  }: {
    readonly count: number;
    readonly parse: (text: string) => readonly Tick[];
    readonly streams?: readonly string[] | undefined;
  },
): Promise<TickConsumer> {
  const reading = new Redis({ port });
  const commands = new Redis({ port });
  for (const stream of streams) await commands.xgroup('CREATE', stream, GROUP, '0', 'MKSTREAM');
  const positions = streams.map(() => '>');
  let isOpen = true;
  const loop = async (): Promise<void> => {
    while (isOpen) {
      const reply = (await reading.xreadgroup(
        'GROUP',
        GROUP,
        'c1',
        'COUNT',
        count,
        'BLOCK',
        BLOCK_MS,
        'STREAMS',
        ...streams,
        ...positions,
      )) as readonly [string, readonly (readonly [string, readonly string[]])[]][] | null;
      const pages = (reply ?? []).filter(([, entries]) => entries.length > 0);
      for (const [, entries] of pages) for (const [, fields] of entries) sink.takeAll(parse(fields[1] ?? ''));
      await Promise.all(pages.map(([stream, entries]) => commands.xack(stream, GROUP, ...entries.map(([id]) => id))));
    }
  };
  const running = loop();
  return {
    async close() {
      isOpen = false;
      await running;
      reading.disconnect();
      commands.disconnect();
    },
  };
}
