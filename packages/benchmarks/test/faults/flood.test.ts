import { describe, expect, test } from 'vitest';
import type { BusUnderTest, ProbeHandler } from '../../src/contenders/contender.ts';
import { Receipts } from '../../src/measuring/receipts.ts';
import { prepareFlood } from '../../src/workloads/flood.ts';
import { spin } from '../../src/workloads/spin.ts';

/** A flood of a slow bus with a ledger of this size, which would go on for ten minutes. */
async function flood(limit: number) {
  const handlers = new Map<string, ProbeHandler>();
  const bus: BusUnderTest = {
    subscribe: ({ pattern, handler }) => void handlers.set(pattern, handler),
    publish: (topic, probe) => handlers.get(topic)?.(probe),
    settle: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const receipts = new Receipts({ messages: limit });
  bus.subscribe({
    pattern: 'a',
    handler: (probe) => {
      spin(20);
      receipts.record(probe.index);
    },
  });
  return (await prepareFlood({ bus, settings: { measureMs: 600_000, seed: 1 }, topics: ['a'], receipts, limit }))();
}

describe('a flood ends when its ledger is full', () => {
  test('with every message accounted for', async () => {
    // The warm-up takes 30 to 60 batches of 500 messages, of ten milliseconds each.
    const { messages, problems, receipts, metrics } = await flood(40_000);
    expect(problems).toEqual([]);
    expect(receipts).toMatchObject({ sent: 40_000, received: 40_000 });
    expect(messages).toBeGreaterThanOrEqual(10_000);
    expect(metrics['cpuNsPerMessage']).toBeGreaterThan(0);
  });

  test('and says so when the warm-up has filled it', async () => {
    expect((await flood(1000)).problems).toEqual(['warmed up until the ledger was full: nothing was measured']);
  });
});
