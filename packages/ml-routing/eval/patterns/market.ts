import { Dice } from '../random.ts';

/** What a topic is about, as whoever set it up knows it. The matcher never sees this. */
export interface TopicTruth {
  readonly topic: string;
  readonly kind: string;
  readonly venue: string;
  readonly base: string | undefined;
  /** Undefined where the symbol does not say it. */
  readonly quote: string | undefined;
  readonly instrument: string | undefined;
  readonly interval: string | undefined;
  readonly isOrder: boolean;
}

interface VenueStyle {
  readonly venue: string;
  readonly layout: (kind: string, symbol: string, venue: string) => string;
  readonly symbol: (base: string, quote: string) => string;
  readonly quotes: readonly string[];
  readonly instrument: string;
  readonly kinds: readonly string[];
}

/** Some thousand topics of twenty known venues, three that nobody has heard of, and the odd ends of a desk. */
export function makeMarket(seed: number): readonly TopicTruth[] {
  const dice = new Dice(seed);
  const topics = new Map<string, TopicTruth>();
  const add = (truth: TopicTruth): void => void topics.set(truth.topic, truth);
  const strangers = Array.from({ length: 3 }, () => inventName(dice, ['ex', 'trade', 'dex']));
  const strangeBases = Array.from({ length: 10 }, () => inventName(dice, ['']).toUpperCase().slice(0, 5));
  const venues = [
    ...STYLES,
    ...strangers.map((venue) => ({ ...(STYLES[0] as VenueStyle), venue: venue.toUpperCase() })),
  ];
  for (const style of venues) {
    for (const base of [...sample(dice, BASES, 22), ...sample(dice, strangeBases, 3)]) {
      const quote = pick(dice, style.quotes);
      if (base === quote) continue;
      for (const kind of style.kinds) addMarket(add, style, { base, quote, kind });
      if (style.instrument === 'spot') addBars(add, style, { base, quote, dice });
    }
  }
  addContracts(add, dice);
  addDesk(add, dice);
  return [...topics.values()];
}

function addMarket(
  add: (truth: TopicTruth) => void,
  style: VenueStyle,
  { base, quote, kind }: { readonly base: string; readonly quote: string; readonly kind: string },
): void {
  const symbol = style.symbol(base, quote);
  const { venue, instrument } = style;
  const saysQuote = !/-PERP(?:ETUAL)?$/.test(symbol);
  const topic = style.layout(kind, symbol, venue);
  add({
    topic,
    kind,
    venue,
    base,
    quote: saysQuote ? quote : undefined,
    instrument,
    interval: undefined,
    isOrder: false,
  });
}

function addBars(
  add: (truth: TopicTruth) => void,
  style: VenueStyle,
  { base, quote, dice }: { readonly base: string; readonly quote: string; readonly dice: Dice },
): void {
  const [step, unit, interval] = pick(dice, [
    ['1', 'MINUTE', '1m'],
    ['5', 'MINUTE', '5m'],
    ['1', 'HOUR', '1h'],
    ['1', 'DAY', '1d'],
  ] as const);
  const { venue } = style;
  const topic = `data.bars.${style.symbol(base, quote)}.${venue}-${step}-${unit}-LAST-EXTERNAL`;
  add({ topic, kind: 'bars', venue, base, quote, instrument: 'spot', interval, isOrder: false });
}

/** Dated futures and options. */
function addContracts(add: (truth: TopicTruth) => void, dice: Dice): void {
  for (const base of ['BTC', 'ETH', 'SOL']) {
    for (const code of ['220624', '220930']) {
      const topic = `data.quotes.OKX.${base}-USD-${code}`;
      add(contract({ topic, venue: 'OKX', base, quote: 'USD', instrument: 'future' }));
    }
    for (const day of ['24JUN22', '30SEP22']) {
      for (const strike of sample(dice, ['15000', '20000', '30000', '2000', '40'], 2)) {
        for (const right of ['C', 'P']) {
          const topic = `data.quotes.DERIBIT.${base}-${day}-${strike}-${right}`;
          add(contract({ topic, venue: 'DERIBIT', base, quote: undefined, instrument: 'option' }));
        }
      }
    }
  }
  for (const code of ['XBTM22', 'ETHM22', 'XRPU22']) {
    const base = code.startsWith('XBT') ? 'BTC' : code.slice(0, 3);
    add(
      contract({ topic: `data.quotes.BITMEX.${code}`, venue: 'BITMEX', base, quote: undefined, instrument: 'future' }),
    );
  }
}

