import { encodeTopicSegment, errorCode } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SemanticPatternMatcher } from '../../src/index.ts';
import { readInstruments, readVenues } from './recorded-instruments.ts';

const TOPICS = [
  'data.trades.BINANCE.BTCUSDT',
  'data.quotes.BINANCE.BTCUSDT',
  'data.trades.BINANCE_USDM.BTCUSDT',
  'data.trades.KRAKEN.XBT/USD',
  'data.trades.KRAKEN.ETH/USD',
  'data.book.deltas.OKX.BTC-USDT',
  'data.book.snapshots.OKX.BTC-USDT',
  'md.okx.swap.ETH-USDT.trade',
  'data.quotes.DERIBIT.BTC-24JUN22-20000-C',
  'data.trades.FTX.BTC-PERP',
  'data.bars.ETHUSDT.BINANCE-5-MINUTE-LAST-EXTERNAL',
  'data.funding_rates.BYBIT.BTCUSDT',
  'events.position.MM-001',
  'events.order.MM-001',
  'commands.system.shutdown',
  'data.trades.ZENITEX.FOOUSDT',
] as const;

function matcherOf(topics: readonly string[] = TOPICS): SemanticPatternMatcher {
  const matcher = new SemanticPatternMatcher();
  for (const topic of topics) matcher.add(topic);
  return matcher;
}

const accepted = (matcher: SemanticPatternMatcher, query: string): readonly string[] =>
  matcher
    .match(query, { limit: 100 })
    .matches.filter((match) => match.accepted)
    .map(({ topic }) => topic);

test.each([
  ['binance btc trades', ['data.trades.BINANCE.BTCUSDT', 'data.trades.BINANCE_USDM.BTCUSDT']],
  ['tradeTick XBT/USD', ['data.trades.KRAKEN.XBT/USD']],
  ['bitcoin prints in usd', ['data.trades.KRAKEN.XBT/USD']],
  ['L2 btcusdt okx', ['data.book.deltas.OKX.BTC-USDT', 'data.book.snapshots.OKX.BTC-USDT']],
  ['book deltas okx', ['data.book.deltas.OKX.BTC-USDT']],
  ['BTC-PERP trades', ['data.trades.BINANCE_USDM.BTCUSDT', 'data.trades.FTX.BTC-PERP']],
  ['eth swap okx', ['md.okx.swap.ETH-USDT.trade']],
  ['bitcoin calls deribit', ['data.quotes.DERIBIT.BTC-24JUN22-20000-C']],
  ['5 min candles ethereum', ['data.bars.ETHUSDT.BINANCE-5-MINUTE-LAST-EXTERNAL']],
  ['krakne trades eth', ['data.trades.KRAKEN.ETH/USD']],
  ['btc trades not binance', ['data.trades.KRAKEN.XBT/USD', 'data.trades.FTX.BTC-PERP']],
  ['zenitex trades', ['data.trades.ZENITEX.FOOUSDT']],
  ['foo usdt', ['data.trades.ZENITEX.FOOUSDT']],
  ['positions mm-001', ['events.position.MM-001']],
])('"%s" finds what it means', (query, topics) => {
  expect(accepted(matcherOf(), query).toSorted()).toEqual(topics.toSorted());
});

test.each([
  'weather in paris',
  'binance careers',
  'btc wizard',
  'the of and',
  'market data',
  'kraken rum',
  'zzzz',
  '????',
])('"%s" accepts nothing', (query) => {
  expect(matcherOf().match(query).accepted).toBe(0);
});

test.each([
  'order events',
  'commands shutdown',
  'btc orders binance',
  'cancel',
  'my fills',
  'events.order.* or so',
  'place btc kraken',
  'buy btc',
  'neworder kraken',
  'executed btc',
  'orderbok orders btc',
  'order orderbok book',
  'orderbok cancel okx',
])('"%s" asks for orders and is refused', (query) => {
  let code: string | undefined;
  try {
    matcherOf().match(query);
  } catch (error) {
    code = errorCode(error);
  }
  expect(code).toBe('ORDERS_ARE_EXACT');
});

