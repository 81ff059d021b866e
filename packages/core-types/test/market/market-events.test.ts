import { describe, expect, it } from 'vitest';
import { parseBar } from '../../src/market/bar.ts';
import { parseFundingRate } from '../../src/market/funding-rate.ts';
import { parseInstrumentStatus } from '../../src/market/instrument-status.ts';
import { parseInstrument } from '../../src/market/instrument.ts';
import { parseMarketEvent } from '../../src/market/market-event.ts';
import { parseQuote } from '../../src/market/quote.ts';
import { parseTicker } from '../../src/market/ticker.ts';
import { parseTrade } from '../../src/market/trade.ts';
import { header, problems, readHeader } from './problems.ts';

describe('the header of an event', () => {
  const quote = { type: 'quote', ...header, bidPrice: null, bidSize: null, askPrice: null, askSize: null };

  it('keeps nanoseconds, the number of the venue, and the gap', () => {
    const parsed = parseQuote({ ...quote, venueSequence: '18446744073709551615', gapBefore: 3 });
    expect(parsed).toMatchObject({ ...readHeader, venueSequence: 18446744073709551615n, gapBefore: 3 });
    expect(parseQuote({ ...quote, venueSequence: 1641343695572693 }).venueSequence).toBe(1641343695572693n);
    expect(parseQuote({ ...quote, venueSequence: 5n, gapBefore: 'unknown' })).toMatchObject({ gapBefore: 'unknown' });
  });

  it('tells a venue that sends no time from a time that was forgotten', () => {
    expect(parseQuote({ ...quote, tsEventNs: null }).tsEventNs).toBeNull();
    const { tsEventNs, ...withoutTime } = quote;
    expect(tsEventNs).toBe(header.tsEventNs);
    expect(problems(parseQuote, withoutTime)).toEqual(['tsEventNs']);
    expect(problems(parseQuote, { ...quote, tsInitNs: null })).toEqual(['tsInitNs']);
  });

  it.each([
    ['sequence', -1],
    ['sequence', 1.5],
    ['sequence', '7'],
    ['gapBefore', 0],
    ['gapBefore', 'many'],
    ['gapBefore', null],
    ['venueSequence', 2 ** 53],
    ['venueSequence', '18446744073709551616'],
    ['venueSequence', -1n],
    ['tsInitNs', 1723161255088],
    ['instrumentId', 'BTCUSDT'],
  ])('refuses %s %s', (field, value) => {
    expect(problems(parseQuote, { ...quote, [field]: value })).toEqual([field]);
  });
});

describe('a quote', () => {
  const quote = {
    type: 'quote',
    ...header,
    bidPrice: '2683.80',
    bidSize: '3.0292',
    askPrice: '2683.81',
    askSize: '31.4395',
  };

  it('is read, its decimals canonical', () => {
    expect(parseQuote(quote)).toStrictEqual({ ...quote, ...readHeader, bidPrice: '2683.8' });
  });

  it('may have one side, or none', () => {
    const oneSided = { ...quote, bidPrice: null, bidSize: null };
    expect(parseQuote(oneSided)).toStrictEqual({ ...oneSided, ...readHeader });
    const empty = { ...oneSided, askPrice: null, askSize: null };
    expect(parseQuote(empty)).toStrictEqual({ ...empty, ...readHeader });
  });

  it('has no price without a size, and no size without a price', () => {
    expect(problems(parseQuote, { ...quote, bidPrice: null, askSize: null })).toEqual(['bidSize', 'askSize']);
  });

  it('reports each problem once, all at once', () => {
    expect(problems(parseQuote, { ...quote, sequence: 'x', bidPrice: 2683.8, bidSize: '-1', askPrice: null })).toEqual([
      'sequence',
      'bidPrice',
      'bidSize',
      'askSize',
    ]);
  });

  it('may be crossed, and may have a negative price', () => {
    expect(parseQuote({ ...quote, bidPrice: '2700', askPrice: '-37.63' })).toMatchObject({
      bidPrice: '2700',
      askPrice: '-37.63',
    });
  });
});

describe('a trade', () => {
  const trade = {
    type: 'trade',
    ...header,
    price: '61837.63',
    size: '0.02',
    aggressorSide: 'SELLER',
    tradeId: '3735683259',
  };

  it('is read', () => {
    expect(parseTrade(trade)).toStrictEqual({ ...trade, ...readHeader });
  });

  it('may lack what its source lacks: size, side and id', () => {
    const { tradeId, ...anonymous } = { ...trade, size: null, aggressorSide: 'NO_AGGRESSOR' };
    expect(tradeId).toBe('3735683259');
    expect(parseTrade(anonymous)).toStrictEqual({ ...anonymous, ...readHeader });
  });

  it('has a size greater than zero and a known side', () => {
    expect(problems(parseTrade, { ...trade, size: '0', aggressorSide: 'buy', tradeId: '' })).toEqual([
      'size',
      'aggressorSide',
      'tradeId',
    ]);
  });
});

describe('a ticker', () => {
  it('carries what the venue sent, and nothing else', () => {
    const ticker = {
      type: 'ticker',
      ...header,
      lastPrice: '0.002',
      bidPrice: '0.0015',
      markPrice: '0.001972',
      underlyingPrice: '2003.61',
    };
    expect(parseTicker(ticker)).toStrictEqual({ ...ticker, ...readHeader });
    expect(parseTicker({ type: 'ticker', ...header })).toStrictEqual({ type: 'ticker', ...readHeader });
  });

  it('refuses null, which is not how a ticker says nothing', () => {
    expect(problems(parseTicker, { type: 'ticker', ...header, lastPrice: null, volume24h: '-1' })).toEqual([
      'lastPrice',
      'volume24h',
    ]);
  });
});

