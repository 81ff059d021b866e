import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoldingSum } from '../../src/learning/holding-sum.ts';

const START_MS = 1_704_067_200_000;

test('what all that wait have cost is the sum of what each has cost, whoever has come and gone, even after an hour', () => {
  const message = fc.record({
    perMs: fc.double({ min: 0, max: 100, noNaN: true }),
    slope: fc.double({ min: 0, max: 10, noNaN: true }),
    afterMs: fc.nat(3_600_000),
    stays: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 30 }), fc.nat(60_000), (messages, laterMs) => {
      const sum = new HoldingSum();
      let nowMs = START_MS;
      for (const { perMs, slope, afterMs } of messages.toSorted((a, b) => a.afterMs - b.afterMs)) {
        nowMs = START_MS + afterMs;
        sum.add(perMs, slope, nowMs);
        sum.costAt(nowMs);
      }
      for (const { perMs, slope, afterMs, stays } of messages) {
        if (!stays) sum.remove(perMs, slope, START_MS + afterMs);
      }
      nowMs += laterMs;
      const expected = messages
        .filter(({ stays }) => stays)
        .reduce((total, { perMs, slope, afterMs }) => {
          const waitedMs = nowMs - START_MS - afterMs;
          return total + perMs * waitedMs + (slope * waitedMs * waitedMs) / 2;
        }, 0);
      // Squares of an hour have 13 digits: the difference of two of them keeps few behind the point.
      expect(Math.abs(sum.costAt(nowMs) - expected)).toBeLessThanOrEqual(1 + 1e-6 * expected);
    }),
  );
});
