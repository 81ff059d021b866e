import { PRIORITY_NAMES } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { commands, worldOptions, type Command, type WorldOptions } from './delivery-commands.ts';
import { DeliveryWorld } from './delivery-world.ts';

/** Shrinking what failed ends before the test's own time is over, so that the smallest script found so far is shown. */
const RUNS = { numRuns: 200, interruptAfterTimeLimit: 45_000 } as const;

/** Accepted = handed on + unrouted + expired + superseded + dropped + still queued; and the same for deliveries. */
function expectConserved(metrics: ReadonlyMap<string, number>): void {
  for (const lane of PRIORITY_NAMES) {
    const read = (name: string): number => {
      let total = 0;
      for (const [key, value] of metrics) if (key.startsWith(`${name}{lane=${lane},`)) total += value;
      return total;
    };
    const messages = (name: string): number => read(`tradewind_messages_${name}_total`);
    const deliveries = (name: string): number => read(`tradewind_deliveries_${name}_total`);
    const left = ['dispatched', 'unrouted', 'expired', 'superseded', 'dropped', 'sent', 'dead_lettered'].map(messages);
    expect(messages('accepted'), `messages of ${lane}`).toBe(sum(left) + read('tradewind_lane_queued'));
    const ended = sum(['handled', 'dead_lettered', 'expired', 'superseded', 'dropped'].map(deliveries));
    expect(deliveries('opened'), `deliveries of ${lane}`).toBeGreaterThanOrEqual(ended);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

async function play(options: WorldOptions, script: readonly Command[]): Promise<DeliveryWorld> {
  const world = new DeliveryWorld(options);
  for (const command of script) {
    await world.run(command);
    expect(world.ledger.violations).toEqual([]);
  }
  return world;
}

test('random interleavings: order per key and priority, one delivery of a key at a time, bounds, no duplicate; what can end, ends', async () => {
  await fc.assert(
    fc.asyncProperty(worldOptions, commands, async (options, script) => {
      const world = await play(options, script);
      await world.quiesce();
      const { ledger } = world;
      expect(ledger.violations).toEqual([]);
      const unexplained = ledger
        .open()
        .filter(({ message, subscription }) => !world.isBehindStuck(message, subscription?.id));
      expect(unexplained.map(({ message, subscription }) => `${message.sequence} at ${subscription?.id}`)).toEqual([]);
      expectConserved(world.metrics());
      const report = await world.close(10);
      expect(ledger.violations).toEqual([]);
      expect(ledger.open()).toEqual([]);
      expect(ledger.dropReasons.get('closed') ?? 0).toBe(sum(report.queued) + report.unsettled);
      expectConserved(world.metrics());
    }),
    { ...RUNS, seed: 1_700_000_001 },
  );
});

test('random interleavings, closed in the middle of them: everything accepted has ended, or is in the report', async () => {
  await fc.assert(
    fc.asyncProperty(worldOptions, commands, fc.nat(60), async (options, script, deadlineMs) => {
      const world = await play(options, script);
      const report = await world.close(deadlineMs);
      const { ledger } = world;
      expect(ledger.violations).toEqual([]);
      expect(ledger.open()).toEqual([]);
      expect(ledger.dropReasons.get('closed') ?? 0).toBe(sum(report.queued) + report.unsettled);
      expectConserved(world.metrics());
      // Nothing begins after the report.
      const begun = JSON.stringify([...ledger.messages.values()].map(({ attempts }) => [...attempts]));
      await world.clock.advance(10_000);
      expect(JSON.stringify([...ledger.messages.values()].map(({ attempts }) => [...attempts]))).toBe(begun);
    }),
    { ...RUNS, seed: 1_700_000_002 },
  );
});
