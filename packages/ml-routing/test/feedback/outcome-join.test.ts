import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutcomeJoin } from '../../src/index.ts';
import { outcome } from '../support/outcome.ts';

describe('joining outcomes to decisions', () => {
  test('does what a map with a bounded queue would do, whatever comes in whatever order', () => {
    const step = fc.record({ decide: fc.boolean(), pick: fc.nat(), gap: fc.integer({ min: 1, max: 4_096 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const join = new OutcomeJoin(8);
        const open: { sequence: number; place: number }[] = [];
        const written = new Map<number, number>();
        let sequence = 0;
        let given = 0;
        for (const { decide, pick, gap } of steps) {
          if (decide) {
            sequence += gap;
            const place = join.decided(sequence, sequence / 2);
            expect(place).toBe(given % 8);
            given += 1;
            const overwritten = written.get(place);
            const at = open.findIndex((each) => each.sequence === overwritten);
            if (at >= 0) open.splice(at, 1);
            written.set(place, sequence);
            open.push({ sequence, place });
          } else if (open.length > 0) {
            const [taken] = open.splice(pick % open.length, 1);
            if (taken === undefined) continue;
            const { sequence: settled, place } = taken;
            expect(join.settle(outcome({ sequence: settled, publishedAtMs: settled / 2 }))).toBe(place);
            expect(join.settle(outcome({ sequence: settled, publishedAtMs: settled / 2 }))).toBe(-1);
          }
          expect(join.open).toBe(open.length);
          expect(join.joined + join.unjoined + join.open).toBe(given);
        }
      }),
    );
  });

  test('an outcome of another producer with the same sequence is not its outcome', () => {
    const join = new OutcomeJoin(8);
    join.decided(1, 10);
    const second = join.decided(2, 11);
    expect(join.settle(outcome({ producer: 'other', sequence: 1, publishedAtMs: 10.5 }))).toBe(-1);
    expect(join.settle(outcome({ producer: 'own', sequence: 1, publishedAtMs: 10 }))).toBe(0);
    // From here on it is known which producer is its own.
    expect(join.settle(outcome({ producer: 'other', sequence: 2, publishedAtMs: 11 }))).toBe(-1);
    expect(join.settle(outcome({ producer: 'own', sequence: 2, publishedAtMs: 11 }))).toBe(second);
  });

  test('decisions whose outcome never comes are given up when the ring comes round, and counted', () => {
    const join = new OutcomeJoin(8);
    for (let sequence = 0; sequence < 20; sequence += 1) join.decided(sequence, 0);
    expect([join.open, join.unjoined, join.joined]).toEqual([8, 12, 0]);
  });
});
