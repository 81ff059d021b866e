import type { InstrumentRow } from '../../../src/market/instrument-row.ts';
import type { NormalizedEvent, NormalizedFunding, NormalizedLevel } from '../../../src/market/normalized-event.ts';
import type { SignalDetectorOptions } from '../../../src/signals/signal-detector.ts';
import { floorAt, isAbove, over, plus, ratio, readDecimal, times, truncateAt, type Ratio } from './ratio.ts';

const MINUTE_NS = 60_000_000_000n;

export interface Level {
  readonly price: Ratio;
  /** Base currency where it is linear, contracts otherwise. */
  readonly size: Ratio;
}

interface Funding {
  readonly rate: Ratio;
  readonly nextNs: bigint;
  readonly intervalNs: bigint;
}

/** One instrument, as section 1 of the specification describes it. */
export class OracleInstrument {
  readonly row: InstrumentRow;
  readonly key: string;
  readonly entryFee: Ratio;
  readonly exitFee: Ratio;
  settlement: OracleInstrument | undefined;
  receivedNs: bigint | undefined;
  hasBook = false;
  bids: Level[] = [];
  asks: Level[] = [];
  funding: Funding | undefined;
  /** The payment that the venue itself named with its rate. */
  namedPaymentNs: bigint | undefined;
  #lastPaymentNs: bigint | undefined;
  #observedMinutes: bigint | undefined;
  readonly #maxAgeNs: bigint;

  constructor(row: InstrumentRow, options: SignalDetectorOptions) {
    this.row = row;
    this.key = `${row.venue}:${row.symbol}`;
    const fees = options.fees?.[row.venue];
    const tier = fees?.tiers.filter(({ fromVolume }) => fromVolume <= (fees.volume ?? 0)).at(-1);
    const taker = row.takerFeePpm ?? tier?.takerFeePpm ?? 0;
    const maker = row.makerFeePpm ?? tier?.makerFeePpm ?? taker;
    this.entryFee = ratio(BigInt(taker), 1_000_000n);
    this.exitFee = ratio(BigInt(options.exitLiquidity === 'maker' ? maker : taker), 1_000_000n);
    this.#maxAgeNs = BigInt(Math.floor((options.maxAgeMs ?? 1000) * 1e6));
  }

  get isLinear(): boolean {
    return this.row.inverse !== true && this.row.quanto !== true;
  }

  get contractValue(): Ratio {
    return readDecimal(this.row.contractValue ?? '1') as Ratio;
  }

  get lot(): Ratio {
    const unit = this.isLinear ? this.contractValue : ratio(1n);
    const step = this.row.contractValue === undefined ? ratio(1n, 10n ** 18n) : ratio(1n);
    return times(this.row.lotSize === undefined ? step : (readDecimal(this.row.lotSize) as Ratio), unit);
  }

  get minQuantity(): Ratio {
    return times(readDecimal(this.row.minQty ?? '0') as Ratio, this.isLinear ? this.contractValue : ratio(1n));
  }

  isUsableAt(atNs: bigint): boolean {
    return this.isFresh(atNs) && (this.row.quanto !== true || this.settlement?.isFresh(atNs) === true);
  }

  isFresh(atNs: bigint): boolean {
    const [bid, ask] = [this.bids[0], this.asks[0]];
    if (this.receivedNs === undefined || bid === undefined || ask === undefined) return false;
    return isAbove(ask.price, bid.price) && atNs - this.receivedNs <= this.#maxAgeNs;
  }

  get bid(): Ratio {
    return (this.bids[0] as Level).price;
  }

  get ask(): Ratio {
    return (this.asks[0] as Level).price;
  }

  /** Bid and ask together over the tick, floored. */
  get halfTicks(): bigint {
    return floorAt(over(plus(this.bid, this.ask), readDecimal(this.row.tickSize) as Ratio), 0);
  }

