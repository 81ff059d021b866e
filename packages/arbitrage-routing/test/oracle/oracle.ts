import type { DetectorOptions } from '../../src/detection/detector-options.ts';
import type { InstrumentRow } from '../../src/market/instrument-row.ts';
import type { NormalizedEvent, NormalizedLevel } from '../../src/market/normalized-event.ts';

/**
 * The specification, word by word and without regard to time: after every event all pairs of all groups and all cycles of all assets are
 * decided anew with big integers, and the set of opportunities is compared with the one before. It shares no code with the detector.
 */
export class Oracle {
  readonly #options: DetectorOptions;
  readonly #instruments: readonly State[];
  readonly #rounds: readonly Round[];
  #clock = -(2n ** 200n);
  #open = new Map<string, Figures>();

  constructor(options: DetectorOptions) {
    this.#options = options;
    this.#instruments = options.instruments.map((row) => new State(row, options));
    this.#rounds = options.cycles === undefined ? [] : allRounds(this.#instruments, options.cycles);
  }

  /** What the event opened, changed and closed, by id; a closed one has no figures. */
  apply(event: NormalizedEvent): Map<string, Change> {
    const at = BigInt(event.tsRecv);
    if (at > this.#clock) this.#clock = at;
    this.#take(event, at);
    const now = this.#opportunities();
    const changes = new Map<string, Change>();
    for (const [id, figures] of now) {
      const before = this.#open.get(id);
      if (before === undefined) changes.set(id, { op: 'open', id, ...figures });
      else if (JSON.stringify(before) !== JSON.stringify(figures)) changes.set(id, { op: 'update', id, ...figures });
    }
    for (const id of this.#open.keys()) if (!now.has(id)) changes.set(id, { op: 'close', id });
    this.#open = now;
    return changes;
  }

  /** What is open now. */
  get open(): ReadonlyMap<string, Figures> {
    return this.#open;
  }

  #take(event: NormalizedEvent, at: bigint): void {
    if (event.type === 'status' && event.status === 'down') {
      for (const state of this.#instruments) if (state.row.venue === event.venue) state.clear();
    }
    if (event.type !== 'quote' && event.type !== 'book_snapshot' && event.type !== 'book_delta') return;
    const state = this.#instruments.find(({ row }) => row.venue === event.venue && row.symbol === event.symbol);
    const isQuote = event.type === 'quote';
    if (state === undefined || isQuote !== ((this.#options.source ?? 'l1') === 'l1')) return;
    if (!isQuote && event.type === 'book_delta' && !state.hasBook) return;
    if (!isQuote && event.type === 'book_delta' && event.gapBefore !== undefined) {
      state.clear();
      return;
    }
    const bids = isQuote ? side(event.bid, event.bidSize) : event.bids;
    const asks = isQuote ? side(event.ask, event.askSize) : event.asks;
    if (![...bids, ...asks].every(isTrustworthy)) state.clear();
    else if (event.type === 'book_delta') state.change(bids, asks, at);
    else state.replace(bids, asks, at);
  }

  #opportunities(): Map<string, Figures> {
    const found = new Map<string, Figures>();
    const maxAge = BigInt(Math.floor((this.#options.maxAgeMs ?? 1000) * 1e6));
    const usable = new Map(this.#instruments.map((state) => [state.key, state.isUsable(this.#clock, maxAge)]));
    const byKey = new Map(this.#instruments.map((state) => [state.key, state]));
    for (const { name, instruments } of this.#options.groups ?? []) {
      for (const buyKey of instruments) {
        for (const sellKey of instruments) {
          if (buyKey === sellKey || usable.get(buyKey) !== true || usable.get(sellKey) !== true) continue;
          const figures = spread(byKey.get(buyKey) as State, byKey.get(sellKey) as State, this.#options);
          if (figures !== undefined) found.set(`P|${name}|${buyKey}>${sellKey}`, figures);
        }
      }
    }
    for (const round of this.#rounds) {
      const cycle = decideRound(round, usable, BigInt(this.#options.minEdgePpm ?? 0));
      if (cycle !== undefined) found.set(cycle.id, cycle.figures);
    }
    return found;
  }
}

export type Figures = Readonly<Record<string, string>>;
export type Change = { readonly op: 'open' | 'update' | 'close'; readonly id: string } & Figures;

/** Everything is an integer of 1e-18; products are rescaled where they are written down. */
const UNIT = 10n ** 18n;
const PPM = 1_000_000n;
const STEP = 10n ** 6n;

function exact(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(18, '0'));
}

function show(value: bigint, places: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const shown = `${text.slice(0, -places)}.${text.slice(-places)}`.replace(/\.?0+$/, '');
  return value < 0n ? `-${shown}` : shown;
}

function floor(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return quotient * denominator > numerator ? quotient - 1n : quotient;
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

/** A side with neither price nor size is missing; one with either alone is no level that can be trusted. */
function side(price: unknown, size: unknown): readonly NormalizedLevel[] {
  return (price ?? undefined) === undefined && (size ?? undefined) === undefined
    ? []
    : [[price as string, size as string]];
}

/** Plain decimals, a price above zero and up to 1e12, a size from zero to 1e15. */
function isTrustworthy([price, size]: NormalizedLevel): boolean {
  const isDecimal = (text: unknown): boolean => typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text);
  if (!isDecimal(price) || !isDecimal(size)) return false;
  const places = (text: string): number => text.replace(/0+$/, '').split('.')[1]?.length ?? 0;
  if (price.includes('.') && places(price) > 18) return false;
  if (size.includes('.') && places(size) > 18) return false;
  return (
    exact(price) > 0n &&
    exact(size) >= 0n &&
    !price.startsWith('-') &&
    exact(price) <= 10n ** 30n &&
    exact(size) <= 10n ** 33n
  );
}

interface Level {
  readonly price: bigint;
  readonly size: bigint;
}

/** The best price that is in the book: one of those that may be it, or, when the best is gone, of all. */
function bestOf(
  book: ReadonlyMap<bigint, bigint>,
  candidates: readonly (bigint | undefined)[],
  isBetter: (a: bigint, b: bigint) => boolean,
): bigint | undefined {
  const isGone = candidates[0] !== undefined && !book.has(candidates[0]);
  let best: bigint | undefined;
  for (const price of isGone ? book.keys() : candidates) {
    if (price !== undefined && book.has(price) && (best === undefined || isBetter(price, best))) best = price;
  }
  return best;
}

class State {
  readonly row: InstrumentRow;
  readonly key: string;
  readonly feePpm: bigint;
  readonly contract: bigint;
  hasBook = false;
  #bids = new Map<bigint, bigint>();
  #asks = new Map<bigint, bigint>();
  #bestBid: bigint | undefined;
  #bestAsk: bigint | undefined;
  #receivedAt: bigint | undefined;

  constructor(row: InstrumentRow, options: DetectorOptions) {
    this.row = row;
    this.key = `${row.venue}:${row.symbol}`;
    const venueFees = options.fees?.[row.venue];
    const tier = venueFees?.tiers.filter(({ fromVolume }) => fromVolume <= (venueFees.volume ?? 0)).at(-1);
    this.feePpm = BigInt(row.takerFeePpm ?? tier?.takerFeePpm ?? Number.NaN);
    this.contract = row.contractValue === undefined || row.inverse === true ? UNIT : exact(row.contractValue);
  }

  clear(): void {
    this.#bids.clear();
    this.#asks.clear();
    this.hasBook = false;
    this.#receivedAt = undefined;
    this.#bestBid = undefined;
    this.#bestAsk = undefined;
  }

  replace(bids: readonly NormalizedLevel[], asks: readonly NormalizedLevel[], at: bigint): void {
    this.clear();
    this.hasBook = true;
    this.change(bids, asks, at);
  }

  change(bids: readonly NormalizedLevel[], asks: readonly NormalizedLevel[], at: bigint): void {
    for (const [levels, changes] of [
      [this.#bids, bids],
      [this.#asks, asks],
    ] as const) {
      for (const [price, size] of changes) {
        if (exact(size) === 0n) levels.delete(exact(price));
        else levels.set(exact(price), (exact(size) * this.contract) / UNIT);
      }
    }
    this.#receivedAt = at;
    const prices = (changes: readonly NormalizedLevel[]) => changes.map(([price]) => exact(price));
    this.#bestBid = bestOf(this.#bids, [this.#bestBid, ...prices(bids)], (a, b) => a > b);
    this.#bestAsk = bestOf(this.#asks, [this.#bestAsk, ...prices(asks)], (a, b) => a < b);
  }

  isUsable(now: bigint, maxAge: bigint): boolean {
    if (this.#receivedAt === undefined || now - this.#receivedAt > maxAge) return false;
    if (this.#bestBid !== undefined && this.#bestAsk !== undefined) return this.#bestBid < this.#bestAsk;
    return this.#bestBid !== undefined || this.#bestAsk !== undefined;
  }

  get bestBid(): Level | undefined {
    return this.#bestBid === undefined
      ? undefined
      : { price: this.#bestBid, size: this.#bids.get(this.#bestBid) ?? 0n };
  }

  get bestAsk(): Level | undefined {
    return this.#bestAsk === undefined
      ? undefined
      : { price: this.#bestAsk, size: this.#asks.get(this.#bestAsk) ?? 0n };
  }

  /** The levels of a side that are wanted, best first. */
  levels(of: 'bids' | 'asks', isWanted: (price: bigint) => boolean): Level[] {
    const sorted: Level[] = [];
    for (const [price, size] of of === 'bids' ? this.#bids : this.#asks)
      if (isWanted(price)) sorted.push({ price, size });
    sorted.sort((a, b) => (a.price < b.price ? -1 : 1));
    return of === 'bids' ? sorted.toReversed() : sorted;
  }

  get lot(): bigint {
    if (this.row.lotSize !== undefined) return (exact(this.row.lotSize) * this.contract) / UNIT;
    return this.row.contractValue === undefined ? 1n : this.contract;
  }

  get minQuantity(): bigint {
    return (exact(this.row.minQty ?? '0') * this.contract) / UNIT;
  }

  get minNotional(): bigint {
    return exact(this.row.minNotional ?? '0');
  }
}

function spread(buy: State, sell: State, options: DetectorOptions): Figures | undefined {
  const [ask, bid] = [buy.bestAsk, sell.bestBid];
  if (ask === undefined || bid === undefined) return undefined;
  const minEdge = BigInt(options.minEdgePpm ?? 0);
  const pays = (bidPrice: bigint, askPrice: bigint): boolean =>
    bidPrice * (PPM - sell.feePpm) * PPM > askPrice * (PPM + buy.feePpm) * (PPM + minEdge);
  if (!pays(bid.price, ask.price)) return undefined;
  const asks = buy.levels('asks', (price) => pays(bid.price, price));
  const bids = sell.levels('bids', (price) => pays(price, ask.price));
  const cap = options.maxNotional === undefined ? undefined : exact(options.maxNotional) * UNIT;
  let [total, cost] = [0n, 0n];
  const [askQueue, bidQueue] = [[...asks], [...bids]];
  for (;;) {
    const [asked, wanted] = [askQueue.shift(), bidQueue.shift()];
    if (asked === undefined || wanted === undefined || !pays(wanted.price, asked.price)) break;
    const take = asked.size < wanted.size ? asked.size : wanted.size;
    if (cap !== undefined && cost + asked.price * take > cap) {
      total += ((cap - cost) / asked.price / STEP) * STEP;
      break;
    }
    total += take;
    cost += asked.price * take;
    if (asked.size > take) askQueue.unshift({ price: asked.price, size: asked.size - take });
    if (wanted.size > take) bidQueue.unshift({ price: wanted.price, size: wanted.size - take });
  }
  const lot = (buy.lot * sell.lot) / gcd(buy.lot, sell.lot);
  const quantity = (total / lot) * lot;
  if (quantity <= 0n || quantity < buy.minQuantity || quantity < sell.minQuantity) return undefined;
  const [buyNotional, buyLimit] = fill(asks, quantity);
  const [sellNotional, sellLimit] = fill(bids, quantity);
  if (buyNotional < buy.minNotional * UNIT || sellNotional < sell.minNotional * UNIT) return undefined;
  const profit = sellNotional * (PPM - sell.feePpm) - buyNotional * (PPM + buy.feePpm);
  if (profit <= 0n || profit < exact(options.minProfit ?? '0') * UNIT * PPM) return undefined;
  const unitCost = ask.price * (PPM + buy.feePpm);
  return {
    qty: show(quantity, 18),
    buyNotional: show(buyNotional, 36),
    sellNotional: show(sellNotional, 36),
    buyLimit: show(buyLimit, 18),
    sellLimit: show(sellLimit, 18),
    profit: show(profit, 42),
    edgePpm: floor((bid.price * (PPM - sell.feePpm) - unitCost) * PPM, unitCost).toString(),
  };
}

function fill(levels: readonly Level[], quantity: bigint): [notional: bigint, limit: bigint] {
  let [left, notional, limit] = [quantity, 0n, 0n];
  for (const { price, size } of levels) {
    if (left === 0n) break;
    const take = size < left ? size : left;
    notional += take * price;
    left -= take;
    limit = price;
  }
  return [notional, limit];
}

/** Assets in order, in one scope, with the instruments that lead from each to the next. */
interface Round {
  readonly scope: string;
  readonly assets: readonly string[];
  readonly ways: readonly (readonly Way[])[];
}

interface Way {
  readonly state: State;
  readonly isSale: boolean;
}

function allRounds(all: readonly State[], cycles: NonNullable<DetectorOptions['cycles']>): readonly Round[] {
  const chosen = all.filter(({ row, key }) => cycles.instruments?.includes(key) ?? row.kind === 'spot');
  const scope = cycles.scope ?? 'venue';
  const scopes: [string, readonly State[]][] = [];
  if (scope !== 'all') {
    for (const venue of new Set(chosen.map(({ row }) => row.venue))) {
      scopes.push([venue, chosen.filter(({ row }) => row.venue === venue)]);
    }
  }
  if (scope !== 'venue') scopes.push(['*', chosen]);
  return scopes.flatMap(([name, states]) => {
    const assets = [...new Set(states.flatMap(({ row }) => [row.base, row.quote]))].toSorted();
    return sequences(assets, cycles.maxLength ?? 3).flatMap((sequence) => {
      const ways = sequence.map((from, i) => waysBetween(states, from, sequence[(i + 1) % sequence.length] as string));
      return ways.some(({ length }) => length === 0) ? [] : [{ scope: name, assets: sequence, ways }];
    });
  });
}

function waysBetween(states: readonly State[], from: string, to: string): readonly Way[] {
  return states.flatMap((state): readonly Way[] => {
    if (state.row.base === from && state.row.quote === to) return [{ state, isSale: true }];
    return state.row.quote === from && state.row.base === to ? [{ state, isSale: false }] : [];
  });
}

/** Every sequence of 3 to `maxLength` different assets that begins with its smallest name. */
function sequences(assets: readonly string[], maxLength: number): readonly (readonly string[])[] {
  let growing: readonly (readonly string[])[] = assets.map((asset) => [asset]);
  const found: (readonly string[])[] = [];
  for (let length = 2; length <= maxLength; length += 1) {
    growing = growing.flatMap((sequence) =>
      assets
        .filter((asset) => asset > (sequence[0] as string) && !sequence.includes(asset))
        .map((asset) => [...sequence, asset]),
    );
    if (length >= 3) for (const sequence of growing) found.push(sequence);
  }
  return found;
}

interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d });
const over = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d, d: a.d * b.n });
const below = (a: Fraction, b: Fraction): boolean => a.n * b.d < b.n * a.d;

/** What the way gives for one unit, and how much it takes. */
function rateOf({ state, isSale }: Way): { readonly rate: Fraction; readonly takes: Fraction } | undefined {
  const level = isSale ? state.bestBid : state.bestAsk;
  if (level === undefined) return undefined;
  const price = { n: level.price, d: UNIT };
  const size = { n: level.size, d: UNIT };
  if (isSale) return { rate: times(price, { n: PPM - state.feePpm, d: PPM }), takes: size };
  const cost = times(price, { n: PPM + state.feePpm, d: PPM });
  return { rate: over({ n: 1n, d: 1n }, cost), takes: times(size, cost) };
}

function decideRound(
  { scope, assets, ways }: Round,
  usable: ReadonlyMap<string, boolean>,
  minEdge: bigint,
): { readonly id: string; readonly figures: Figures } | undefined {
  let product: Fraction = { n: 1n, d: 1n };
  let capacity: Fraction | undefined;
  const names: string[] = [];
  for (const alternatives of ways) {
    let best: { readonly way: Way; readonly rate: Fraction; readonly takes: Fraction } | undefined;
    for (const way of alternatives) {
      const rated = usable.get(way.state.key) === true ? rateOf(way) : undefined;
      if (rated !== undefined && (best === undefined || below(best.rate, rated.rate))) best = { way, ...rated };
    }
    if (best === undefined) return undefined;
    const takes = over(best.takes, product);
    if (capacity === undefined || below(takes, capacity)) capacity = takes;
    product = times(product, best.rate);
    names.push(`${best.way.state.key}${best.way.isSale ? '-' : '+'}`);
  }
  if (!below({ n: PPM + minEdge, d: PPM }, product)) return undefined;
  const gain = { n: product.n - product.d, d: product.d };
  const profit = times(capacity as Fraction, gain);
  return {
    id: `C|${scope}|${assets.join('>')}|${names.join(',')}`,
    figures: {
      capacity: show(floor((capacity as Fraction).n * 10n ** 12n, (capacity as Fraction).d), 12),
      profit: show(floor(profit.n * 10n ** 12n, profit.d), 12),
      edgePpm: floor(gain.n * PPM, gain.d).toString(),
    },
  };
}
