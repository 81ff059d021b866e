import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FIRST, HASH, ID, SECOND, SLOT_SIZE, SlotTable, home, next } from '../../src/matching/slot-table.ts';

/** Every id that the slots of a hash lead to, with what was stored beside it. */
function idsOf({ slots }: SlotTable, hash: number): readonly (readonly [number, number, number])[] {
  const found: [number, number, number][] = [];
  for (let at = home(slots, hash); slots[at + ID] !== 0; at = next(slots, at)) {
    if (slots[at + HASH] === hash) found.push([slots[at + ID] ?? 0, slots[at + FIRST] ?? 0, slots[at + SECOND] ?? 0]);
  }
  return found.toSorted((a, b) => a[0] - b[0]);
}

test('finds exactly what is in it, under any insertions and removals with colliding hashes', () => {
  const step = fc.record({ id: fc.integer({ min: 1, max: 200 }), isRemoval: fc.boolean() });
  const property = fc.property(
    fc.array(step, { maxLength: 400, size: 'max' }),
    fc.constantFrom(3, 17, 1_000_003),
    (steps, spread) => {
      const table = new SlotTable();
      const present = new Set<number>();
      const hashOf = (id: number): number => Math.imul(id % 40, spread);
      for (const { id, isRemoval } of steps) {
        if (isRemoval) {
          table.remove(hashOf(id), id);
          present.delete(id);
        } else if (!present.has(id)) {
          table.insert(hashOf(id), id, id * 2, id * 3);
          present.add(id);
        }
      }
      for (let id = 1; id <= 200; id += 1) {
        const expected = [...present].filter((other) => hashOf(other) === hashOf(id)).toSorted((a, b) => a - b);
        expect(idsOf(table, hashOf(id))).toEqual(expected.map((other) => [other, other * 2, other * 3]));
      }
    },
  );
  fc.assert(property, { numRuns: 60, seed: 5 });
});

test('shrinks again when it is emptied', () => {
  const table = new SlotTable();
  for (let id = 1; id <= 10_000; id += 1) table.insert(Math.imul(id, 0x9e3779b1), id, 0, 0);
  const full = table.slots.length;
  expect(full).toBeGreaterThanOrEqual(20_000 * SLOT_SIZE);
  for (let id = 1; id <= 10_000; id += 1) table.remove(Math.imul(id, 0x9e3779b1), id);
  expect(table.slots.length).toBeLessThan(full / 100);
});
