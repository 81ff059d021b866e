import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createDecimal,
  formatDecimal,
  isMultipleOf,
  parseDecimalText,
  type DecimalText,
} from '../../src/market/decimal.ts';
import { createTickGrid, fromLots, fromTicks, toLots, toTicks } from '../../src/market/ticks.ts';
import { decimalText, positiveText } from './arbitraries.ts';

const text = (value: string): DecimalText => parseDecimalText(value);
const safeInteger = fc.maxSafeInteger();
/** Ticks as instruments have them: 1, 2, 25 or so, with up to 18 digits after the point. */
const tick = fc
  .record({ mantissa: fc.constantFrom(1n, 2n, 5n, 25n, 125n, 100n, 3n), scale: fc.nat(18) })
  .map((parts) => formatDecimal(createDecimal(parts)));

/** The answer or the message of the error: what two ways of computing must share. */
function outcome(compute: () => unknown): unknown {
  try {
    return compute();
  } catch (error) {
    return (error as Error).message;
  }
}

describe('toTicks and fromTicks', () => {
  it.each([
    ['61837.63', '0.01', 6183763],
    ['61837.5', '0.5', 123675],
    ['-0.25', '0.25', -1],
    ['0', '0.01', 0],
    ['0.00001814', '0.00000001', 1814],
    ['1000', '100', 10],
    ['90071992547409.91', '0.01', Number.MAX_SAFE_INTEGER],
  ])('%s at a tick of %s is %i ticks, and back', (price, step, ticks) => {
    expect(toTicks(text(price), { tick: text(step) })).toBe(ticks);
    expect(fromTicks(ticks, { tick: text(step) })).toBe(price);
    expect(toLots(text(price), { lot: text(step) })).toBe(ticks);
    expect(fromLots(ticks, { lot: text(step) })).toBe(price);
  });

  it('comes back from every safe integer', () => {
    fc.assert(
      fc.property(safeInteger, tick, (ticks, step) => {
        expect(toTicks(fromTicks(ticks, { tick: step }), { tick: step })).toBe(ticks);
      }),
    );
  });

  it('refuses a price beside the grid, unless told how to round', () => {
    const options = { tick: text('0.05') };
    expect(() => toTicks(text('1.07'), options)).toThrow(
      expect.objectContaining({ code: 'INVALID_DECIMAL', expected: 'a multiple of 0.05', received: '"1.07"' }),
    );
    expect(toTicks(text('1.07'), { ...options, rounding: 'down' })).toBe(21);
    expect(toTicks(text('1.07'), { ...options, rounding: 'up' })).toBe(22);
    expect(toTicks(text('1.075'), { ...options, rounding: 'half-even' })).toBe(22);
  });

  it('refuses what a safe integer cannot hold', () => {
    expect(() => toTicks(text('90071992547409.92'), { tick: text('0.01') })).toThrow(
      /at most 9007199254740991 steps of 0.01/,
    );
    expect(() => toTicks(text('-90071992547409.92'), { tick: text('0.01') })).toThrow(
      expect.objectContaining({ code: 'INVALID_DECIMAL' }),
    );
    for (const ticks of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => fromTicks(ticks, { tick: text('0.01') })).toThrow(/a safe integer of ticks or lots/);
    }
  });

  it.each(['0', '-0.01'])('refuses the tick %s', (step) => {
    expect(() => toTicks(text('1'), { tick: text(step) })).toThrow(/a step greater than zero/);
    expect(() => createTickGrid(text(step))).toThrow(/a step greater than zero/);
  });
});

describe('a tick grid', () => {
  it('answers as the exact path does, on the grid and beside it', () => {
    const grids = fc.oneof(tick, positiveText);
    fc.assert(
      fc.property(grids, decimalText, safeInteger, (step, value, ticks) => {
        const grid = createTickGrid(step);
        expect(outcome(() => grid.toTicks(value))).toEqual(outcome(() => toTicks(value, { tick: step })));
        expect(outcome(() => grid.fromTicks(ticks))).toEqual(outcome(() => fromTicks(ticks, { tick: step })));
      }),
      { numRuns: 1000 },
    );
  });

  it('comes back from every number of ticks', () => {
    fc.assert(
      fc.property(tick, fc.integer(), (step, ticks) => {
        const grid = createTickGrid(step);
        const price = grid.fromTicks(ticks);
        expect(isMultipleOf(price, step)).toBe(true);
        expect(grid.toTicks(price)).toBe(ticks);
      }),
      { numRuns: 1000 },
    );
  });

  it('is exact at the edge of safe integers, where floats begin to round', () => {
    const grid = createTickGrid(text('0.01'));
    expect(grid.toTicks(text('90071992547409.91'))).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => grid.toTicks(text('90071992547409.92'))).toThrow(/steps/);
    expect(() => grid.toTicks(text('90071992547409.93'))).toThrow(/steps/);
    expect(() => createTickGrid(text('0.00000001')).toTicks(text('99999999999999'))).toThrow(/steps/);
    expect(() => createTickGrid(text('1')).toTicks(text('12345678901234567890'))).toThrow(/steps/);
    expect(createTickGrid(text('2')).toTicks(text('9007199254740992'))).toBe(2 ** 52);
    expect(createTickGrid(text('1')).fromTicks(Number.MIN_SAFE_INTEGER)).toBe('-9007199254740991');
  });

  it('never gives minus zero', () => {
    const grid = createTickGrid(text('0.01'));
    expect(Object.is(grid.toTicks('-0' as DecimalText), 0)).toBe(true);
    expect(grid.fromTicks(-0)).toBe('0');
  });

  it.each(['', '-', '.', '1.', '.5', '1e3', 'abc', '1.2.3'])('refuses the cast text %j', (value) => {
    const grid = createTickGrid(text('0.1'));
    expect(() => grid.toTicks(value as DecimalText)).toThrow(expect.objectContaining({ code: 'INVALID_DECIMAL' }));
  });

  it('shows its step in canonical text', () => {
    expect(createTickGrid({ mantissa: 50n, scale: 2 }).step).toBe('0.5');
  });
});
