import { expect, onTestFinished, test } from 'vitest';
import { leaseScript, releaseScript } from '../../src/scripts/lease.ts';
import { joinScript } from '../../src/scripts/membership.ts';
import { serverOfFile } from './bench-server.ts';
import { Writer, eventually, pendingOf } from './lab.ts';

const MAX_MEMORY_BYTES = 8_000_000;
const lab = serverOfFile({ maxMemoryBytes: MAX_MEMORY_BYTES, evictionPolicy: 'noeviction' });

test('goes on consuming and acknowledging while the server has no memory for anything new', async () => {
  const desk = lab.desk({ claimIdleMs: 300, readCount: 1 });
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const inbox = await desk.inbox(
    {},
    {
      onBatch: async (batch) => {
        await held;
        for (let i = 0; i < batch.messages.length; i += 1) batch.settle(i);
      },
    },
  );
  const writer = new Writer(desk);
  let written = 0;
  const fill = async (): Promise<void> => {
    for (;;) {
      await writer.write({ orderingKey: `k${written % 8}`, payload: 'x'.repeat(20_000) });
      written += 1;
    }
  };
  await expect(fill()).rejects.toMatchObject({ reply: 'OOM' });
  expect(written).toBeGreaterThan(10);
  // For longer than its leases hold.
  await new Promise((resolve) => {
    setTimeout(resolve, 900);
  });
  release();
  await eventually('all that was stored', () => inbox.messages.length >= written);
  await eventually('nothing pending', async () => (await pendingOf(lab.server, desk, 'desk')) === 0);
  expect(inbox.messages.length).toBe(written);
  expect(inbox.messages.every(({ deliveryCount }) => deliveryCount === 1)).toBe(true);
});

test('takes, renews and takes back leases while the server has no memory for anything new', async () => {
  const { keys, connections } = lab.desk();
  const { commands } = connections;
  const key = keys.lease(0, 'desk');
  const last = keys.owner(0, 'desk');
  const lease = (owner: string): Promise<unknown> => commands.run(leaseScript, [key, last], [owner, 10_000, 20_000]);
  // Connecting to an empty server writes the layout.
  expect(await commands.call('EXISTS', key, [key])).toBe(0);
  await lab.server.command('CONFIG', 'SET', 'maxmemory', '1');
  onTestFinished(async () => {
    await lab.server.command('CONFIG', 'SET', 'maxmemory', `${MAX_MEMORY_BYTES}`);
  });
  await expect(commands.call('SET', key, [key, 'one/a'])).rejects.toMatchObject({ reply: 'OOM' });
  expect(await lease('one/a')).toEqual([1, 0]);
  expect(await lease('one/a')).toEqual([2, 0]);
  expect(await lease('two/b')).toEqual([0, expect.any(Number)]);
  await commands.run(releaseScript, [key], ['one/a']);
  expect(await lease('one/a')).toEqual([3, 0]);
  await commands.run(releaseScript, [key], ['one/a']);
  expect(await lease('two/b')).toEqual([4, 0]);
  // Who had it last is told anew, and both hold for as long as was asked for.
  expect(await lab.server.command('GET', last)).toBe('two/b');
  expect(await lab.server.command('PTTL', key)).toBeGreaterThan(5_000);
  expect(await lab.server.command('PTTL', last)).toBeGreaterThan(10_000);
});

test('members join and stay while the server has no memory for anything new', async () => {
  const { keys, connections } = lab.desk();
  const { commands } = connections;
  const memberKeys = [keys.members('desk'), keys.patterns('desk')];
  const join = (member: string): Promise<unknown> =>
    commands.run(joinScript, memberKeys, [member, 10_000, 'signature', '0', 0, 20_000]);
  expect(await commands.call('EXISTS', memberKeys[0] as string, [memberKeys[0] as string])).toBe(0);
  await lab.server.command('CONFIG', 'SET', 'maxmemory', '1');
  onTestFinished(async () => {
    await lab.server.command('CONFIG', 'SET', 'maxmemory', `${MAX_MEMORY_BYTES}`);
  });
  expect(await join('one/a')).toHaveLength(8);
  expect(await join('two/b')).toHaveLength(12);
  expect(await join('one/a')).toHaveLength(12);
});
