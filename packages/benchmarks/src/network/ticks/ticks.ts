import { nowUs } from './shared-clock.ts';

/** A quote as it goes over the wire: 190 bytes as JSON. Prices and sizes are decimal strings. */
export interface Tick {
  /** Counts the ticks of a run from 0. */
  readonly n: number;
  /** When it was published, in microseconds by the clock that all processes of a machine share. */
  readonly t: number;
  readonly type: 'quote';
  readonly venue: string;
  readonly symbol: string;
  readonly bid: string;
  readonly bidSize: string;
  readonly ask: string;
  readonly askSize: string;
  readonly tsEventNs: string;
}

export const SYMBOLS = 50;

const NAMES: readonly string[] = Array.from({ length: SYMBOLS }, (_, i) => `SYM${String(i).padStart(2, '0')}USDT`);
const TOPICS: readonly string[] = NAMES.map((name) => `data.quotes.BINANCE.${name}`);
const CENTS_PER_UNIT = 100;
const BASE_CENTS = 6_425_010;
const FIRST_EVENT_SECOND = 1_704_067_200;

/** The topic of the n-th tick: every symbol in turn. */
export function topicOf(n: number): string {
  return TOPICS[n % SYMBOLS] as string;
}

/**
 * The n-th tick, the same for every contender, made now: prices and sizes wander, and repeat after 20,000 ticks, which is further than any
 * contender packs or compresses together.
 */
export function tickOf(n: number): Tick {
  const { symbol, bid, bidSize, ask, askSize, tsEventNs } = preparedTicks()[n % PREPARED] as Tick;
  return {
    n,
    t: Math.round(nowUs()),
    type: 'quote',
    venue: 'BINANCE',
    symbol,
    bid,
    bidSize,
    ask,
    askSize,
    tsEventNs,
  };
}

/** Makes the texts of ticks, once: a feed has them from its venue, and what it costs to make them up is not what is measured. */
export function preparedTicks(): readonly Tick[] {
  prepared ??= Array.from({ length: PREPARED }, (_, n) => preparedTick(n));
  return prepared;
}

const PREPARED = 20_000;
let prepared: readonly Tick[] | undefined;

function preparedTick(n: number): Tick {
  const wander = Math.imul(n, 2_654_435_761) >>> 0;
  const bid = BASE_CENTS + (wander % 20_000);
  return {
    n,
    t: 0,
    type: 'quote',
    venue: 'BINANCE',
    symbol: NAMES[n % SYMBOLS] as string,
    bid: decimal(bid),
    bidSize: `${(wander >>> 8) % 90}.${10_000 + ((wander >>> 4) % 89_999)}`,
    ask: decimal(bid + 10),
    askSize: `${(wander >>> 12) % 90}.${10_000 + (wander % 89_999)}`,
    tsEventNs: `${FIRST_EVENT_SECOND + Math.floor(n / 1000)}${100_000_000 + (wander % 899_999_999)}`,
  };
}

function decimal(cents: number): string {
  const rest = cents % CENTS_PER_UNIT;
  return `${Math.floor(cents / CENTS_PER_UNIT)}.${rest < 10 ? '0' : ''}${rest}`;
}
