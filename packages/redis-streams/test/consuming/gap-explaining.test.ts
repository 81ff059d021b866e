import { expect, test } from 'vitest';
import { explainGap } from '../../src/consuming/gap-explaining.ts';
import type { GroupParts } from '../../src/consuming/group-parts.ts';
import { OwnedShard } from '../../src/consuming/owned-shard.ts';
import { OwnedStream } from '../../src/consuming/owned-stream.ts';

/** Looks for what is missing before the third entry of a producer, of which the first was seen; `during` runs while Redis is asked. */
async function explain(shard: OwnedShard, during: () => void): Promise<{ asked: string[]; isDone: boolean }> {
  const asked: string[] = [];
  const call = async (command: string): Promise<unknown> => {
    asked.push(command);
    during();
    return command === 'XPENDING' ? [['5-0', 'other', 0, 1]] : [];
  };
  const parts = {
    connections: { claims: { call }, commands: { call } },
    identity: { group: 'g', consumer: 'c', report: () => undefined },
    settings: { clock: { now: () => 0 }, name: 'redis', logger: undefined },
    counters: { lostMessages: 0 },
  } as unknown as GroupParts;
  const stream = new OwnedStream('s', 2, shard);
  const header = { producer: 'p', epoch: 1, number: 3, messagesBefore: 2, count: 1, priority: 2 as const };
  stream.tracker.follow({ ...header, number: 1, messagesBefore: 0 }, 1);
  const item = { stream, id: '9-0', bytes: undefined, isGone: false, deliveries: 1, note: undefined } as const;
  const isDone = await explainGap(parts, { ...item, source: 'new' }, header, () => 0);
  return { asked, isDone };
}

function served(): OwnedShard {
  const shard = new OwnedShard({ index: 0, onSettled: () => undefined } as unknown as ConstructorParameters<
    typeof OwnedShard
  >[0]);
  shard.validUntilMs = 1;
  return shard;
}

test('claims what lies before a gap while the lease holds, and says what is lost', async () => {
  expect(await explain(served(), () => undefined)).toEqual({ asked: ['XPENDING', 'XCLAIM', 'XINFO'], isDone: true });
});

test('claims nothing and reports nothing once the lease has ended', async () => {
  const ended = served();
  ended.state = 'lost';
  expect((await explain(ended, () => undefined)).isDone).toBe(false);
  const ending = served();
  const during = (): void => {
    ending.validUntilMs = 0;
  };
  expect(await explain(ending, during)).toEqual({ asked: ['XPENDING'], isDone: false });
});
