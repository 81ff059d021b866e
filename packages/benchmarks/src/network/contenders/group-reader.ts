import { Redis } from 'ioredis';
import type { Tick } from '../ticks/ticks.ts';
import type { TickConsumer, TickSink } from './contender.ts';
import { STREAM } from './stream-name.ts';

const GROUP = 'bench';
const BLOCK_MS = 200;

/** The reader that one writes by hand: a group, pages of entries, one acknowledgement for each page. */
export async function readGroup(
  port: number,
  sink: TickSink,
  { count, parse }: { readonly count: number; readonly parse: (text: string) => readonly Tick[] },
): Promise<TickConsumer> {
  const reading = new Redis({ port });
  const commands = new Redis({ port });
  await commands.xgroup('CREATE', STREAM, GROUP, '0', 'MKSTREAM');
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
        STREAM,
        '>',
      )) as readonly [string, readonly (readonly [string, readonly string[]])[]][] | null;
      const entries = reply?.[0]?.[1] ?? [];
      if (entries.length === 0) continue;
      for (const [, fields] of entries) sink.takeAll(parse(fields[1] ?? ''));
      await commands.xack(STREAM, GROUP, ...entries.map(([id]) => id));
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