function contract(from: Pick<TopicTruth, 'topic' | 'venue' | 'base' | 'quote' | 'instrument'>): TopicTruth {
  return { ...from, kind: 'quotes', interval: undefined, isOrder: false };
}

/** What else a desk publishes, orders included. */
function addDesk(add: (truth: TopicTruth) => void, dice: Dice): void {
  const names = Array.from(
    { length: 8 },
    () => `${inventName(dice, ['']).toUpperCase()}-00${1 + Math.floor(dice.next() * 9)}`,
  );
  for (const name of names) {
    add(other(`events.order.${name}`, 'order'));
    add(other(`events.position.${name}`, 'position'));
    add(other(`commands.order.${name}`, 'order'));
    add(other(`ops.heartbeat.${name}`, 'heartbeat'));
  }
  for (const account of ['BINANCE-001', 'KRAKEN-002']) add(other(`events.account.${account}`, 'account'));
  add(other('commands.system.shutdown', 'order'));
}

function other(topic: string, kind: string): TopicTruth {
  return {
    topic,
    kind,
    venue: '',
    base: undefined,
    quote: undefined,
    instrument: undefined,
    interval: undefined,
    isOrder: /order|command/.test(topic),
  };
}

/** Two or three syllables that are no word of the lexicon. */
export function inventName(dice: Dice, endings: readonly string[]): string {
  const syllables = ['zo', 'vu', 'kri', 'mau', 'ple', 'jix', 'tro', 'wen', 'qua', 'nyl', 'fro', 'gha'];
  const length = 2 + Math.floor(dice.next() * 2);
  return Array.from({ length }, () => pick(dice, syllables)).join('') + pick(dice, endings);
}

export function pick<T>(dice: Dice, from: readonly T[]): T {
  return from[Math.floor(dice.next() * from.length)] as T;
}

export function sample<T>(dice: Dice, from: readonly T[], count: number): readonly T[] {
  const left = [...from];
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(Math.floor(dice.next() * left.length), 1)[0] as T,
  );
}

const standard: VenueStyle['layout'] = (kind, symbol, venue) =>
  `data.${STANDARD_KINDS[kind] ?? kind}.${venue}.${symbol}`;
const STANDARD_KINDS: Readonly<Record<string, string>> = {
  'book-deltas': 'book.deltas',
  'book-snapshots': 'book.snapshots',
  'funding-rates': 'funding_rates',
};
const SPOT_KINDS = ['quotes', 'trades', 'book-deltas', 'book-snapshots', 'tickers'] as const;
const PERP_KINDS = ['quotes', 'trades', 'book-deltas', 'funding-rates'] as const;
const STABLE = ['USDT', 'USDT', 'USDT', 'USDC', 'BTC', 'EUR'] as const;
const DOLLARS = ['USD', 'USD', 'EUR', 'BTC', 'GBP', 'ETH'] as const;
const upper = (base: string, quote: string): string => base + quote;
const dashed = (base: string, quote: string): string => `${base}-${quote}`;
const kraken = (base: string, quote: string): string =>
  `${base === 'BTC' ? 'XBT' : base}/${quote === 'BTC' ? 'XBT' : quote}`;

