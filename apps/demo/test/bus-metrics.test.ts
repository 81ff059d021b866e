import { BufferedMessageBusClient } from '@tradewind/core';
import { Priority } from '@tradewind/core-types';
import { describe, expect, test, vi } from 'vitest';
import { busReader } from '../src/bus-metrics.ts';
import { waitQuantileMs } from '../src/bus-reading.ts';

describe('reading the bus', () => {
  test('finds every figure that it looks for under the name by which the client publishes it', async () => {
    const bus = new BufferedMessageBusClient({ lanes: { LOW: { capacity: 3 } }, retry: { maxAttempts: 1 } });
    const reader = busReader(bus);
    const slow = Promise.withResolvers<undefined>();
    bus.subscribe('slow.*', () => slow.promise, { conflateBy: 'topic', concurrency: 1 });
    bus.subscribe('broken.*', () => {
      throw new Error('planted');
    });
    for (let i = 0; i < 3; i += 1) bus.publish('slow.one', i, { priority: Priority.HIGH });
    bus.publish('broken.one', 0, { priority: Priority.CRITICAL });
    bus.publish('nobody.listens', 0, { priority: Priority.LOW });
    expect(reader.read().lanes.map(({ depth }) => depth)).toEqual([1, 3, 0, 1]);
    // The first is in hand and stays there until the third has taken the place of the second.
    await vi.waitFor(() => expect(reader.read().lanes[1]).toMatchObject({ superseded: 1 }), 60_000);
    expect(reader.read()).toMatchObject({ busyWorkers: 1, workers: expect.any(Number) });
    slow.resolve(undefined);
    await bus.close();
    const { lanes } = reader.read();
    expect(lanes.map(({ name }) => name)).toEqual(['CRITICAL', 'HIGH', 'NORMAL', 'LOW']);
    expect(lanes[0]).toMatchObject({ failed: 1, deadLettered: 1 });
    expect(lanes[1]).toMatchObject({ accepted: 3, superseded: 1, depth: 0 });
    expect(lanes[3]).toMatchObject({ capacity: 3, dropped: 1 });
    expect(waitQuantileMs(lanes[1]?.waits ?? { upperBoundsMs: [], counts: [] }, 0.99)).toBeGreaterThan(0);
  });

  test('a quantile is the upper bound of its bucket, of all waits or of those since an earlier reading', () => {
    const before = { upperBoundsMs: [1, 2, 4, Number.POSITIVE_INFINITY], counts: [90, 9, 1, 0] };
    const after = { ...before, counts: [90, 9, 1, 1] };
    expect([0.5, 0.9, 0.91, 0.99, 1].map((part) => waitQuantileMs(before, part))).toEqual([1, 1, 2, 2, 4]);
    expect(waitQuantileMs(after, 0.5, before)).toBe(Number.POSITIVE_INFINITY);
    expect(waitQuantileMs(before, 0.5, before)).toBeUndefined();
  });
});
