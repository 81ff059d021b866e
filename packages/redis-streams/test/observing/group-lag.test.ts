import { expect, test } from 'vitest';
import { groupLag } from '../../src/observing/group-lag.ts';
import { serverOfFile } from '../consuming/bench-server.ts';
import { Writer, type Desk } from '../consuming/lab.ts';

const lab = serverOfFile({ config: { 'stream-node-max-entries': '1' } });

interface Filled {
  readonly desk: Desk;
  readonly stream: string;
  readonly ids: readonly string[];
}

async function filled(count: number, read: number): Promise<Filled> {
  const desk = lab.desk();
  const writer = new Writer(desk);
  let stream = '';
  for (let i = 0; i < count; i += 1) stream = await writer.write({ payload: i });
  await lab.server.command('XGROUP', 'CREATE', stream, 'g', '0');
  if (read > 0) await lab.server.command('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', read, 'STREAMS', stream, '>');
  const ids = ((await lab.server.command('XRANGE', stream, '-', '+')) as [string][]).map(([id]) => id);
  return { desk, stream, ids };
}

const lagOf = async ({ desk, stream }: Filled): Promise<number | undefined> =>
  (await groupLag(desk.connections.commands, stream, 'g', Date.now()))?.lagEntries;

test('counts what was never delivered, and what is pending with its age', async () => {
  const it = await filled(10, 4);
  expect(await lagOf(it)).toBe(6);
  const lag = await groupLag(it.desk.connections.commands, it.stream, 'g', Number(it.ids[0]?.split('-')[0]) + 5_000);
  expect(lag).toMatchObject({ pendingEntries: 4, oldestPendingMs: 5_000, isAtLeast: false });
});

test('is right after an entry behind the position was deleted, where Redis says null', async () => {
  const it = await filled(10, 4);
  await lab.server.command('XDEL', it.stream, it.ids[6] ?? '', it.ids[8] ?? '');
  const [group] = (await lab.server.command('XINFO', 'GROUPS', it.stream)) as unknown[][];
  expect(group?.at(-1)).toBeNull();
  expect(await lagOf(it)).toBe(4);
});

test('is right after trimming before, at and behind the position', async () => {
  for (const [left, lag] of [
    [8, 6],
    [6, 6],
    [3, 3],
    [0, 0],
  ] as const) {
    await lab.server.command('FLUSHALL');
    const it = await filled(10, 4);
    await lab.server.command('XTRIM', it.stream, 'MAXLEN', left);
    expect(await lagOf(it)).toBe(lag);
  }
});

test('is right for a group whose position was set by hand', async () => {
  const it = await filled(10, 0);
  await lab.server.command('XGROUP', 'SETID', it.stream, 'g', it.ids[6] ?? '');
  expect(await lagOf(it)).toBe(3);
});

test('is unknown where there is no stream or no group', async () => {
  const it = await filled(1, 0);
  expect(await groupLag(it.desk.connections.commands, '{no}:stream', 'g', 0)).toBeUndefined();
  expect(await groupLag(it.desk.connections.commands, it.stream, 'other', 0)).toBeUndefined();
});
