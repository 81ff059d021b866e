import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBarType,
  parseBarType,
  splitBarType,
  type BarType,
  type BarTypeParts,
} from '../../src/market/bar-type.ts';
import { barTypeParts } from './arbitraries.ts';

describe('a bar type', () => {
  it("is read in NautilusTrader's spelling", () => {
    expect(splitBarType(parseBarType('BTC-USD.P.DYDX-15-MINUTE-LAST-EXTERNAL'))).toEqual({
      instrumentId: 'BTC-USD.P.DYDX',
      step: 15,
      aggregation: 'MINUTE',
      priceType: 'LAST',
      source: 'EXTERNAL',
    });
  });

  it('comes back from its text', () => {
    fc.assert(
      fc.property(barTypeParts, (parts) => {
        const text = formatBarType(parts);
        expect(parseBarType(text)).toBe(text);
        expect(splitBarType(text)).toEqual(parts);
      }),
    );
  });

  it('tells every part that is wrong', () => {
    expect(() => parseBarType('BTCUSDT-0-MINUTES-LAST-OUTSIDE')).toThrow(
      expect.objectContaining({
        code: 'INVALID_BAR_TYPE',
        issues: [
          expect.objectContaining({ path: 'instrumentId', received: '"BTCUSDT"' }),
          expect.objectContaining({ path: 'step', received: '"0"' }),
          expect.objectContaining({ path: 'aggregation', received: '"MINUTES"' }),
          expect.objectContaining({ path: 'source', received: '"OUTSIDE"' }),
        ],
        cause: expect.objectContaining({ code: 'INVALID_INSTRUMENT' }),
      }),
    );
  });

  it.each([
    '',
    'BTCUSDT.BINANCE',
    'A.B-1-MINUTE-LAST',
    'A.B-01-MINUTE-LAST-EXTERNAL',
    'A.B-1.5-MINUTE-LAST-EXTERNAL',
    'A.B-1-minute-LAST-EXTERNAL',
    'A.B-5-MINUTE-LAST-INTERNAL@1-MINUTE-EXTERNAL',
    5,
    null,
  ])('refuses %j', (input) => {
    expect(() => parseBarType(input)).toThrow(expect.objectContaining({ code: 'INVALID_BAR_TYPE' }));
  });

  it('refuses a huge text at once', () => {
    expect(() => parseBarType('-'.repeat(1_000_000))).toThrow(expect.objectContaining({ code: 'INVALID_BAR_TYPE' }));
  });

  it('checks what it joins and what was cast', () => {
    expect(() => formatBarType({ instrumentId: 'A.B', step: 1.5 } as unknown as BarTypeParts)).toThrow(
      /step: expected an integer/,
    );
    expect(() => splitBarType('A.B' as BarType)).toThrow(expect.objectContaining({ code: 'INVALID_BAR_TYPE' }));
  });
});