describe('a bar', () => {
  const bar = {
    type: 'bar',
    ...header,
    barType: 'BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL',
    open: '10',
    high: '12',
    low: '9.5',
    close: '11',
    volume: '0',
  };

  it('is read', () => {
    expect(parseBar({ ...bar, isRevision: true })).toStrictEqual({ ...bar, ...readHeader, isRevision: true });
  });

  it('has its highest price as high and its lowest as low', () => {
    expect(problems(parseBar, { ...bar, high: '10.5' })).toEqual(['high']);
    expect(problems(parseBar, { ...bar, low: '10.5' })).toEqual(['low']);
    expect(problems(parseBar, { ...bar, high: '9', low: '9.5' })).toEqual(['high', 'low']);
  });

  it('is of its own instrument', () => {
    expect(problems(parseBar, { ...bar, instrumentId: 'ETHUSDT.BINANCE' })).toEqual(['barType']);
  });
});

describe('an instrument', () => {
  const instrument = {
    type: 'instrument',
    ...header,
    kind: 'spot',
    base: 'BTC',
    quote: 'USDT',
    settlement: 'USDT',
    tickSize: '0.01',
    lotSize: '0.00001',
    minQuantity: '0.00001',
    minNotional: '10',
    makerFee: '-0.00025',
    takerFee: '0.00075',
  };
  const option = {
    ...instrument,
    kind: 'option',
    contractType: 'inverse',
    contractValue: '1',
    expiryNs: '1656057600000000000',
    strike: '15000',
    optionKind: 'CALL',
  };

  it('is read, of each kind', () => {
    expect(parseInstrument(instrument)).toStrictEqual({ ...instrument, ...readHeader });
    expect(parseInstrument(option)).toStrictEqual({ ...option, ...readHeader, expiryNs: 1656057600000000000n });
    const quanto = { ...instrument, kind: 'perp', contractType: 'quanto', settlement: 'BTC', multiplier: '1000000' };
    expect(parseInstrument(quanto)).toStrictEqual({ ...quanto, ...readHeader });
  });

  it('has the fields of its kind, and not those of another', () => {
    expect(problems(parseInstrument, { ...option, kind: 'spot' })).toEqual([
      'contractType',
      'expiryNs',
      'strike',
      'optionKind',
    ]);
    expect(problems(parseInstrument, { ...instrument, kind: 'option' })).toEqual([
      'contractType',
      'expiryNs',
      'strike',
      'optionKind',
    ]);
    expect(problems(parseInstrument, { ...instrument, kind: 'perp' })).toEqual(['contractType']);
  });

  it('has a tick and a lot greater than zero', () => {
    expect(problems(parseInstrument, { ...instrument, tickSize: '0', lotSize: '-1', minQuantity: '-1' })).toEqual([
      'tickSize',
      'lotSize',
      'minQuantity',
    ]);
  });

  it('fails under its own code', () => {
    expect(() => parseInstrument({})).toThrow(expect.objectContaining({ code: 'INVALID_INSTRUMENT' }));
  });
});

describe('status and funding', () => {
  it('read an instrument status', () => {
    const status = { type: 'instrument_status', ...header, action: 'HALT', reason: 'volatility', isTrading: false };
    expect(parseInstrumentStatus(status)).toStrictEqual({ ...status, ...readHeader });
    expect(
      problems(parseInstrumentStatus, { ...status, action: 'halted', isTrading: 'no', reason: 'x'.repeat(1025) }),
    ).toEqual(['action', 'reason', 'isTrading']);
  });

  it('read a funding rate', () => {
    const funding = { type: 'funding_rate', ...header, rate: '-0.00012359', intervalMinutes: 45_120 };
    expect(parseFundingRate({ ...funding, nextFundingNs: '1577865600000000000' })).toStrictEqual({
      ...funding,
      ...readHeader,
      nextFundingNs: 1577865600000000000n,
    });
    expect(problems(parseFundingRate, { ...funding, rate: -0.0001, intervalMinutes: 0 })).toEqual([
      'rate',
      'intervalMinutes',
    ]);
  });
});

describe('parseMarketEvent', () => {
  it.each(['quote', 'trade', 'book_snapshot', 'book_deltas', 'bar', 'instrument', 'funding_rate', 'instrument_status'])(
    'looks at the type: %s',
    (type) => {
      const found = problems(parseMarketEvent, { type, ...header });
      expect(found.length).toBeGreaterThan(0);
      expect(found).not.toContain('type');
    },
  );

  it.each([
    undefined,
    null,
    0,
    '',
    [],
    {},
    { type: 5 },
    { type: 'Quote' },
    { type: '__proto__' },
    { type: 'constructor' },
  ])('refuses %j, whose type it does not know', (input) => {
    expect(() => parseMarketEvent(input)).toThrow(
      expect.objectContaining({ code: 'INVALID_MARKET_EVENT', path: 'type' }),
    );
  });

  it('lets each parser refuse the event of another', () => {
    expect(problems(parseTrade, { type: 'quote', ...header })).toContain('type');
  });
});
