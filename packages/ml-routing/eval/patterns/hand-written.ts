import type { TopicTruth } from './market.ts';
import type { LabelledQuery } from './queries.ts';

/** Hard queries, written by hand and read by no rule of the generator; on these choices were made. */
const TUNING: readonly LabelledQuery[] = [
  by(
    'bitcoin and ethereum trades on kraken or coinbase',
    ({ base, kind, venue }) => one(base, 'BTC', 'ETH') && kind === 'trades' && one(venue, 'KRAKEN', 'COINBASE'),
  ),
  by(
    'btc, eth, sol quotes okx spot',
    ({ base, kind, venue, instrument }) =>
      one(base, 'BTC', 'ETH', 'SOL') && kind === 'quotes' && venue === 'OKX' && instrument === 'spot',
  ),
  by(
    'btc perp trades not binance',
    ({ base, kind, venue, instrument }) =>
      base === 'BTC' && kind === 'trades' && instrument === 'perp' && !venue.startsWith('BINANCE'),
  ),
  by(
    'xbtusd swap bitmex',
    ({ base, quote, venue, instrument }) =>
      base === 'BTC' && quote === 'USD' && venue === 'BITMEX' && instrument === 'perp',
  ),
  by(
    'bitcoin options on deribit',
    ({ base, venue, instrument }) => base === 'BTC' && venue === 'DERIBIT' && instrument === 'option',
  ),
  by('btc 24JUN22 options', ({ topic }) => topic.includes('.BTC-24JUN22')),
  by('eth puts deribit', ({ base, topic }) => base === 'ETH' && topic.endsWith('-P')),
  by('BTC-24JUN22-20000-C', ({ topic }) => topic.endsWith('.BTC-24JUN22-20000-C')),
  by(
    'everything in stablecoins on kucoin, trades only',
    ({ kind, quote, venue }) => venue === 'KUCOIN' && kind === 'trades' && one(quote, 'USDT', 'USDC'),
  ),
  by('sol vs btc', ({ base, quote }) => base === 'SOL' && quote === 'BTC'),
  by('ether quoted in btc', ({ base, quote }) => base === 'ETH' && quote === 'BTC'),
  by('gemini:BTCUSD', ({ base, quote, venue }) => base === 'BTC' && quote === 'USD' && venue === 'GEMINI'),
  by(
    'okx:btc-usdt order book',
    ({ base, quote, venue, kind }) => base === 'BTC' && quote === 'USDT' && venue === 'OKX' && kind.startsWith('book'),
  ),
  by('BTCUDST trades', ({ base, quote, kind }) => base === 'BTC' && quote === 'USDT' && kind === 'trades'),
  by('bitcion trades', ({ base, kind }) => base === 'BTC' && kind === 'trades'),
  by(
    'coinbse bitcoin tardes',
    ({ base, kind, venue }) => base === 'BTC' && kind === 'trades' && venue === 'COINBASE',
    'typo',
  ),
  by('candels 5 min cardano', ({ base, kind, interval }) => base === 'ADA' && kind === 'bars' && interval === '5m'),
  by(
    'dated futures quotes okx',
    ({ kind, venue, instrument }) => kind === 'quotes' && venue === 'OKX' && instrument === 'future',
  ),
  by('XBTM22', ({ topic }) => topic.endsWith('.XBTM22')),
  by('funding rates except bybit', ({ kind, venue }) => kind === 'funding-rates' && venue !== 'BYBIT'),
  by(
    'crypto derivatives quotes at deribit',
    ({ kind, venue, instrument }) =>
      kind === 'quotes' && venue === 'DERIBIT' && one(instrument, 'perp', 'option', 'future'),
  ),
  by('positions', ({ kind }) => kind === 'position'),
  by('heartbeats', ({ kind }) => kind === 'heartbeat'),
  by('account balances binance', ({ topic }) => topic === 'events.account.BINANCE-001'),
  by(
    'euro pairs on kraken, top of book',
    ({ kind, quote, venue }) => kind === 'quotes' && quote === 'EUR' && venue === 'KRAKEN',
  ),
  by('trades BTC-PERP', ({ base, kind, instrument }) => base === 'BTC' && kind === 'trades' && instrument === 'perp'),
  by('tETHUSD', ({ base, quote }) => base === 'ETH' && quote === 'USD'),
  by(
    'BTC_USDT depth gate',
    ({ base, quote, venue, kind }) =>
      base === 'BTC' && quote === 'USDT' && venue === 'GATEIO' && kind.startsWith('book'),
  ),
  by(
    'l2 btcusdt binance futures',
    ({ base, quote, venue, kind }) =>
      base === 'BTC' && quote === 'USDT' && one(venue, 'BINANCE_USDM', 'BINANCE_COINM') && kind.startsWith('book'),
  ),
  by(
    '-kraken eth usd trades',
    ({ base, quote, venue, kind }) => base === 'ETH' && quote === 'USD' && kind === 'trades' && venue !== 'KRAKEN',
  ),
];

