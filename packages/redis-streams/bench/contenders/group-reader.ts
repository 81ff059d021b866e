import { Redis } from 'ioredis';
import type { Tick } from '../fixtures/ticks.ts';
import type { Sink, TickConsumer } from '../harness/contender.ts';

export const STREAM = 'ticks';
/** The names of so many streams, `ticks` alone or `ticks:0` and so on. */
export function streamNames(count: number): readonly string[] {
  return count === 1 ? [STREAM] : Array.from({ length: count }, (_, i) => `${STREAM}:${i}`);
}
const GROUP = 'bench';
const BLOCK_MS = 200;

/** The reader that one writes by hand: a group, pages of entries of one or several streams, one acknowledgement for each page of a stream. */
export async function readGroup(
  port: number,
  sink: Sink,
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
