import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WireDecoder } from '../src/decoding/wire-decoder.ts';
import { ArbitrageDetector } from '../src/detection/arbitrage-detector.ts';
import type { InstrumentRow } from '../src/market/instrument-row.ts';
import { readers, seen } from './wire-readers.ts';
import { mutated, wireMessages } from './wire-messages.ts';

const VENUE = 'BINANCE';
const row = (symbol: string, grid: Partial<InstrumentRow>): InstrumentRow => ({
  venue: VENUE,
  symbol,
  base: symbol.slice(0, 3),
  quote: 'USDT',
  kind: 'spot',
  takerFeePpm: 1000,
  ...grid,
});
const rows = [
  row('BTCUSDT', { tickSize: '0.01', lotSize: '0.00001' }),
  row('ETHUSDT', { tickSize: '0.05', lotSize: '0.3' }),
  row('DOGE', { tickSize: '0.0000001', lotSize: '10' }),
  row('BTCUSD_PERP', { kind: 'perp', tickSize: '0.1', lotSize: '1', contractValue: '100', inverse: true }),
  row('NOGRID', {}),
];
const detector = new ArbitrageDetector({ instruments: rows });

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('reading bytes gives what parsing gives, or nothing', () => {
  test('for generated messages, of which more than a thousand are read by their bytes', () => {
    const { compare } = readers(detector, VENUE);
    let read = 0;
    fc.assert(
      fc.property(wireMessages(rows), (message) => {
        if (compare(encode(message))) read += 1;
      }),
      { numRuns: 5000, seed: 3 },
    );
    expect(read).toBeGreaterThan(1000);
  });

  test('for messages with bytes changed, left out, put in, doubled and cut', () => {
    const { compare } = readers(detector, VENUE);
    let read = 0;
    fc.assert(
      fc.property(mutated(wireMessages(rows)), (message) => {
        if (compare(message)) read += 1;
      }),
      { numRuns: 10_000, seed: 5 },
    );
    expect(read).toBeGreaterThan(100);
  });

  test.each([
    ['a member twice', '{"u":1,"s":"BTCUSDT","b":"1.00","B":"1.00000","a":"2.00","A":"1.00000","b":"1.50"}'],
    ['an escaped name', String.raw`{"u":1,"s":"BTCUSDT","b":"1.00","B":"1","a":"2.00","A":"1","\u0062":"1.50"}`],
    ['white space', '{"u":1, "s":"BTCUSDT","b":"1.00","B":"1","a":"2.00","A":"1"}'],
    ['the symbol last', '{"u":1,"b":"1.00","B":"1","a":"2.00","A":"1","s":"BTCUSDT"}'],
    ['more digits than a float holds', '{"s":"BTCUSDT","b":"90071992547.40993","B":"1","a":"2","A":"1"}'],
    ['a price between two ticks', '{"s":"BTCUSDT","b":"1.005","B":"1","a":"2","A":"1"}'],
    ['a price of zero', '{"s":"BTCUSDT","b":"0.00","B":"0","a":"2","A":"1"}'],
    ['a price beyond all markets', '{"s":"DOGE","b":"1000000000001","B":"10","a":"2","A":"10"}'],
    ['a number in the place of a text', '{"s":"BTCUSDT","b":1.5,"B":"1","a":"2","A":"1"}'],
    ['an instrument without a grid', '{"s":"NOGRID","b":"1.5","B":"1","a":"2","A":"1"}'],
    ['an unknown symbol', '{"s":"BTCUSDC","b":"1.5","B":"1","a":"2","A":"1"}'],
    ['what is no JSON', '{"s":"BTCUSDT","b":"1.5","B":"1","a":"2","A":"1"}}'],
    ['a decimal without a digit before its point', '{"s":"BTCUSDT","b":".5","B":"1","a":"2","A":"1"}'],
    ['nothing', ''],
  ])('%s is left to parsing', (_, message) => {
    expect(readers(detector, VENUE).compare(encode(message))).toBe(false);
  });
});

describe('a decoder', () => {
  test('reads a quote into ticks and lots', () => {
    const decoder = new WireDecoder({ directory: detector, venue: VENUE });
    const text =
      '{"stream":"btcusdt@bookTicker","data":{"u":7,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"0.00000000"}}';
    expect(decoder.decode(encode(text))).toBe('QUOTE');
    expect(seen(decoder.update)).toMatchObject({
      slot: detector.slotOf(VENUE, 'BTCUSDT'),
      lastSequence: 7,
      bids: [[6_183_763, 378_826]],
      asks: [[6_183_764, 0]],
      isOnGrid: true,
    });
    expect(decoder.counts().parsed).toBe(0);
  });

  test('counts sizes of contracts in contracts', () => {
    const decoder = new WireDecoder({ directory: detector, venue: VENUE });
    const text = '{"e":"trade","E":5,"s":"BTCUSD_PERP","t":1,"p":"61804.7","q":"35","m":true}';
    expect(decoder.decode(encode(text))).toBe('TRADE');
    expect(seen(decoder.update)).toMatchObject({ trades: [[618_047, 35]], isSellerTaker: true, eventMs: 5 });
  });

  test('keeps the texts of what is not on the grid, and counts it', () => {
    const decoder = new WireDecoder({ directory: detector, venue: VENUE });
    expect(decoder.decode(encode('{"s":"BTCUSDT","b":"1.005","B":"1","a":"2","A":"1"}'))).toBe('QUOTE');
    expect(decoder.update.isOnGrid).toBe(false);
    expect(decoder.update.texts).toEqual({ bids: [['1.005', '1']], asks: [['2', '1']], trades: [] });
    expect(decoder.decode(encode('{"e":"kline","s":"BTCUSDT","k":{}}'))).toBe('OTHER');
    expect(decoder.decode(encode('{"result":null,"id":1}'))).toBe('OTHER');
    expect(decoder.decode(encode('[1]'))).toBe('MALFORMED');
    expect(decoder.decode(Uint8Array.of(0xef, 0xbb, 0xbf, 123, 125))).toBe('MALFORMED');
    expect(decoder.decode(encode('{"e":"trade","s":"X","p":"1","q":"1","m":true}'))).toBe('UNKNOWN_INSTRUMENT');
    const { kinds, parsed, offGrid } = decoder.counts();
    expect(kinds).toMatchObject({ QUOTE: 1, OTHER: 2, MALFORMED: 2, UNKNOWN_INSTRUMENT: 1 });
    expect([parsed, offGrid]).toEqual([6, 1]);
  });
});