  /** Base currency of so many units, exactly; only a quanto contract's unit is floored to 18 places first. */
  baseOf(units: Ratio, price: Ratio): Ratio {
    if (this.isLinear) return units;
    if (this.row.inverse === true) return over(times(units, this.contractValue), price);
    return times(units, this.quantoUnit);
  }

  get quantoUnit(): Ratio {
    return ratio(floorAt(times(this.contractValue, (this.settlement as OracleInstrument).bid), 18), 10n ** 18n);
  }

  clear(): void {
    this.bids = [];
    this.asks = [];
    this.hasBook = false;
    this.receivedNs = undefined;
  }

  set(bids: readonly NormalizedLevel[], asks: readonly NormalizedLevel[], atNs: bigint): void {
    this.bids = this.#merge(this.bids, bids).toSorted((a, b) => (isAbove(a.price, b.price) ? -1 : 1));
    this.asks = this.#merge(this.asks, asks).toSorted((a, b) => (isAbove(a.price, b.price) ? 1 : -1));
    this.receivedNs = atNs;
  }

  #merge(levels: readonly Level[], changes: readonly NormalizedLevel[]): readonly Level[] {
    let merged = levels;
    for (const [priceText, sizeText] of changes) {
      const price = readDecimal(priceText) as Ratio;
      const given = times(readDecimal(sizeText) as Ratio, this.isLinear ? this.contractValue : ratio(1n));
      const size = ratio(truncateAt(given, 18), 10n ** 18n);
      merged = merged.filter((level) => isAbove(level.price, price) || isAbove(price, level.price));
      if (size.n > 0n) merged = [...merged, { price, size }];
    }
    return merged;
  }

  takeFunding(event: NormalizedFunding, receivedNs: bigint): boolean {
    const rate = readDecimal(event.rate);
    const isTime = (time: unknown): boolean => typeof time === 'bigint' || /^\d{1,19}$/.test(String(time));
    const minutes = event.intervalMinutes;
    const isGood =
      rate !== undefined &&
      ((event.tsEvent ?? undefined) === undefined || isTime(event.tsEvent)) &&
      (event.nextFundingNs === undefined || isTime(event.nextFundingNs)) &&
      (minutes === undefined || (Number.isInteger(minutes) && minutes >= 1 && minutes <= 525_600)) &&
      isAbove(ratio(1n), rate) &&
      isAbove(rate, ratio(-1n));
    if (!isGood) {
      this.forgetFunding();
      return true;
    }
    const settledNs = (event.tsEvent ?? undefined) === undefined ? receivedNs : BigInt(event.tsEvent as string);
    const announcedNs = event.nextFundingNs === undefined ? undefined : BigInt(event.nextFundingNs);
    const paymentNs = announcedNs ?? settledNs;
    if (this.#lastPaymentNs !== undefined) {
      if (paymentNs < this.#lastPaymentNs) return false;
      const spacing = floorAt(ratio(2n * (paymentNs - this.#lastPaymentNs) + MINUTE_NS, 2n * MINUTE_NS), 0);
      if (spacing >= 60n && spacing <= 1440n) this.#observedMinutes = spacing;
    }
    this.#lastPaymentNs = paymentNs;
    this.namedPaymentNs = announcedNs;
    const given = minutes ?? this.row.fundingIntervalMinutes;
    const interval = given === undefined ? this.#observedMinutes : BigInt(given);
    this.funding =
      interval === undefined
        ? undefined
        : { rate, intervalNs: interval * MINUTE_NS, nextNs: announcedNs ?? settledNs + interval * MINUTE_NS };
    return true;
  }

  forgetFunding(): void {
    this.funding = undefined;
    this.#lastPaymentNs = undefined;
    this.#observedMinutes = undefined;
  }

  /** The payments after one moment up to another, one by one; undefined when the funding is not known by now. */
  payments(nowNs: bigint, untilNs: bigint): { readonly rate: Ratio; readonly times: readonly bigint[] } | undefined {
    const funding = this.funding;
    if (funding === undefined || nowNs > funding.nextNs + funding.intervalNs) return undefined;
    const found: bigint[] = [];
    for (let at = funding.nextNs; at <= untilNs; at += funding.intervalNs) if (at > nowNs) found.push(at);
    return { rate: funding.rate, times: found };
  }

  nextPaymentNs(nowNs: bigint): bigint | undefined {
    const funding = this.funding;
    if (this.row.kind !== 'perp' || funding === undefined || nowNs > funding.nextNs + funding.intervalNs)
      return undefined;
    let at = funding.nextNs;
    while (at <= nowNs) at += funding.intervalNs;
    return at;
  }
}

/** What an event did: which instruments it concerned, and what of it an estimate observes. */
export interface Effect {
  readonly changed: Set<string>;
  readonly lost: Set<string>;
  readonly observed: OracleInstrument | undefined;
}

/** All instruments. */
export class OracleMarket {
  readonly instruments: readonly OracleInstrument[];
  readonly options: SignalDetectorOptions;
  nowNs = -1n;

  constructor(options: SignalDetectorOptions) {
    this.options = options;
    this.instruments = options.instruments.map((row) => new OracleInstrument(row, options));
    for (const each of this.instruments) {
      each.settlement = this.instruments.find(({ key }) => key === each.row.settlementInstrument);
    }
  }

  of(key: string): OracleInstrument {
    return this.instruments.find((each) => each.key === key) as OracleInstrument;
  }

  isUsable(instrument: OracleInstrument): boolean {
    return instrument.isUsableAt(this.nowNs);
  }

  take(event: NormalizedEvent, atNs: bigint): Effect {
    const effect = {
      changed: new Set<string>(),
      lost: new Set<string>(),
      observed: undefined as OracleInstrument | undefined,
    };
    if (event.type === 'status' && event.status === 'down') {
      for (const each of this.instruments.filter(({ row }) => row.venue === event.venue)) {
        each.clear();
        each.forgetFunding();
        effect.changed.add(each.key);
        effect.lost.add(each.key);
      }
    }
    if (!['quote', 'book_snapshot', 'book_delta', 'funding'].includes(event.type) || !('symbol' in event))
      return effect;
    const each = this.instruments.find(({ row }) => row.venue === event.venue && row.symbol === event.symbol);
    if (each === undefined) return effect;
    if (event.type === 'funding') {
      if (each.takeFunding(event, atNs)) effect.changed.add(each.key);
      return effect;
    }
    const isQuote = event.type === 'quote';
    if (isQuote !== ((this.options.source ?? 'l1') === 'l1')) return effect;
    if (event.type === 'book_delta' && !each.hasBook) return effect;
    effect.changed.add(each.key);
    const bids = isQuote ? side(event.bid, event.bidSize) : event.bids;
    const asks = isQuote ? side(event.ask, event.askSize) : event.asks;
    if ((event.type === 'book_delta' && event.gapBefore !== undefined) || ![...bids, ...asks].every(isTrustworthy)) {
      each.clear();
      effect.lost.add(each.key);
      return effect;
    }
    if (event.type !== 'book_delta') each.clear();
    each.hasBook = true;
    each.set(bids, asks, atNs);
    const [bid, ask] = [each.bids[0], each.asks[0]];
    if (bid !== undefined && ask !== undefined && isAbove(ask.price, bid.price)) effect.observed = each;
    return effect;
  }
}

function side(price: unknown, size: unknown): readonly NormalizedLevel[] {
  return (price ?? undefined) === undefined && (size ?? undefined) === undefined
    ? []
    : [[price as string, size as string]];
}

function isTrustworthy([priceText, sizeText]: NormalizedLevel): boolean {
  const [price, size] = [readDecimal(priceText), readDecimal(sizeText)];
  if (price === undefined || size === undefined) return false;
  return price.n > 0n && size.n >= 0n && !isAbove(price, ratio(10n ** 12n)) && !isAbove(size, ratio(10n ** 15n));
}
