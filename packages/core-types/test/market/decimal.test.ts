import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DECIMAL_LIMITS,
  addDecimals,
  compareDecimals,
  createDecimal,
  formatDecimal,
  isDecimalText,
  isMultipleOf,
  multiplyDecimals,
  parseDecimal,
  parseDecimalText,
  subtractDecimals,
  type Decimal,
  type DecimalText,
} from '../../src/market/decimal.ts';
import { decimalParts, decimalText, positiveText } from './arbitraries.ts';

const text = (value: string): DecimalText => parseDecimalText(value);

describe('reading a decimal number', () => {
  it.each([
    ['0', '0'],
    ['61837.63', '61837.63'],
    ['0.3520', '0.352'],
    ['007', '7'],
    ['000.5', '0.5'],
    ['10.00', '10'],
    ['100', '100'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['-00.0120', '-0.012'],
    ['0.00000001', '0.00000001'],
  ])('brings %s into its canonical text %s', (input, canonical) => {
    expect(parseDecimalText(input)).toBe(canonical);
    expect(isDecimalText(canonical)).toBe(true);
    expect(isDecimalText(input)).toBe(input === canonical);
  });

  it.each([
    '',
    ' ',
    '.',
    '-',
    '.5',
    '5.',
    '-.5',
    '1.2.3',
    '+1',
    '1e5',
    '1E-8',
    'NaN',
    'Infinity',
    '-Infinity',
    '0x10',
    '1_000',
    '1,5',
    ' 1',
    '1 ',
    '--1',
    '1-',
    '١',
    '１',
    '1\n',
    '\u0000',
  ])('refuses %j', (input) => {
    expect(() => parseDecimalText(input)).toThrow(expect.objectContaining({ code: 'INVALID_DECIMAL' }));
    expect(isDecimalText(input)).toBe(false);
  });

  it.each([0.1, 5, Number.NaN, 5n, null, undefined, {}, ['1'], new String('1')])(
    'refuses %s, which is no text',
    (input) => {
      expect(() => parseDecimal(input)).toThrow(expect.objectContaining({ code: 'INVALID_DECIMAL' }));
    },
  );

  it('says what came and what to do', () => {
    expect(() => parseDecimalText(0.1)).toThrow(
      /received 0\.1\. Pass prices and sizes as the text that the venue sent/,
    );
  });

  it('takes up to 76 digits and not one more', () => {
    const digits = '9'.repeat(DECIMAL_LIMITS.maxDigits);
    expect(parseDecimalText(digits)).toBe(digits);
    expect(parseDecimalText(`${digits.slice(1)}.9`)).toBe(`${digits.slice(1)}.9`);
    expect(parseDecimalText(`0.${digits}`)).toBe(`0.${digits}`);
    expect(() => parseDecimalText(`9${digits}`)).toThrow(/at most 76 digits/);
    expect(() => parseDecimalText(`0.0${digits}`)).toThrow(/at most 76 digits/);
  });

  it('looks at the length of a huge text before its characters', () => {
    expect(() => parseDecimalText('1'.repeat(50_000_000))).toThrow(/received "1{70,79}…/);
  });

  it('returns a canonical text as it is', () => {
    fc.assert(fc.property(decimalText, (canonical) => parseDecimalText(canonical) === canonical));
  });
});

describe('computing', () => {
  it('reads back what it formats, and formats back what it reads', () => {
    fc.assert(
      fc.property(decimalParts, (parts) => {
        const value = createDecimal(parts);
        expect(parseDecimal(formatDecimal(value))).toEqual(value);
        expect(formatDecimal(parseDecimal(formatDecimal(value)))).toBe(formatDecimal(value));
      }),
    );
  });

  it('keeps the value of a text with zeros that are not canonical', () => {
    fc.assert(
      fc.property(decimalText, fc.nat(20), fc.nat(20), (canonical, leading, trailing) => {
        const [, sign = '', integer = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(canonical) ?? [];
        const padded = `${sign}${'0'.repeat(leading)}${integer}.${fraction}0${'0'.repeat(trailing)}`;
        expect(parseDecimalText(padded)).toBe(canonical);
      }),
    );
  });

  it('reduces, so that equal values have equal fields', () => {
    expect(createDecimal({ mantissa: 3520n, scale: 4 })).toEqual({ mantissa: 352n, scale: 3 });
    expect(createDecimal({ mantissa: 0n, scale: 9 })).toEqual({ mantissa: 0n, scale: 0 });
    expect(createDecimal({ mantissa: -500n, scale: 1 })).toEqual({ mantissa: -50n, scale: 0 });
  });

  it('refuses parts that make no decimal number', () => {
    const wrong: unknown[] = [
      { mantissa: 1n, scale: -1 },
      { mantissa: 1n, scale: 0.5 },
      { mantissa: 1n, scale: 200 },
      { mantissa: 1, scale: 0 },
      { mantissa: 10n ** 76n, scale: 0 },
      { mantissa: 1n, scale: 77 },
    ];
    for (const parts of wrong) {
      expect(() => createDecimal(parts as Decimal)).toThrow(expect.objectContaining({ code: 'INVALID_DECIMAL' }));
    }
  });

  it('adds what binary floats cannot', () => {
    expect(formatDecimal(addDecimals(text('0.1'), text('0.2')))).toBe('0.3');
    expect(formatDecimal(multiplyDecimals(text('1.1'), text('1.1')))).toBe('1.21');
    expect(formatDecimal(subtractDecimals(text('0.3'), text('0.1')))).toBe('0.2');
  });

  it('obeys the laws of arithmetic', () => {
    fc.assert(
      fc.property(decimalText, decimalText, decimalText, (a, b, c) => {
        expect(addDecimals(a, b)).toEqual(addDecimals(b, a));
        expect(addDecimals(addDecimals(a, b), c)).toEqual(addDecimals(a, addDecimals(b, c)));
        expect(subtractDecimals(addDecimals(a, b), b)).toEqual(parseDecimal(a));
        expect(multiplyDecimals(a, b)).toEqual(multiplyDecimals(b, a));
      }),
    );
  });

  it('distributes products over sums, digit for digit', () => {
    const short = fc
      .record({ mantissa: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), scale: fc.nat(10) })
      .map((parts) => createDecimal(parts));
    fc.assert(
      fc.property(short, short, short, (a, b, c) => {
        expect(multiplyDecimals(a, addDecimals(b, c))).toEqual(
          addDecimals(multiplyDecimals(a, b), multiplyDecimals(a, c)),
        );
      }),
    );
  });

  it('says so when a result has more than 76 digits', () => {
    const large = text('9'.repeat(76));
    expect(() => multiplyDecimals(large, text('10'))).toThrow(expect.objectContaining({ code: 'INVALID_DECIMAL' }));
    expect(() => addDecimals(large, text('1'))).toThrow(/at most 76 digits/);
    expect(() => addDecimals(large, text('0.1'))).toThrow(/at most 76 digits/);
  });
});

describe('comparing', () => {
  it('orders texts as it orders values', () => {
    fc.assert(
      fc.property(decimalText, decimalText, (a, b) => {
        const byText = Math.sign(compareDecimals(a, b));
        expect(byText).toBe(Math.sign(compareDecimals(parseDecimal(a), parseDecimal(b))));
        expect(byText).toBe(Math.sign(Number(subtractDecimals(a, b).mantissa)));
        expect(byText === 0).toBe(a === b);
      }),
      { numRuns: 1000 },
    );
  });

  it('orders near and awkward neighbours', () => {
    const ascending = [
      '-100',
      '-99.5',
      '-99.45',
      '-1',
      '-0.1',
      '-0.01',
      '0',
      '0.01',
      '0.1',
      '0.11',
      '0.2',
      '1',
      '2',
      '9.99',
      '10',
      '99.45',
      '99.5',
      '100',
    ];
    const shuffled = ascending.toReversed().map(text);
    expect(shuffled.toSorted(compareDecimals)).toEqual(ascending);
  });
});

describe('isMultipleOf', () => {
  it('is exact where floats are not', () => {
    expect(isMultipleOf(text('0.3'), text('0.1'))).toBe(true);
    expect(isMultipleOf(text('0.35'), text('0.1'))).toBe(false);
    expect(isMultipleOf(text('-61837.5'), text('0.5'))).toBe(true);
    expect(isMultipleOf(text('0'), text('7'))).toBe(true);
  });

  it('knows every product with an integer', () => {
    fc.assert(
      fc.property(positiveText, fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (step, times) => {
        expect(isMultipleOf(multiplyDecimals(step, createDecimal({ mantissa: times, scale: 0 })), step)).toBe(true);
      }),
    );
  });

  it.each(['0', '-0.1'])('refuses the step %s', (step) => {
    expect(() => isMultipleOf(text('1'), text(step))).toThrow(/a step greater than zero/);
  });
});
