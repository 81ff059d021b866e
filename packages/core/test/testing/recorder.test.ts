import type { MessageMeta } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { Recorder } from '../../src/testing/recorder.ts';

test('it keeps payloads and metas in the order of the calls', () => {
  const recorder = new Recorder<number>();
  const { handler } = recorder;
  handler(1, { topic: 'a' });
  handler(2, { topic: 'b' });
  expect(recorder.payloads).toEqual([1, 2]);
  expect(recorder.topics).toEqual(['a', 'b']);
  recorder.clear();
  expect(recorder.messages).toEqual([]);
});

test('waitFor resolves as soon as enough has come', async () => {
  const recorder = new Recorder<number, MessageMeta>();
  const waiting = recorder.waitFor(2);
  let done = false;
  void waiting.then(() => (done = true));
  recorder.handler(1, {} as MessageMeta);
  await Promise.resolve();
  expect(done).toBe(false);
  recorder.handler(2, {} as MessageMeta);
  await waiting;
  await recorder.waitFor(1);
});

test('waitFor rejects with what came when the time is over', async () => {
  const recorder = new Recorder<string>();
  recorder.handler('only', { topic: 'a.b' });
  await expect(recorder.waitFor(2, { timeoutMs: 5 })).rejects.toThrow(
    expect.objectContaining({
      code: 'NOT_RECORDED',
      message: expect.stringMatching(
        /Expected 2 messages within 5 ms, received 1, the last on a\.b with "only"/,
      ) as unknown,
    }),
  );
});
