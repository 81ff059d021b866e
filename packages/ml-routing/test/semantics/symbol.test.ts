import { expect, test } from 'vitest';
import { CurrencyBook } from '../../src/semantics/currency-book.ts';
import { readExpiry } from '../../src/semantics/expiry.ts';
import { FacetLexicon } from '../../src/semantics/facet-lexicon.ts';
import { readInterval } from '../../src/semantics/bar-interval.ts';
import { readSymbol } from '../../src/semantics/symbol.ts';
import { readInstruments } from './recorded-instruments.ts';

const currencies = new CurrencyBook();

test.each([
  ['BTCUSDT', 'BTC', 'USDT', undefined],
  ['XBT/USD', 'BTC', 'USD', undefined],
  ['BTC-USD', 'BTC', 'USD', undefined],
  ['BTC_USDC', 'BTC', 'USDC', undefined],
  ['BTC-PERP', 'BTC', undefined, 'perp'],
  ['BTCUSDT-PERP', 'BTC', 'USDT', 'perp'],
  ['BTCUSD_PERP', 'BTC', 'USD', 'perp'],
  ['BTC-USDT-SWAP', 'BTC', 'USDT', 'perp'],
  ['XBTUSDTM', 'BTC', 'USDT', 'perp'],
  ['tBTCUSD', 'BTC', 'USD', undefined],
  ['BTC-USD-220527', 'BTC', 'USD', 'future'],
  ['XBTM22', 'BTC', undefined, 'future'],
  ['BTC-24JUN22-15000-C', 'BTC', undefined, 'option'],
  ['yfihusd', 'YFI', 'HUSD', undefined],
  ['ETHUSD', 'ETH', 'USD', undefined],
  ['usdteur', 'USDT', 'EUR', undefined],
])('%s is %s / %s, %s', (text, base, quote, instrument) => {
  expect(readSymbol(text, { currencies, trusted: false })).toMatchObject({ base, quote, instrument });
});

test('an option says its expiry, strike and right', () => {
  expect(readSymbol('ETH-30SEP22-2000-P', { currencies, trusted: false })).toMatchObject({
    expiry: '2022-09-30',
    strike: '2000',
    right: 'put',
  });
});

test.each(['trades', 'registry', 'heartbeat', 'binance', '', '---', 'BTC-', 'x'.repeat(300), 'BTC/USD/EUR'])(
  '%j is no symbol where nothing says that it is one',
  (text) => {
    expect(readSymbol(text, { currencies, trusted: false })?.quote).toBeUndefined();
  },
);

test('an unknown base is believed in the place of a symbol, with the usual quote and less confidence', () => {
  expect(readSymbol('TROGHUSD', { currencies, trusted: true })).toMatchObject({
    base: 'TROGH',
    quote: 'USD',
    confidence: 0.9,
  });
  expect(readSymbol('TROGHUSD', { currencies, trusted: false })).toBeUndefined();
});

test.each([
  ['24JUN22', '2022-06-24'],
  ['220624', '2022-06-24'],
  ['20220624', '2022-06-24'],
  ['U21', '2021-09'],
  ['99XXX22', undefined],
  ['229999', undefined],
  ['BTC', undefined],
])('the expiry %s is %s', (code, expiry) => {
  expect(readExpiry(code)).toBe(expiry);
});

test.each([
  ['1m', '1m'],
  ['60m', '1h'],
  ['5 min', '5m'],
  ['1-MINUTE', '1m'],
  ['24h', '1d'],
  ['0m', undefined],
  ['btc', undefined],
])('the interval %s is %s', (text, interval) => {
  expect(readInterval(text)).toBe(interval);
});

test('recorded instruments are taken apart as their venues define them', () => {
  const rows = readInstruments();
  if (rows === undefined) return;
  const lexicon = new FacetLexicon();
  const wrong = rows.filter(({ venue, symbol, base, quote, kind }) => {
    const entry = lexicon.venue(venue);
    const reading = readSymbol(symbol, { currencies: lexicon.currencies, trusted: true, own: entry.currencies });
    const instrument = reading?.instrument ?? entry.instrument ?? 'spot';
    // Options and month codes do not say their quote; the others do.
    const quoteFits = reading?.quote === undefined ? kind === 'option' || kind === 'future' : reading.quote === quote;
    return reading?.base !== base || !quoteFits || instrument !== kind;
  });
  expect(wrong.map(({ symbol }) => symbol)).toEqual([]);
  expect(rows.length).toBeGreaterThan(50);
});