/** Written after all choices were made. */
const HELD_OUT: readonly LabelledQuery[] = [
  by(
    'litecoin or dogecoin prints, gdax',
    ({ base, kind, venue }) => one(base, 'LTC', 'DOGE') && kind === 'trades' && venue === 'COINBASE',
  ),
  by(
    'sol and avax funding on ftx',
    ({ base, kind, venue }) => one(base, 'SOL', 'AVAX') && kind === 'funding-rates' && venue === 'FTX',
  ),
  by(
    'ethereum perps except binance and okx, trades',
    ({ base, kind, venue, instrument }) =>
      base === 'ETH' && kind === 'trades' && instrument === 'perp' && !venue.startsWith('BINANCE') && venue !== 'OKX',
  ),
  by(
    'kraken xbt/eur level 2',
    ({ base, quote, venue, kind }) =>
      base === 'BTC' && quote === 'EUR' && venue === 'KRAKEN' && kind.startsWith('book'),
  ),
  by('deribit sol calls', ({ base, venue, topic }) => base === 'SOL' && venue === 'DERIBIT' && topic.endsWith('-C')),
  by('ETH-30SEP22-30000-P', ({ topic }) => topic.endsWith('.ETH-30SEP22-30000-P')),
  by('okx btc 220930', ({ topic }) => topic === 'data.quotes.OKX.BTC-USD-220930'),
  by(
    'best bid and offer for eth/btc anywhere',
    ({ base, quote, kind }) => base === 'ETH' && quote === 'BTC' && kind === 'quotes',
  ),
  by(
    'huobi btc in usdt order book snapshots',
    ({ base, quote, venue, kind }) =>
      base === 'BTC' && quote === 'USDT' && venue === 'HUOBI' && kind === 'book-snapshots',
  ),
  by(
    'etherum tickers on bitstmap',
    ({ base, kind, venue }) => base === 'ETH' && kind === 'tickers' && venue === 'BITSTAMP',
  ),
  by('cardnao quotes', ({ base, kind }) => base === 'ADA' && kind === 'quotes'),
  by(
    'hourly ohlc solana kucoin',
    ({ base, kind, venue, interval }) => base === 'SOL' && kind === 'bars' && venue === 'KUCOIN' && interval === '1h',
  ),
  by('daily candlesticks ripple', ({ base, kind, interval }) => base === 'XRP' && kind === 'bars' && interval === '1d'),
  by(
    'time & sales btcusd gemini',
    ({ base, quote, kind, venue }) => base === 'BTC' && quote === 'USD' && kind === 'trades' && venue === 'GEMINI',
  ),
  by('bitfinex:tLTCUSD', ({ base, quote, venue }) => base === 'LTC' && quote === 'USD' && venue === 'BITFINEX'),
  by('ADAUSTD trades', ({ base, quote, kind }) => base === 'ADA' && quote === 'USDT' && kind === 'trades'),
  by(
    'coin margined binance bitcoin quotes',
    ({ base, kind, venue }) => base === 'BTC' && kind === 'quotes' && venue === 'BINANCE_COINM',
  ),
  by(
    'all usdc pairs on okx: ticker',
    ({ quote, kind, venue }) => quote === 'USDC' && kind === 'tickers' && venue === 'OKX',
  ),
  by(
    'sterling markets at coinbase, l1',
    ({ quote, kind, venue }) => quote === 'GBP' && kind === 'quotes' && venue === 'COINBASE',
  ),
  by(
    'chainlink swaps bybit top of the book',
    ({ base, kind, venue, instrument }) =>
      base === 'LINK' && kind === 'quotes' && venue === 'BYBIT' && instrument === 'perp',
  ),
  by('what are the positions', ({ kind }) => kind === 'position'),
  by(
    'no perps: eth trades on okx',
    ({ base, kind, venue, instrument }) =>
      base === 'ETH' && kind === 'trades' && venue === 'OKX' && instrument !== 'perp',
  ),
  by('keepalive', ({ kind }) => kind === 'heartbeat'),
  by('mex xbtm22', ({ topic }) => topic.endsWith('.XBTM22')),
];

