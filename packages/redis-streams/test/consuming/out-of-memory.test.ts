import { expect, test } from 'vitest';
import { serverOfFile } from './bench-server.ts';
import { Writer, eventually, pendingOf } from './lab.ts';

const lab = serverOfFile({ maxMemoryBytes: 8_000_000, evictionPolicy: 'noeviction' });

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
