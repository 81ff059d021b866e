import type { SessionPhase } from '../../src/index.ts';
import { Dice } from '../random.ts';
import { inventName, pick, sample, type TopicTruth } from './market.ts';

/** A query, and what whoever wrote it meant. */
export interface LabelledQuery {
  readonly text: string;
  readonly session: SessionPhase | undefined;
  readonly means: (truth: TopicTruth) => boolean;
  /** Where it comes from: `plain`, `typo`, `slang`, `by hand`. */
  readonly group: string;
}

/** A way to say something, and what is meant by it. */
interface Saying {
  readonly says: string;
  readonly means: (truth: TopicTruth) => boolean;
}

/** A word of a desk's own; nobody but its outcomes tells what it means. */
export interface Slang {
  readonly word: string;
  /** In which session it means this; undefined: in any. */
  readonly session: SessionPhase | undefined;
  readonly means: (truth: TopicTruth) => boolean;
  /** What it leaves to be said. */
  readonly leaves: readonly string[];
}

/** Twelve words of a desk's own, two of which mean one thing at the open and another at the close. */
export function makeSlang(market: readonly TopicTruth[], seed: number): readonly Slang[] {
  const dice = new Dice(seed ^ SLANG_SALT);
  const markets = market.filter(
    ({ base, quote, kind }) => base !== undefined && quote !== undefined && kind === 'trades',
  );
  const used = new Set<string>();
  const word = (): string => {
    for (;;) {
      const made = `${inventName(dice, ['b', 'rk', 'lo'])}y`;
      if (used.has(made)) continue;
      used.add(made);
      return made;
    }
  };
  const pairs = Array.from({ length: 5 }, () => ({
    word: word(),
    session: undefined,
    means: pair(pick(dice, markets)),
    leaves: ['kind'],
  }));
  const venues = Array.from({ length: 3 }, () => ({
    word: word(),
    session: undefined,
    means: sameVenue(pick(dice, markets)),
    leaves: ['kind', 'base'],
  }));
  const twofold = Array.from({ length: 2 }, () => word()).flatMap((each) =>
    (['open', 'close'] as const).map((session) => ({
      word: each,
      session,
      means: pair(pick(dice, markets)),
      leaves: ['kind'],
    })),
  );
  return [...pairs, ...venues, ...twofold];
}

function pair({ base, quote }: TopicTruth): Slang['means'] {
  return (truth) => truth.base === base && truth.quote === quote;
}

function sameVenue(of: TopicTruth): Slang['means'] {
  return (truth) => truth.venue === of.venue;
}

/** Queries made by rule: facets of a topic that exists, said in one of many ways, in any order. */
export function makeQueries(
  market: readonly TopicTruth[],
  slang: readonly Slang[],
  options: { readonly seed: number; readonly count: number },
): readonly LabelledQuery[] {
  const dice = new Dice(options.seed);
  const markets = market.filter(({ base }) => base !== undefined);
  const queries: LabelledQuery[] = [];
  while (queries.length < options.count) {
    const query = dice.next() < SLANG_PART ? slangQuery(dice, market, slang) : facetQuery(dice, pick(dice, markets));
    if (query !== undefined && market.some((truth) => !truth.isOrder && query.means(truth))) queries.push(query);
  }
  return queries;
}

function facetQuery(dice: Dice, about: TopicTruth): LabelledQuery | undefined {
  const facets = pick(dice, TEMPLATES);
  const sayings = facets.map((facet) => sayingOf(dice, facet, about));
  if (sayings.includes(undefined)) return undefined;
  const said = sayings as readonly Saying[];
  const words = sample(
    dice,
    said.map(({ says }) => says),
    said.length,
  );
  const filled = dice.next() < 0.25 ? [pick(dice, FILLERS), ...words] : words;
  const plain = filled.join(' ');
  const misspelt = dice.next() < TYPO_PART ? withTypo(dice, plain) : plain;
  const cased = dice.next() < 0.2 ? misspelt.toUpperCase() : misspelt;
  return {
    text: cased,
    session: undefined,
    means: (truth) => said.every(({ means }) => means(truth)),
    group: misspelt === plain ? 'plain' : 'typo',
  };
}