test.each([
  'events.order.BOOK',
  'events.order.BOOK-1',
  'commands.order.book.KRAKEN.BTCUSD',
  'orders.book.KRAKEN.BTCUSD',
  'neworder.KRAKEN.BTCUSD',
  'newOrderSingle.KRAKEN.BTCUSD',
  'trading.new.KRAKEN.BTCUSD',
  'place.KRAKEN.BTCUSD',
  'placed.KRAKEN.BTCUSD',
  'amend.KRAKEN.BTCUSD',
  'modify.KRAKEN.BTCUSD',
  'modifications.KRAKEN.BTCUSD',
  'replaced.KRAKEN.BTCUSD',
  'cancelreplace.KRAKEN.BTCUSD',
  'order_book_cancel.KRAKEN.BTCUSD',
  'submission.KRAKEN.BTCUSD',
  'executionreport.KRAKEN.BTCUSD',
  'execution_report.KRAKEN.BTCUSD',
  'exec2.KRAKEN.BTCUSD',
  'executed.trades.KRAKEN.BTCUSD',
  'partialfill.KRAKEN.BTCUSD',
  'trading.buy.KRAKEN.BTCUSD',
  'trading.SELL.KRAKEN.BTCUSD',
  'trading.marketbuy.KRAKEN.BTCUSD',
  'trading.x%2Fsell.KRAKEN.BTCUSD',
  'trading.buy|limit.KRAKEN.BTCUSD',
])('%s is about orders: it is not indexed, and nothing finds it', (topic) => {
  const matcher = new SemanticPatternMatcher();
  expect(matcher.add(topic)).toBe(false);
  expect(accepted(matcher, 'kraken btcusd')).toEqual([]);
});

test.each([
  'data.book.deltas.KRAKEN.BTCUSD',
  'data.trades.KRAKEN.BTCUSD',
  'order_book.KRAKEN.BTCUSD',
  'orderBook.KRAKEN.BTCUSD',
  'md.orderbook.KRAKEN.BTCUSD',
  'backfill.trades.KRAKEN.BTCUSD',
  'news.KRAKEN.BTCUSD',
])('%s is about a market, and is found', (topic) => {
  expect(accepted(matcherOf([topic]), 'kraken btcusd')).toEqual([topic]);
});

test.each([
  ['executed trades btc kraken', 'data.trades.KRAKEN.XBT/USD'],
  ['order book okx btc', 'data.book.deltas.OKX.BTC-USDT'],
  ['ORDERBOK okx btc', 'data.book.deltas.OKX.BTC-USDT'],
  ['orderboook okx btc', 'data.book.deltas.OKX.BTC-USDT'],
  ['orderobok okx btc', 'data.book.deltas.OKX.BTC-USDT'],
  ['okx:orderbooka btc', 'data.book.deltas.OKX.BTC-USDT'],
])('"%s" asks for a market, whatever its words look like', (query, topic) => {
  expect(accepted(matcherOf(), query)).toContain(topic);
});

test('of the currencies, venues and instruments of real markets none is taken for an order', () => {
  const instruments = readInstruments();
  if (instruments === undefined) return;
  const matcher = new SemanticPatternMatcher({ maxTopics: 100_000 });
  const refused = instruments
    .map(({ venue, symbol }) => `data.trades.${encodeTopicSegment(venue)}.${encodeTopicSegment(symbol)}`)
    .filter((topic) => !matcher.add(topic));
  expect(refused).toEqual([]);
});

test('whatever is asked, no topic of orders or commands is ever found by words', () => {
  const matcher = matcherOf();
  expect(matcher.add('events.order.MM-001')).toBe(false);
  const word = fc.constantFrom(
    'mm',
    '001',
    'mm-001',
    'events',
    'system',
    'shutdown',
    'btc',
    'ordre',
    'comand',
    'position',
    'trades',
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      for (const topic of accepted(matcher, words.join(' '))) expect(topic).not.toMatch(/order|command/);
    }),
  );
});

test('no text of any kind breaks it: it answers, or says with a code what is wrong', () => {
  const matcher = matcherOf();
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ maxLength: 300 }), fc.constantFrom('5constructor', '__proto__', 'toString btc')),
      (query) => {
        try {
          const { matches } = matcher.match(query);
          for (const { confidence } of matches) expect(confidence >= 0 && confidence <= 1).toBe(true);
        } catch (error) {
          expect(['INVALID_OPTIONS', 'ORDERS_ARE_EXACT']).toContain(errorCode(error));
        }
      },
    ),
  );
  expect(() => matcher.match('')).toThrow(/1 to 255 characters/);
  expect(() => matcher.match('btc '.repeat(30))).toThrow(/24 words/);
});

test('an index finds what a look at every topic finds', () => {
  const matcher = matcherOf();
  const word = fc.constantFrom(
    'binance',
    'okx',
    'kraken',
    'btc',
    'eth',
    'usdt',
    'trades',
    'book',
    'quotes',
    'perp',
    'not',
    'spot',
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const query = words.join(' ');
      const one = TOPICS.filter((topic) => matcher.accepts(query, topic) !== undefined);
      expect(accepted(matcher, query).toSorted()).toEqual(one.toSorted());
    }),
  );
});

