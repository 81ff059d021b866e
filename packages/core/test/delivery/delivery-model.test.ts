import { PRIORITY_NAMES, type Priority } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { WeightedScheduler } from '../../src/client/lanes/weighted-scheduler.ts';
import { commands, worldOptions, type Command, type WorldOptions } from './delivery-commands.ts';
import { NOTHING_WAITS_ANY_MORE } from './delivery-counterexamples.ts';
import { modelRuns } from './delivery-fixture.ts';
import { DeliveryWorld } from './delivery-world.ts';
import { ShareBook } from './share-book.ts';

/** Every pick of a default scheduler that is asked because more than one lane has work. */
const picks = vi.spyOn(WeightedScheduler.prototype, 'pickFrom');
afterAll(() => picks.mockRestore());

/** Writes the picks since the last call into the book; shares change between commands only. */
function bookPicks(book: ShareBook): void {
  const { calls, results, contexts } = picks.mock;
  for (const [i, [mask]] of calls.entries()) {
    const picked = results[i]?.value as Priority;
    book.picked(picked, mask, (contexts[i] as WeightedScheduler).shares);
  }
  picks.mockClear();
}

/** Accepted = handed on + unrouted + expired + superseded + dropped + still queued; and the same for deliveries. */
function expectConserved(metrics: ReadonlyMap<string, number>): void {
  const sums = sumsOfLanes(metrics);
  for (const lane of PRIORITY_NAMES) {
    const read = (name: string): number => sums.get(`${name}{lane=${lane}`) ?? 0;
    const messages = (name: string): number => read(`tradewind_messages_${name}_total`);
    const deliveries = (name: string): number => read(`tradewind_deliveries_${name}_total`);
    const left = ['dispatched', 'unrouted', 'expired', 'superseded', 'dropped', 'sent', 'dead_lettered'].map(messages);
    expect(messages('accepted'), `messages of ${lane}`).toBe(sum(left) + read('tradewind_lane_queued'));
    const ended = sum(['handled', 'dead_lettered', 'expired', 'superseded', 'dropped'].map(deliveries));
    expect(deliveries('opened'), `deliveries of ${lane}`).toBeGreaterThanOrEqual(ended);
  }
}

/** The series whose first label is the lane, added up over their other labels: by `name{lane=LOW`. */
function sumsOfLanes(metrics: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [key, value] of metrics) {
    const [series = key] = key.split(',', 1);
    sums.set(series, (sums.get(series) ?? 0) + value);
  }
  return sums;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

async function play(options: WorldOptions, script: readonly Command[], book = new ShareBook()): Promise<DeliveryWorld> {
  const world = new DeliveryWorld(options);
  picks.mockClear();
  for (const command of script) {
    await world.run(command);
    expect(world.ledger.violations).toEqual([]);
    bookPicks(book);
    expect(book.violations).toEqual([]);
  }
  return world;
}

test('random interleavings: order per key and priority, one delivery of a key at a time, bounds, shares, no duplicate; what can end, ends', async () => {
  let owed = 0;
  await fc.assert(
    fc.asyncProperty(worldOptions, commands, async (options, script) => {
      const book = new ShareBook();
      const world = await play(options, script, book);
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
      bookPicks(book);
      expect(book.violations).toEqual([]);
      owed += book.owed;
    }),
    { ...modelRuns(200, 1_700_000_001), examples: [[...NOTHING_WAITS_ANY_MORE]] },
  );
  // Lanes do compete in these worlds: so often one was served before a more urgent one, because of its share.
  expect(owed).toBeGreaterThan(1_000);
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
    modelRuns(200, 1_700_000_002),
  );
});
