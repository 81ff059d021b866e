import type { FacetEntries } from './entries.ts';

/** Kinds of market data, named as the standard topics name them, with what desks and venues call them. */
export const KINDS: FacetEntries = {
  quotes: [
    'quote',
    'quotes',
    'bbo',
    'nbbo',
    'l1',
    'level 1',
    'top of book',
    'best bid offer',
    'best bid and offer',
    'bid ask',
    'bids and asks',
    'quote tick',
    'book ticker',
    'inside market',
    'touch',
  ],
  trades: [
    'trade',
    'trades',
    'trade tick',
    'agg trade',
    'agg trades',
    'aggregate trades',
    'prints',
    'time and sales',
    'tape',
    'last sale',
    'executed trades',
    'deals',
    'public trades',
    'matches',
  ],
  tickers: ['ticker', 'tickers', '24h', '24h stats', 'day summary', 'summary', 'mini ticker'],
  'book-deltas': [
    'book deltas',
    'book delta',
    'deltas',
    'book updates',
    'depth updates',
    'depth diff',
    'l2 updates',
    'incremental book',
    'order book deltas',
    'order book updates',
    'mbp',
    ...BOOK(),
  ],
  'book-snapshots': [
    'book snapshots',
    'book snapshot',
    'snapshots',
    'snapshot',
    'full book',
    'order book snapshot',
    'order book snapshots',
    'depth snapshot',
    'depth snapshots',
    ...BOOK(),
  ],
  bars: ['bar', 'bars', 'candle', 'candles', 'candlestick', 'candlesticks', 'kline', 'klines', 'ohlc', 'ohlcv'],
  instrument: ['instrument', 'instruments', 'contract specs', 'definition', 'definitions', 'reference data', 'specs'],
  status: ['status', 'market status', 'trading status', 'instrument status', 'halts and resumptions'],
  'funding-rates': ['funding rate', 'funding rates', 'funding', 'funding fee', 'carry rate'],
  'mark-price': ['mark price', 'mark prices', 'mark'],
  'index-price': ['index price', 'index prices'],
  'open-interest': ['open interest', 'oi'],
  position: ['position', 'positions'],
  account: ['account', 'accounts', 'balance', 'balances', 'margin balance'],
};

/** Any form of order book. */
function BOOK(): readonly string[] {
  return ['book', 'books', 'order book', 'order books', 'depth', 'market depth', 'l2', 'level 2', 'lob', 'dom'];
}

/** What is traded. */
export const INSTRUMENTS: FacetEntries = {
  spot: ['spot', 'cash market', 'spot market'],
  perp: [
    'perp',
    'perps',
    'perpetual',
    'perpetuals',
    'swap',
    'swaps',
    'perpetual swap',
    'perpetual swaps',
    'perpetual future',
    'perpetual futures',
    ...DERIVATIVE(),
  ],
  future: ['future', 'futures', 'dated future', 'dated futures', 'delivery', 'quarterly', 'fut', ...DERIVATIVE()],
  option: ['option', 'options', ...DERIVATIVE()],
  equity: ['equity', 'equities', 'stock', 'stocks', 'share', 'shares'],
};

function DERIVATIVE(): readonly string[] {
  return ['derivative', 'derivatives', 'derivs'];
}

/** What happens, apart from the flow of prices. */
export const EVENTS: FacetEntries = {
  liquidation: ['liquidation', 'liquidations', 'liqs', 'forced liquidation'],
  halt: ['halt', 'halts', 'halted', 'trading halt', 'circuit breaker', 'suspension'],
  resume: ['resume', 'resumption', 'reopened'],
  auction: ['auction', 'auctions', 'imbalance', 'imbalances'],
  heartbeat: ['heartbeat', 'heartbeats', 'keepalive', 'ping'],
  shutdown: ['shutdown', 'stopping'],
  connected: ['connected', 'reconnect', 'reconnected'],
  disconnected: ['disconnected', 'disconnect', 'connection lost', 'gateway down'],
  news: ['news', 'headline', 'headlines'],
  arbitrage: ['arbitrage', 'arb', 'arbs', 'opportunity', 'opportunities'],
  'margin-call': ['margin call', 'margin calls'],
};

/** Options give the right to buy or to sell. */
export const RIGHTS: FacetEntries = { call: ['call', 'calls'], put: ['put', 'puts'] };

/** Lengths of bars that have a name of their own. Numbers with a unit are read by rule. */
export const INTERVALS: FacetEntries = {
  '1m': ['minutely', 'one minute'],
  '1h': ['hourly', 'one hour'],
  '1d': ['daily', 'one day', 'eod'],
  '1w': ['weekly'],
};

/** Words that ask without saying for what. */
export const FILLER: ReadonlySet<string> = new Set(
  (
    'a an the of on at for from by with and or any all every each me my our us show give get want need please stream streams feed feeds ' +
    'data market markets live latest current real time realtime updates update messages message topic topics subscribe watch follow pair pairs ' +
    'events event price prices via only just alone everything public exchange venue that is are crypto coin coins currency currencies'
  ).split(' '),
);

/** The next word is what must not be. */
export const NEGATIONS: ReadonlySet<string> = new Set([
  'not',
  'except',
  'without',
  'excluding',
  'exclude',
  'no',
  'minus',
]);

/** The next currency is the quote. */
export const QUOTE_MARKS: ReadonlySet<string> = new Set([
  'in',
  'vs',
  'versus',
  'against',
  'to',
  'into',
  '/',
  'quoted',
  'denominated',
  'priced',
]);
