import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideDecimals, roundToMultiple, type RoundingMode } from '../../src/market/decimal-rounding.ts';
import {
  addDecimals,
  compareDecimals,
  formatDecimal,
  isMultipleOf,
  multiplyDecimals,
  parseDecimal,
  parseDecimalText,
  subtractDecimals,
  type DecimalText,
} from '../../src/market/decimal.ts';
import { decimalText, positiveText } from './arbitraries.ts';

const text = (value: string): DecimalText => parseDecimalText(value);
const modes: readonly RoundingMode[] = ['down', 'up', 'floor', 'ceiling', 'half-even'];
const mode = fc.constantFrom(...modes);

describe('roundToMultiple', () => {
  it.each<[string, Record<RoundingMode, string>]>([
    ['2.5', { down: '2', up: '3', floor: '2', ceiling: '3', 'half-even': '2' }],
    ['-2.5', { down: '-2', up: '-3', floor: '-3', ceiling: '-2', 'half-even': '-2' }],
    ['3.5', { down: '3', up: '4', floor: '3', ceiling: '4', 'half-even': '4' }],
    ['-3.5', { down: '-3', up: '-4', floor: '-4', ceiling: '-3', 'half-even': '-4' }],
    ['2.7', { down: '2', up: '3', floor: '2', ceiling: '3', 'half-even': '3' }],
    ['2.3', { down: '2', up: '3', floor: '2', ceiling: '3', 'half-even': '2' }],
    ['-0.2', { down: '0', up: '-1', floor: '-1', ceiling: '0', 'half-even': '0' }],
    ['4', { down: '4', up: '4', floor: '4', ceiling: '4', 'half-even': '4' }],
  ])('rounds %s to whole numbers by each mode', (value, expected) => {
    for (const rounding of modes) {
      expect(formatDecimal(roundToMultiple(text(value), { step: text('1'), rounding }))).toBe(expected[rounding]);
    }
  });

  it('rounds to a step that is no power of ten', () => {
    expect(formatDecimal(roundToMultiple(text('61837.68'), { step: text('0.5'), rounding: 'down' }))).toBe('61837.5');
    expect(formatDecimal(roundToMultiple(text('0.0126'), { step: text('0.0025'), rounding: 'half-even' }))).toBe(
      '0.0125',
    );
  });

  it('lands on the grid, less than a step away, and leaves what is on it', () => {
    fc.assert(
      fc.property(decimalText, positiveText, mode, (value, step, rounding) => {
        const rounded = roundToMultiple(value, { step, rounding });
        expect(isMultipleOf(rounded, step)).toBe(true);
        const distance = formatDecimal(subtractDecimals(rounded, value)).replace('-', '') as DecimalText;
        expect(compareDecimals(distance, step)).toBeLessThan(0);
        expect(roundToMultiple(rounded, { step, rounding })).toEqual(rounded);
      }),
    );
  });

  it('goes where its mode says', () => {
    fc.assert(
      fc.property(decimalText, positiveText, (value, step) => {
        const floor = roundToMultiple(value, { step, rounding: 'floor' });
        const ceiling = roundToMultiple(value, { step, rounding: 'ceiling' });
        expect(compareDecimals(floor, parseDecimal(value))).toBeLessThanOrEqual(0);
        expect(compareDecimals(ceiling, parseDecimal(value))).toBeGreaterThanOrEqual(0);
        const negative = value.startsWith('-');
        expect(roundToMultiple(value, { step, rounding: 'down' })).toEqual(negative ? ceiling : floor);
        expect(roundToMultiple(value, { step, rounding: 'up' })).toEqual(negative ? floor : ceiling);
        const nearest = roundToMultiple(value, { step, rounding: 'half-even' });
        const below = subtractDecimals(value, floor);
        const above = subtractDecimals(ceiling, value);
        const nearer = compareDecimals(below, above);
        const even = isMultipleOf(floor, multiplyDecimals(step, text('2'))) ? floor : ceiling;
        expect(nearest).toEqual(nearer === 0 ? even : nearer < 0 ? floor : ceiling);
      }),
    );
  });

  it('refuses an unknown mode, even where nothing is to be rounded', () => {
    const rounding = 'nearest' as RoundingMode;
    expect(() => roundToMultiple(text('2'), { step: text('1'), rounding })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', path: 'rounding' }),
    );
  });
});

describe('divideDecimals', () => {
  it('divides to the digits asked for', () => {
    expect(formatDecimal(divideDecimals(text('1'), text('3'), { scale: 4, rounding: 'down' }))).toBe('0.3333');
    expect(formatDecimal(divideDecimals(text('2'), text('3'), { scale: 4, rounding: 'half-even' }))).toBe('0.6667');
    expect(formatDecimal(divideDecimals(text('-1'), text('8'), { scale: 2, rounding: 'half-even' }))).toBe('-0.12');
    expect(formatDecimal(divideDecimals(text('1'), text('-8'), { scale: 2, rounding: 'floor' }))).toBe('-0.13');
    expect(formatDecimal(divideDecimals(text('-1'), text('-8'), { scale: 2, rounding: 'up' }))).toBe('0.13');
    expect(formatDecimal(divideDecimals(text('100'), text('0.5'), { scale: 0, rounding: 'down' }))).toBe('200');
  });

  it('is the inverse of multiplication where that is exact', () => {
    fc.assert(
      fc.property(decimalText, positiveText, (value, divisor) => {
        const product = multiplyDecimals(value, divisor);
        const quotient = divideDecimals(product, divisor, { scale: 30, rounding: 'down' });
        expect(quotient).toEqual(parseDecimal(value));
        expect(addDecimals(quotient, text('0'))).toEqual(quotient);
      }),
    );
  });

  it('refuses zero and impossible scales', () => {
    expect(() => divideDecimals(text('1'), text('0'), { scale: 2, rounding: 'down' })).toThrow(
      /a divisor other than zero/,
    );
    for (const scale of [-1, 0.5, 77, Number.NaN]) {
      expect(() => divideDecimals(text('1'), text('2'), { scale, rounding: 'down' })).toThrow(/a scale from 0 to 76/);
    }
  });
});