function slangQuery(dice: Dice, market: readonly TopicTruth[], slang: readonly Slang[]): LabelledQuery | undefined {
  const { word, session, means, leaves } = pick(dice, slang);
  const about = pick(
    dice,
    market.filter((truth) => means(truth)),
  );
  const said = leaves.map((facet) => sayingOf(dice, facet, about));
  if (said.includes(undefined)) return undefined;
  const more = said as readonly Saying[];
  return {
    text: sample(dice, [word, ...more.map(({ says }) => says)], more.length + 1).join(' '),
    session,
    means: (truth) => means(truth) && more.every((saying) => saying.means(truth)),
    group: 'slang',
  };
}

function sayingOf(dice: Dice, facet: string, about: TopicTruth): Saying | undefined {
  const { kind, venue, base, quote, instrument, interval } = about;
  switch (facet) {
    case 'kind':
      return pick(
        dice,
        KIND_SAYINGS.filter(({ kinds }) => kinds.includes(kind)).map(
          sayingBy(({ kind: of }, kinds) => kinds.includes(of)),
        ),
      );
    case 'venue':
      return pick(dice, venueSayings(venue));
    case 'base':
      return base === undefined
        ? undefined
        : { says: pick(dice, BASE_NAMES[base] ?? [base.toLowerCase()]), means: (truth) => truth.base === base };
    case 'pair':
      if (base === undefined || quote === undefined) return undefined;
      return { says: pick(dice, PAIRS)(base, quote), means: (truth) => truth.base === base && truth.quote === quote };
    case 'instrument':
      return instrument === undefined
        ? undefined
        : {
            says: pick(dice, INSTRUMENT_NAMES[instrument] ?? [instrument]),
            means: (truth) => truth.instrument === instrument,
          };
    default:
      return interval === undefined
        ? undefined
        : { says: pick(dice, INTERVAL_NAMES[interval] ?? [interval]), means: (truth) => truth.interval === interval };
  }
}

function sayingBy(means: (truth: TopicTruth, kinds: readonly string[]) => boolean) {
  return ({ says, kinds }: { readonly says: string; readonly kinds: readonly string[] }): Saying => ({
    says,
    means: (truth) => means(truth, kinds),
  });
}

function venueSayings(venue: string): readonly Saying[] {
  const known = VENUE_SAYINGS.filter(({ venues }) => venues.includes(venue));
  if (known.length === 0) return [{ says: venue.toLowerCase(), means: (truth) => truth.venue === venue }];
  return known.map(({ says, venues }) => ({ says, means: (truth) => venues.includes(truth.venue) }));
}

/** One slip of the finger in the longest word: a letter doubled, left out, or swapped with its neighbour. Never the first. */
function withTypo(dice: Dice, text: string): string {
  const words = text.split(' ');
  const longest = words.reduce((best, word, at) => (word.length > (words[best] ?? '').length ? at : best), 0);
  const word = words[longest] ?? '';
  if (word.length < 6 || /[^a-z]/.test(word)) return text;
  const at = 1 + Math.floor(dice.next() * (word.length - 2));
  const slips = [
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + (word[at] ?? '') + word.slice(at),
    word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2),
  ];
  words[longest] = pick(dice, slips);
  return words.join(' ');
}