const STYLES: readonly VenueStyle[] = [
  { venue: 'BINANCE', layout: standard, symbol: upper, quotes: STABLE, instrument: 'spot', kinds: SPOT_KINDS },
  { venue: 'BINANCE_USDM', layout: standard, symbol: upper, quotes: ['USDT'], instrument: 'perp', kinds: PERP_KINDS },
  {
    venue: 'BINANCE_COINM',
    layout: standard,
    symbol: (base) => `${base}USD_PERP`,
    quotes: ['USD'],
    instrument: 'perp',
    kinds: PERP_KINDS,
  },
  { venue: 'COINBASE', layout: standard, symbol: dashed, quotes: DOLLARS, instrument: 'spot', kinds: SPOT_KINDS },
  { venue: 'KRAKEN', layout: standard, symbol: kraken, quotes: DOLLARS, instrument: 'spot', kinds: SPOT_KINDS },
  { venue: 'OKX', layout: standard, symbol: dashed, quotes: STABLE, instrument: 'spot', kinds: SPOT_KINDS },
  {
    venue: 'OKX',
    layout: (kind, symbol) => `md.okx.swap.${symbol.replace('-SWAP', '')}.${FOREIGN_KINDS[kind] ?? kind}`,
    symbol: (base, quote) => `${base}-${quote}-SWAP`,
    quotes: ['USDT', 'USD'],
    instrument: 'perp',
    kinds: PERP_KINDS,
  },
  { venue: 'BYBIT', layout: standard, symbol: upper, quotes: ['USDT'], instrument: 'perp', kinds: PERP_KINDS },
  {
    venue: 'BITMEX',
    layout: standard,
    symbol: (base, quote) => (base === 'BTC' ? 'XBT' : base) + quote,
    quotes: ['USD', 'USDT'],
    instrument: 'perp',
    kinds: PERP_KINDS,
  },
  {
    venue: 'DERIBIT',
    layout: standard,
    symbol: (base) => `${base}-PERPETUAL`,
    quotes: ['USD'],
    instrument: 'perp',
    kinds: ['quotes', 'trades'],
  },
  {
    venue: 'FTX',
    layout: standard,
    symbol: (base) => `${base}-PERP`,
    quotes: ['USD'],
    instrument: 'perp',
    kinds: PERP_KINDS,
  },
  {
    venue: 'BITFINEX',
    layout: standard,
    symbol: (base, quote) => (base.length + quote.length > 6 ? `t${base}:${quote}` : `t${base}${quote}`),
    quotes: ['USD', 'EUR'],
    instrument: 'spot',
    kinds: SPOT_KINDS,
  },
  { venue: 'KUCOIN', layout: standard, symbol: dashed, quotes: STABLE, instrument: 'spot', kinds: SPOT_KINDS },
  {
    venue: 'GATEIO',
    layout: standard,
    symbol: (base, quote) => `${base}_${quote}`,
    quotes: STABLE,
    instrument: 'spot',
    kinds: SPOT_KINDS,
  },
  {
    venue: 'HUOBI',
    layout: (kind, symbol) => `market.huobi.${symbol}.${FOREIGN_KINDS[kind] ?? kind}`,
    symbol: (base, quote) => (base + quote).toLowerCase(),
    quotes: ['USDT', 'BTC'],
    instrument: 'spot',
    kinds: SPOT_KINDS,
  },
  {
    venue: 'BITSTAMP',
    layout: standard,
    symbol: (base, quote) => (base + quote).toLowerCase(),
    quotes: DOLLARS,
    instrument: 'spot',
    kinds: SPOT_KINDS,
  },
  { venue: 'GEMINI', layout: standard, symbol: upper, quotes: DOLLARS, instrument: 'spot', kinds: SPOT_KINDS },
];
const FOREIGN_KINDS: Readonly<Record<string, string>> = {
  quotes: 'bbo',
  trades: 'trade',
  'book-deltas': 'depth-diff',
  'book-snapshots': 'depth-snapshot',
  'funding-rates': 'funding',
  tickers: 'ticker',
};
const BASES = (
  'BTC ETH SOL XRP ADA DOGE AVAX DOT LINK LTC BCH XLM ZEC EOS TRX ATOM NEAR ALGO FIL UNI AAVE CRV SNX GRT SAND MANA BAT SUSHI ' +
  'APT ARB OP SUI INJ LDO RUNE SHIB'
).split(' ');
