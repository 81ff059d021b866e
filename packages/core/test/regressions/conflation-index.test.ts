import { Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { Fifo } from '../../src/client/delivering/fifo.ts';
import { OrderingKey } from '../../src/client/delivering/ordering-keys.ts';
import { Lane } from '../../src/client/lanes/lane.ts';
import { LaneEntry } from '../../src/client/lanes/lane-entry.ts';
import type { Runnable } from '../../src/client/lanes/runnable.ts';
import { SegmentPool } from '../../src/client/lanes/segment-ring.ts';
import { ConflationIndex } from '../../src/client/publishing/conflation-index.ts';
import { TopicRecord } from '../../src/client/publishing/topic-record.ts';

test('the index of a lane that stays full does not grow with the ordering keys that went through it', () => {
  const capacity = 100;
  const lane = new Lane({
    priority: Priority.NORMAL,
    path: undefined,
    capacity,
    pool: new SegmentPool(),
    ready: new Fifo<Runnable>(),
  });
  const index = new ConflationIndex(lane);
  const entry = new LaneEntry();
  const taken = new LaneEntry();
  entry.topic = new TopicRecord('a', 1, undefined);
  let largest = 0;
  let found = 0;
  for (let i = 0; i < 20_000; i += 1) {
    entry.sequence = i;
    entry.key = new OrderingKey(`key-${i}`);
    if (lane.depth === capacity) {
      if (index.findKey(entry) !== undefined) found += 1;
      lane.take(taken);
    }
    index.put(entry, lane.nextPosition);
    lane.push(entry);
    largest = Math.max(largest, index.size);
  }
  expect(found).toBe(0);
  expect(largest).toBeGreaterThan(capacity);
  expect(largest).toBeLessThanOrEqual(2 * capacity + 1_025);
  // What is queued is still found after all the sweeping.
  expect(index.findKey(entry)).toBe(lane.nextPosition - 1);
});