const SLANG_SALT = 0x51a9;
const SLANG_PART = 0.25;
const TYPO_PART = 0.15;
const TEMPLATES: readonly (readonly string[])[] = [
  ['venue', 'base', 'kind'],
  ['venue', 'pair', 'kind'],
  ['venue', 'pair', 'kind'],
  ['venue', 'pair'],
  ['pair', 'kind'],
  ['base', 'kind'],
  ['venue', 'kind'],
  ['base', 'instrument', 'kind'],
  ['venue', 'base', 'instrument'],
  ['pair', 'instrument', 'kind'],
  ['venue', 'pair', 'interval', 'kind'],
  ['base', 'interval', 'kind'],
];
const FILLERS = ['all', 'give me the', 'live', 'show', 'please subscribe to', 'stream of', 'every'];
const KIND_SAYINGS: readonly { readonly says: string; readonly kinds: readonly string[] }[] = [
  ...['trades', 'trade', 'prints', 'tradeTick', 'time and sales', 'aggTrade'].map((says) => ({
    says,
    kinds: ['trades'],
  })),
  ...['quotes', 'bbo', 'top of book', 'L1', 'QuoteTick', 'bookTicker', 'best bid offer'].map((says) => ({
    says,
    kinds: ['quotes'],
  })),
  ...['book', 'depth', 'order book', 'L2', 'orderbook', 'market depth'].map((says) => ({
    says,
    kinds: ['book-deltas', 'book-snapshots'],
  })),
  ...['book deltas', 'depth updates', 'L2 updates', 'order book updates'].map((says) => ({
    says,
    kinds: ['book-deltas'],
  })),
  ...['book snapshots', 'full book', 'snapshots'].map((says) => ({ says, kinds: ['book-snapshots'] })),
  ...['ticker', 'tickers', '24h stats'].map((says) => ({ says, kinds: ['tickers'] })),
  ...['funding', 'funding rate', 'funding rates'].map((says) => ({ says, kinds: ['funding-rates'] })),
  ...['bars', 'candles', 'klines', 'ohlcv'].map((says) => ({ says, kinds: ['bars'] })),
];
const VENUE_SAYINGS: readonly { readonly says: string; readonly venues: readonly string[] }[] = [
  { says: 'binance', venues: ['BINANCE', 'BINANCE_USDM', 'BINANCE_COINM'] },
  { says: 'binance futures', venues: ['BINANCE_USDM', 'BINANCE_COINM'] },
  { says: 'binance usdm', venues: ['BINANCE_USDM'] },
  { says: 'coinm', venues: ['BINANCE_COINM'] },
  { says: 'coinbase', venues: ['COINBASE'] },
  { says: 'gdax', venues: ['COINBASE'] },
  { says: 'kraken', venues: ['KRAKEN'] },
  { says: 'okx', venues: ['OKX'] },
  { says: 'okex', venues: ['OKX'] },
  { says: 'bybit', venues: ['BYBIT'] },
  { says: 'bitmex', venues: ['BITMEX'] },
  { says: 'deribit', venues: ['DERIBIT'] },
  { says: 'ftx', venues: ['FTX'] },
  { says: 'bitfinex', venues: ['BITFINEX'] },
  { says: 'bfx', venues: ['BITFINEX'] },
  { says: 'kucoin', venues: ['KUCOIN'] },
  { says: 'gate.io', venues: ['GATEIO'] },
  { says: 'gateio', venues: ['GATEIO'] },
  { says: 'huobi', venues: ['HUOBI'] },
  { says: 'htx', venues: ['HUOBI'] },
  { says: 'bitstamp', venues: ['BITSTAMP'] },
  { says: 'gemini', venues: ['GEMINI'] },
];
const BASE_NAMES: Readonly<Record<string, readonly string[]>> = {
  BTC: ['btc', 'bitcoin', 'XBT'],
  ETH: ['eth', 'ethereum', 'ether'],
  SOL: ['sol', 'solana'],
  DOGE: ['doge', 'dogecoin'],
  ADA: ['ada', 'cardano'],
  LTC: ['ltc', 'litecoin'],
  DOT: ['dot', 'polkadot'],
  LINK: ['link', 'chainlink'],
  AVAX: ['avax', 'avalanche'],
  XRP: ['xrp', 'ripple'],
};
const PAIRS: readonly ((base: string, quote: string) => string)[] = [
  (base, quote) => base + quote,
  (base, quote) => `${base}/${quote}`,
  (base, quote) => `${base}-${quote}`,
  (base, quote) => `${base}_${quote}`,
  (base, quote) => `${base} ${quote}`.toLowerCase(),
  (base, quote) => `${base === 'BTC' ? 'XBT' : base}/${quote}`,
  (base, quote) => `${base.toLowerCase()} in ${quote.toLowerCase()}`,
];
const INSTRUMENT_NAMES: Readonly<Record<string, readonly string[]>> = {
  spot: ['spot'],
  perp: ['perp', 'perps', 'perpetual swap', 'perpetual', 'swap'],
  future: ['futures', 'dated futures'],
  option: ['options', 'option'],
};
const INTERVAL_NAMES: Readonly<Record<string, readonly string[]>> = {
  '1m': ['1m', '1 minute', '1min'],
  '5m': ['5m', '5 min', '5-minute'],
  '1h': ['1h', 'hourly', '60m'],
  '1d': ['1d', 'daily'],
};
