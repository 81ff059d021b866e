import { describe, expect, test } from 'vitest';
import { exact, quantity, stretchText, text, type Unit } from '../../ui/src/format/quantity.ts';
import { ago, until } from '../../ui/src/format/time.ts';

/** With a plain space, to be read here. */
const shown = (value: number | null | undefined, unit: Unit): string => text(value, unit).replaceAll('\u202F', ' ');

describe('numbers with units', () => {
  test.each([
    [null, 'not measured yet'],
    [0.25, 'of the last 250 ms'],
    [1.004, 'of the last 1 s'],
    [60.02, 'of the last 60 s'],
  ])('a stretch of %s s reads "%s"', (seconds, words) => {
    expect(stretchText(seconds).replaceAll('\u202F', ' ')).toBe(words);
  });

  test.each<[number, Unit, string]>([
    [0, 'perSecond', '0 /s'],
    [0.4, 'perSecond', '0.4 /s'],
    [999.6, 'perSecond', '1 k/s'],
    [12_345, 'perSecond', '12.3 k/s'],
    [4_560_000, 'count', '4.56 M'],
    [7, 'count', '7'],
    [0, 'seconds', '0 ms'],
    [0.000_000_4, 'seconds', '400 ns'],
    [0.000_45, 'seconds', '450 µs'],
    [0.012, 'seconds', '12 ms'],
    [3.2, 'seconds', '3.2 s'],
    [600, 'seconds', '10 min'],
    [12.5, 'ms', '12.5 ms'],
    [-0.001_2, 'seconds', '−1.2 ms'],
    [180_000_000, 'bytes', '180 MB'],
    [12, 'bytes', '12 B'],
    [0.333_33, 'ratio', '33.3 %'],
    [0.000_579, 'ratio', '0.06 %'],
    [0.065_98, 'number', '0.066'],
    [1_234_567, 'number', '1,234,567'],
    [Infinity, 'seconds', '∞'],
  ])('%d as %s is %s', (value, unit, expected) => {
    expect(shown(value, unit)).toBe(expected);
  });

  test('what is not known is a dash and no zero', () => {
    expect([shown(null, 'bytes'), shown(undefined, 'ratio'), shown(Number.NaN, 'count'), exact(undefined)]).toEqual([
      '–',
      '–',
      '–',
      '–',
    ]);
  });

  test('digits and unit stand apart', () => {
    expect(quantity(1_500, 'perSecond')).toEqual({ digits: '1.5', unit: 'k/s' });
    expect(exact(1_234_567)).toBe('1,234,567');
  });
});

describe('ages', () => {
  test.each([
    [400, 'now'],
    [-5_000, 'now'],
    [3_000, '3 s ago'],
    [240_000, '4 min ago'],
    [9_000_000, '3 h ago'],
    [400_000_000, '5 d ago'],
  ])('%d ms are %s', (ms, expected) => {
    expect(ago(1_000_000_000_000 - ms, 1_000_000_000_000).replaceAll('\u202F', ' ')).toBe(expected);
  });

  test('what is to come is told the same way', () => {
    expect(until(61_000, 1_000).replaceAll('\u202F', ' ')).toBe('in 60 s');
    expect(until(0, 1_000)).toBe('now');
  });
});