test('a pattern stays a pattern', () => {
  const { matches } = matcherOf().match('data.trades.+.XBT*');
  expect(matches).toHaveLength(1);
  expect(matches[0]).toMatchObject({ topic: 'data.trades.KRAKEN.XBT/USD', confidence: 1, accepted: true });
});

test('every match says why, and what is not accepted says why not', () => {
  const matcher = matcherOf();
  const [match] = matcher.match('xbt prints kraken').matches;
  expect(match?.explanation).toBe(
    '"prints" is kind trades; "kraken" is family kraken; "xbt" is base BTC; confidence 1.00, accepted',
  );
  const [other] = matcher.match('xbt prints kraken blorp').matches;
  expect(other?.accepted).toBe(false);
  expect(other?.explanation).toContain('"blorp" means nothing so far');
  expect(matcher.explain('krakne trades').means.join()).toContain('(corrected)');
});

test('an unknown word is learned from outcomes, and only as wide as they were', () => {
  const matcher = matcherOf();
  const learn = (topic: string, succeeded: boolean): boolean =>
    matcher.learn({ query: 'blorp trades', topic, succeeded });
  for (let i = 0; i < 6; i += 1) learn('data.trades.KRAKEN.XBT/USD', true);
  for (let i = 0; i < 3; i += 1) learn('data.trades.KRAKEN.ETH/USD', false);
  expect(accepted(matcher, 'blorp trades')).toEqual(['data.trades.KRAKEN.XBT/USD']);
  // Nothing was said of kinds: alone it means nothing yet.
  expect(accepted(matcher, 'blorp')).toEqual([]);
});

test('a topic that keeps failing for a query is no longer accepted, and the listener is told', () => {
  const matcher = matcherOf();
  let told = 0;
  const listening = matcher.onChange(() => (told += 1));
  const topic = 'data.trades.BINANCE_USDM.BTCUSDT';
  for (let i = 0; i < 4; i += 1) matcher.learn({ query: 'binance btc trades', topic, succeeded: false });
  expect(accepted(matcher, 'binance btc trades')).toEqual(['data.trades.BINANCE.BTCUSDT']);
  expect(matcher.match('binance btc trades').accepted).toBe(1);
  expect(told).toBe(1);
  listening[Symbol.dispose]();
  matcher.disable();
  expect(told).toBe(1);
});

test('the kill switch: words find nothing, patterns do', () => {
  const matcher = matcherOf();
  matcher.disable('maintenance');
  expect(matcher.match('btc trades').matches).toEqual([]);
  expect(matcher.accepts('btc trades', 'data.trades.BINANCE.BTCUSDT')).toBeUndefined();
  expect(matcher.match('data.trades.*').accepted).toBeGreaterThan(0);
  expect(matcher.health()).toMatchObject({ status: 'degraded', reason: 'maintenance' });
  matcher.enable();
  expect(matcher.match('btc trades').accepted).toBeGreaterThan(0);
});

test('a result is kept until a topic comes or something is learned', () => {
  const matcher = matcherOf();
  const first = matcher.match('kraken trades');
  expect(matcher.match('kraken trades')).toBe(first);
  matcher.add('data.trades.KRAKEN.SOL/USD');
  expect(matcher.match('kraken trades').accepted).toBe(first.accepted + 1);
});

test('plain results beyond the bound are found again', () => {
  const matcher = new SemanticPatternMatcher({ maxCachedQueries: 2 });
  matcher.add('data.trades.KRAKEN.XBT/USD');
  for (let round = 0; round < 3; round += 1) {
    for (const query of ['kraken', 'kraken trades', 'xbt', 'xbt trades', 'xbt kraken']) {
      expect(matcher.match(query).accepted, query).toBe(1);
    }
    matcher.add(`data.trades.OKX.SOL-USD${round}`);
  }
});

