import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from '../../src/timeline/event-queue.ts';

test('an event queue gives what a stable sort by time and key would give', () => {
  const entries = fc.array(fc.tuple(fc.nat({ max: 20 }), fc.constantFrom('', 'a', 'b')), { maxLength: 60 });
  fc.assert(
    fc.property(entries, (pushed) => {
      const queue = new EventQueue<number>();
      for (const [index, [atMicros, tieKey]] of pushed.entries()) queue.push(atMicros, index, tieKey);
      const expected = pushed
        .map(([atMicros, tieKey], index) => ({ atMicros, tieKey, index }))
        .toSorted(
          (a, b) => a.atMicros - b.atMicros || (a.tieKey < b.tieKey ? -1 : a.tieKey > b.tieKey ? 1 : a.index - b.index),
        );
      const popped: (number | undefined)[] = [];
      while (queue.size > 0) popped.push(queue.pop()?.value);
      expect(popped).toEqual(expected.map(({ index }) => index));
      expect(queue.pop()).toBeUndefined();
    }),
  );
});

test('pushes in between pops find their place', () => {
  const operations = fc.array(fc.oneof(fc.record({ push: fc.nat({ max: 50 }) }), fc.constant('pop' as const)), {
    maxLength: 100,
  });
  fc.assert(
    fc.property(operations, (all) => {
      const queue = new EventQueue<number>();
      const model: number[] = [];
      for (const operation of all) {
        const popped = operation === 'pop' ? [queue.pop()?.atMicros, model.shift()] : [];
        if (operation !== 'pop') {
          queue.push(operation.push, operation.push);
          model.push(operation.push);
          model.sort((a, b) => a - b);
        }
        expect(popped[0]).toBe(popped[1]);
        expect(queue.peek()?.atMicros).toBe(model[0]);
      }
    }),
  );
});
