import { Redis } from 'ioredis';
import type { Tick } from '../fixtures/ticks.ts';
import type { Sink, TickConsumer } from '../harness/contender.ts';

export const STREAM = 'ticks';
const GROUP = 'bench';
const BLOCK_MS = 200;

/** The reader that one writes by hand: a group, pages of entries, one acknowledgement for each page. */
export async function readGroup(
  port: number,
  sink: Sink,
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