test('topics that come between queries are found as if they had been there before', () => {
  const bases = ['BTC', 'ETH', 'SOL', 'ADA', 'XRP', 'DOT'];
  const topics = ['KRAKEN', 'BINANCE', 'OKX', 'GEMINI', 'BITSTAMP', 'COINBASE'].flatMap((venue) =>
    bases.flatMap((base) =>
      ['trades', 'quotes', 'bars'].flatMap((kind) => [
        `data.${kind}.${venue}.${base}-USD`,
        `data.${kind}.${venue}.${base}-USDT`,
        `data.${kind}.${venue}.${base}-PERP`,
      ]),
    ),
  );
  const queries = ['kraken btc trades', 'kraken or okx quotes not btc', 'eth perp', 'xrp vs usdt bars', 'sol and ada'];
  const growing = new SemanticPatternMatcher();
  for (const [at, topic] of topics.entries()) {
    growing.add(topic);
    growing.match(queries[at % queries.length] as string);
  }
  const whole = matcherOf(topics);
  for (const query of queries) {
    const names = (matcher: SemanticPatternMatcher): readonly string[] =>
      matcher.match(query, { limit: Infinity }).matches.map(({ topic }) => topic);
    expect(names(growing), query).toEqual(names(whole));
    expect(names(growing).length, query).toBeGreaterThan(0);
    expect(new Set(names(growing)).size, query).toBe(names(growing).length);
  }
});

test('health says since when', () => {
  let nowMs = 100;
  const matcher = new SemanticPatternMatcher({ maxTopics: 1, clock: { now: () => nowMs } });
  expect(matcher.health()).toEqual({ status: 'up', reason: '', sinceMs: 100 });
  nowMs = 200;
  matcher.disable('maintenance');
  nowMs = 300;
  matcher.disable('still maintenance');
  expect(matcher.health()).toEqual({ status: 'degraded', reason: 'still maintenance', sinceMs: 200 });
  matcher.enable();
  expect(matcher.health()).toEqual({ status: 'up', reason: '', sinceMs: 300 });
  nowMs = 400;
  matcher.add('data.trades.KRAKEN.XBT/USD');
  matcher.add('data.trades.KRAKEN.ETH/USD');
  nowMs = 500;
  matcher.add('data.trades.KRAKEN.SOL/USD');
  matcher.disable();
  matcher.enable();
  expect(matcher.health()).toMatchObject({ status: 'degraded', sinceMs: 400 });
  const clock = {} as { now: () => number };
  expect(() => new SemanticPatternMatcher({ clock })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
});

test('topics beyond the bound are counted, and health says so', () => {
  const matcher = new SemanticPatternMatcher({ maxTopics: 1 });
  expect(matcher.add('data.trades.KRAKEN.XBT/USD')).toBe(true);
  for (let again = 0; again < 1_000; again += 1) {
    expect(matcher.add('data.trades.KRAKEN.ETH/USD')).toBe(false);
    matcher.accepts('ether trades', 'data.trades.KRAKEN.ETH/USD');
  }
  expect(matcher.health().reason).toBe('1 topics came beyond the 1 that are indexed: raise maxTopics');
  for (let at = 0; at < 5_000; at += 1) matcher.add(`data.trades.KRAKEN.S${at}/USD`);
  expect(matcher.health().reason).toContain('at least 4096 topics');
});

test('a facet of your own is found in topics and in queries', () => {
  const matcher = new SemanticPatternMatcher({
    lexicon: {
      facets: { desk: { delta1: ['delta one', 'd1'] }, base: { WIF: ['dogwifhat'] } },
      venues: { zeta: { family: 'zeta', instrument: 'perp', aliases: ['zeta markets'] } },
    },
  });
  matcher.add('risk.delta1.exposure');
  matcher.add('risk.rates.exposure');
  matcher.add('data.trades.ZETA.WIFUSDT');
  expect(accepted(matcher, 'exposure of delta one')).toEqual(['risk.delta1.exposure']);
  expect(accepted(matcher, 'dogwifhat perp zeta markets')).toEqual(['data.trades.ZETA.WIFUSDT']);
  expect(() => new SemanticPatternMatcher({ lexicon: { facets: { pair: { x: [] } } } })).toThrow(/kebab-case/);
});

test('the venues and instruments that were recorded can be asked for', () => {
  const venues = readVenues();
  const rows = readInstruments();
  if (venues === undefined || rows === undefined) return;
  const matcher = new SemanticPatternMatcher();
  for (const { venue, symbol } of rows) matcher.add(`data.trades.${venue.toUpperCase()}.${symbol}`);
  for (const { venue, symbol, base, kind } of rows) {
    if (kind !== 'spot' || base.length > 5) continue;
    const topic = `data.trades.${venue.toUpperCase()}.${symbol}`;
    expect(
      matcher.match(`${venue} ${base} trades`, { limit: 1_000 }).matches.map((match) => match.topic),
      topic,
    ).toContain(topic);
  }
  for (const venue of venues) expect(matcher.explain(venue).unknown, venue).toEqual([]);
});
