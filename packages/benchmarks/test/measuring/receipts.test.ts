import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { receiptProblems, Receipts } from '../../src/measuring/receipts.ts';

const NONE = { missing: 0, duplicates: 0, outOfOrder: 0, unknown: 0 };

test('everything once and in order is no problem', () => {
  const receipts = new Receipts({ messages: 100, streams: 4 });
  for (let i = 0; i < 100; i += 1) receipts.record(i, i % 4);
  expect(receipts.report(100)).toEqual({ sent: 100, received: 100, ...NONE });
  expect(receiptProblems(receipts.report(100))).toEqual([]);
});

test('order is looked at within a stream only', () => {
  const receipts = new Receipts({ messages: 4, streams: 2 });
  for (const [index, stream] of [
    [1, 1],
    [0, 0],
    [3, 1],
    [2, 0],
  ] as const)
    receipts.record(index, stream);
  expect(receipts.report(4)).toMatchObject(NONE);
});

test('what is lost, repeated, late and invented is told apart', () => {
  const receipts = new Receipts({ messages: 5 });
  for (const index of [0, 2, 1, 1, 99, -1, 0.5]) receipts.record(index);
  expect(receipts.report(4)).toEqual({ sent: 4, received: 3, missing: 1, duplicates: 1, outOfOrder: 1, unknown: 3 });
  expect(receiptProblems(receipts.report(4))).toEqual([
    'lost 1 of 4 messages',
    'delivered 1 messages again',
    'delivered 1 messages after later ones of their stream',
    'delivered 3 messages that were never sent',
  ]);
});

test('an arrival that was planned and never sent is an unknown one', () => {
  const receipts = new Receipts({ messages: 5 });
  for (const index of [0, 1, 4]) receipts.record(index);
  expect(receipts.report(2)).toEqual({ sent: 2, received: 2, ...NONE, unknown: 1 });
});

test('agrees with sets on any arrivals', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(70)), (arrivals) => {
      const receipts = new Receipts({ messages: 71 });
      for (const index of arrivals) receipts.record(index);
      const distinct = new Set(arrivals);
      const { received, missing, duplicates } = receipts.report(71);
      expect([received, missing, duplicates]).toEqual([
        distinct.size,
        71 - distinct.size,
        arrivals.length - distinct.size,
      ]);
      expect(receipts.latestOf(0)).toBe(Math.max(-1, ...arrivals));
    }),
  );
});
