import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstrumentId, parseInstrumentId, splitInstrumentId } from '../../src/market/instrument-id.ts';
import { instrumentIdParts } from './arbitraries.ts';

describe('the id of an instrument', () => {
  it.each([
    ['BTCUSDT.BINANCE', 'BTCUSDT', 'BINANCE'],
    ['XBT/USD.KRAKEN', 'XBT/USD', 'KRAKEN'],
    ['BTC-USD.P.DYDX', 'BTC-USD.P', 'DYDX'],
    ['tTESTBTC:TESTUSD.bitfinex', 'tTESTBTC:TESTUSD', 'bitfinex'],
    ['BRK B.us_N', 'BRK B', 'us_N'],
  ])('%s is symbol %s at venue %s', (id, symbol, venue) => {
    expect(splitInstrumentId(parseInstrumentId(id))).toEqual({ symbol, venue });
    expect(formatInstrumentId({ symbol, venue })).toBe(id);
  });

  it('parts and joins without loss', () => {
    fc.assert(
      fc.property(instrumentIdParts, (parts) => {
        expect(splitInstrumentId(formatInstrumentId(parts))).toEqual(parts);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    '',
    'BTCUSDT',
    '.BINANCE',
    'BTCUSDT.',
    '.',
    ' A.B',
    'A .B',
    'A.B ',
    'A\n.B',
    'A.\u0000B',
    5,
    null,
    undefined,
    {},
  ])('refuses %j', (input) => {
    expect(() => parseInstrumentId(input)).toThrow(expect.objectContaining({ code: 'INVALID_INSTRUMENT' }));
  });

  it('bounds both parts', () => {
    expect(parseInstrumentId(`${'A'.repeat(160)}.${'B'.repeat(32)}`)).toHaveLength(193);
    expect(() => parseInstrumentId(`${'A'.repeat(161)}.B`)).toThrow(expect.objectContaining({ path: 'symbol' }));
    expect(() => parseInstrumentId(`A.${'B'.repeat(33)}`)).toThrow(expect.objectContaining({ path: 'venue' }));
  });

  it('names the part that is wrong', () => {
    expect(() => formatInstrumentId({ symbol: 'BTC', venue: 'A.B' })).toThrow(
      expect.objectContaining({ path: 'venue' }),
    );
    expect(() => formatInstrumentId({ symbol: '', venue: 'A' })).toThrow(expect.objectContaining({ path: 'symbol' }));
  });
});
