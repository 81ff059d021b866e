import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SequenceTracker } from '../../src/consuming/sequence-tracker.ts';

/** Entries of one producer, of so many messages each. */
function numbered(sizes: readonly number[]): { number: number; messagesBefore: number; size: number }[] {
  let messagesBefore = 0;
  return sizes.map((size, i) => {
    const entry = { number: i + 1, messagesBefore, size };
    messagesBefore += size;
    return entry;
  });
}

test('counts every missing message once, and every repeated entry as a duplicate', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 50 });
  const copies = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 50, maxLength: 50 });
  fc.assert(
    fc.property(sizes, copies, (all, times) => {
      const tracker = new SequenceTracker();
      let missing = 0;
      let duplicates = 0;
      const entries = numbered(all);
      const stored = entries.flatMap((entry, i) => Array.from({ length: times[i] ?? 1 }, () => entry));
      for (const { number, messagesBefore, size } of stored) {
        const header = { producer: 'p', epoch: 1, number, messagesBefore };
        const announced = tracker.missingBefore(header);
        const continuity = tracker.follow(header, size);
        expect(continuity.kind === 'gap' ? continuity.missing : 0).toBe(announced);
        missing += announced;
        if (continuity.kind === 'duplicate') duplicates += 1;
      }
      const seen = entries.filter((_, i) => times[i] !== 0);
      const from = seen[0]?.number ?? 0;
      const to = seen.at(-1)?.number ?? 0;
      const lost = entries.filter(({ number }, i) => times[i] === 0 && number > from && number < to);
      expect(missing).toBe(lost.reduce((sum, { size }) => sum + size, 0));
      expect(duplicates).toBe(stored.length - seen.length);
    }),
  );
});

test('takes a new life of a producer as it comes', () => {
  const tracker = new SequenceTracker();
  tracker.follow({ producer: 'p', epoch: 1, number: 9, messagesBefore: 80 }, 10);
  expect(tracker.follow({ producer: 'p', epoch: 2, number: 1, messagesBefore: 0 }, 5).kind).toBe('next');
  expect(tracker.follow({ producer: 'p', epoch: 2, number: 3, messagesBefore: 9 }, 5)).toEqual({
    kind: 'gap',
    missing: 4,
  });
});

test('closes a gap with what was claimed, and with what was explained', () => {
  const tracker = new SequenceTracker();
  const header = (number: number) => ({ producer: 'p', epoch: 1, number, messagesBefore: (number - 1) * 2 });
  tracker.follow(header(1), 2);
  tracker.fill(header(2), 2);
  expect(tracker.missingBefore(header(3))).toBe(0);
  expect(tracker.missingBefore(header(5))).toBe(4);
  tracker.skipTo(header(5));
  expect(tracker.follow(header(5), 2).kind).toBe('next');
});

test('counts what is missing behind the start that it was told, and forgets starts but nothing that it saw', () => {
  const tracker = new SequenceTracker();
  const entry = (number: number, producer = 'p') => ({ producer, epoch: 1, number, messagesBefore: (number - 1) * 2 });
  tracker.startBehind(entry(10), 2);
  tracker.startBehind(entry(9), 2);
  tracker.startBehind(entry(5, 'silent'), 2);
  expect(tracker.missingBefore(entry(11))).toBe(0);
  expect(tracker.follow(entry(13), 2)).toEqual({ kind: 'gap', missing: 4 });
  tracker.forgetStarts();
  expect(tracker.follow(entry(13), 2)).toEqual({ kind: 'duplicate' });
  expect(tracker.follow(entry(5, 'silent'), 2)).toEqual({ kind: 'next' });
});
