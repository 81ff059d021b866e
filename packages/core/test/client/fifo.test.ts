import { PRIORITIES, type Priority } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo } from '../../src/client/delivering/fifo.ts';
import { PriorityFifo } from '../../src/client/delivering/priority-fifo.ts';

test('a Fifo behaves as an array under random interleavings', () => {
  const step = fc.oneof(
    fc.record({ push: fc.integer() }),
    fc.constant('shift' as const),
    fc.constant('clear' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const fifo = new Fifo<number>();
      let model: number[] = [];
      for (const action of steps) {
        if (action === 'shift') expect(fifo.shift()).toBe(model.shift());
        else if (action === 'clear') {
          fifo.clear();
          model = [];
        } else {
          fifo.push(action.push);
          model.push(action.push);
        }
        expect(fifo.size).toBe(model.length);
        expect(fifo.at(0)).toBe(model[0]);
        expect(fifo.at(model.length)).toBeUndefined();
      }
    }),
    { seed: 1_700_000_021 },
  );
});

test('a Fifo gives the room of a long queue back', () => {
  const fifo = new Fifo<number>();
  for (let i = 0; i < 100_000; i += 1) fifo.push(i);
  for (let i = 0; i < 100_000; i += 1) expect(fifo.shift()).toBe(i);
  expect(fifo.size).toBe(0);
  fifo.push(1);
  expect(fifo.shift()).toBe(1);
});

test('a PriorityFifo gives the most urgent first, and equals in the order in which they came', () => {
  const item = fc.record({ priority: fc.constantFrom(...PRIORITIES), value: fc.integer() });
  fc.assert(
    fc.property(fc.array(item), fc.nat(50), (items, taken) => {
      const fifo = new PriorityFifo<{ readonly priority: Priority; readonly value: number }>();
      for (const each of items) fifo.push(each.priority, each);
      const model = PRIORITIES.flatMap((priority) => items.filter((each) => each.priority === priority));
      for (let i = 0; i < taken; i += 1) {
        expect(fifo.first()).toBe(model[0]);
        expect(fifo.shift()).toBe(model.shift());
        expect(fifo.size).toBe(model.length);
      }
      expect(fifo.takeAll()).toEqual(model);
      expect(fifo.size).toBe(0);
    }),
    { seed: 1_700_000_022 },
  );
});
