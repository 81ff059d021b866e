/** Patterns, topics that they match, and topics that they do not: the table of the vocabulary. */
export const PATTERN_SAMPLES: readonly {
  readonly pattern: string;
  readonly matches: readonly string[];
  readonly others: readonly string[];
}[] = [
  {
    pattern: 'data.quotes.BINANCE.BTCUSDT',
    matches: ['data.quotes.BINANCE.BTCUSDT'],
    others: ['data.quotes.BINANCE.BTCUSDTX', 'data.quotes.BINANCE'],
  },
  {
    pattern: 'data.*',
    matches: ['data.quotes', 'data.quotes.BINANCE.BTCUSDT'],
    others: ['data', 'database.x', 'events.data.x'],
  },
  { pattern: 'data*', matches: ['data', 'data.quotes', 'database'], others: ['dat', 'x.data'] },
  { pattern: '*', matches: ['a', 'a.b.c'], others: [] },
  { pattern: '*USDT', matches: ['BTCUSDT', 'data.quotes.BTCUSDT'], others: ['BTCUSD', 'USDT.x'] },
  {
    pattern: 'data.*.BTC*',
    matches: ['data.quotes.BTCUSDT', 'data.a.b.BTC'],
    others: ['data.BTCUSDT', 'data.quotes.XBTC'],
  },
  { pattern: 'data.quote?', matches: ['data.quotes', 'data.quote1'], others: ['data.quote', 'data.quotess'] },
  { pattern: 'a?c', matches: ['abc', 'a.c'], others: ['ac', 'abbc'] },
  {
    pattern: 'data.+.BTCUSDT',
    matches: ['data.quotes.BTCUSDT'],
    others: ['data.BTCUSDT', 'data.quotes.BINANCE.BTCUSDT'],
  },
  { pattern: '+', matches: ['data'], others: ['data.quotes'] },
  { pattern: 'data.+', matches: ['data.x'], others: ['data', 'data.x.y'] },
  { pattern: 'a+b', matches: ['a+b'], others: ['aab', 'ab'] },
  { pattern: 'data.**', matches: ['data.x.y'], others: ['data'] },
  { pattern: 'a.b(c)[d]$^|', matches: ['a.b(c)[d]$^|'], others: ['axb(c)[d]$^|', 'a.bc'] },
];