/** Queries that mean nothing on a bus of markets, however near some of their words come. The first half was there while choices were made. */
const UNRELATED: readonly string[] = (
  'weather in paris tomorrow|buy cheap shoes online|lorem ipsum dolor sit amet|pizza near me|how to bake bread|football results|' +
  'binance careers|kraken of the deep sea|coinbase customer support phone|gemini horoscope|okx login page|huobi headquarters address|' +
  'link to the depth report|trade union meeting|book a flight to rome|book club|tickers tape parade|option menu settings|swap meet sunday|' +
  'the spot where we met|quote of the day shakespeare|famous quotes by einstein|candle light dinner|scented candles|bar stools|chocolate bars|' +
  'gold necklace price|silver spoon|ether bunny|polygon shape area|avalanche warning alps|cosmos documentary|near the station|stellar performance|' +
  'ice cream flavours|solar eclipse|dot matrix printer|waves at the beach|sand castle|flow chart template|mask shop|mana from heaven|' +
  'perpetual motion machine|future of mankind|call my mother|put the kettle on|halt who goes there|news from the village|position vacant|' +
  'account closed forever|balance bike|dollar store hours|euro vision contest|pound cake recipe|yen for travel|sterling silver rings|' +
  'brave browser download|uniform civil code|maker space rent|compound interest homework|graph theory lecture|audio cable broken|' +
  'kubernetes pod restart|postgres replication lag|cpu usage of host 12|disk full alert|ssl certificate expiry|git merge conflict|' +
  'invoice 4711 overdue|holiday request form|coffee machine empty|meeting room booked|parking permit|annual report 2021 pdf|' +
  'stocks for sauces and soups|future perfect tense|swiss cheese fondue|the art of the deal|option key on a mac|share a ride home|a mark on the wall|' +
  'depth of field photography|touch typing course|bar exam results|the status of women|carry on luggage|bitcoin wizard costume|kraken rum cocktails|' +
  'gemini and libra|ethereum conference tickets|solana beach hotels|okx stadium parking|trades apprenticeship|quotes about love|' +
  'open the pod bay doors|how deep is the ocean|the swap shop|spot the dog|daily horoscope|hourly wages|one minute silence|weekly planner|' +
  'red cross volunteers|uniswap birthday|cash machine nearby|polygon mesh editor|perpetual calendar watch|tape measure|prints and posters|' +
  'asdf qwer zxcv|zzzzzz|12345 67890|foo bar baz|hello world|xyzzy|????? what|the of and|all the data|market data|live feed'
).split('|');

/** The queries of one of the two sets. */
export function handWritten(heldOut: boolean): readonly LabelledQuery[] {
  return heldOut ? HELD_OUT : TUNING;
}

/** The unrelated queries: those that were there while choices were made, or all. */
export function unrelated(heldOut: boolean): readonly string[] {
  return heldOut ? UNRELATED : UNRELATED.slice(0, UNRELATED.length >> 1);
}

function by(text: string, means: (truth: TopicTruth) => boolean, group = 'by hand'): LabelledQuery {
  return { text, session: undefined, means: (truth) => !truth.isOrder && means(truth), group };
}

function one(value: string | undefined, ...of: readonly string[]): boolean {
  return value !== undefined && of.includes(value);
}
