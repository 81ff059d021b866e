import {
  BookFlag,
  createDecimal,
  createTickGrid,
  formatDecimal,
  type BookDelta,
  type BookDeltas,
  type BookLevel,
  type BookSnapshot,
  type DecimalText,
  type Instrument,
  type InstrumentId,
  type Quote,
  type TickGrid,
  type Ticker,
  type TimestampNs,
  type Trade,
} from '@tradewind/core-types';
import type { BookResult, LevelChange, OrderBook } from './order-book.ts';
import type { MarketProfile, VenueProfile } from './venue-profile.ts';

/** When something happened at the venue, and when it is known here. */
export interface Moment {
  readonly tsEventNs: TimestampNs;
  readonly tsInitNs: TimestampNs;
}

/** Puts what happens in one book into the words of market data: ticks become prices, lots become sizes, streams are numbered. */
export class MarketDataWriter {
  readonly #instrumentId: InstrumentId;
  readonly #book: OrderBook;
  readonly prices: TickGrid;
  readonly sizes: TickGrid;
  readonly #written = { trades: 0, deltas: 0, quotes: 0, snapshots: 0, tickers: 0 };
  #updates = 0;
  #lastPrice: DecimalText | undefined;
  /** The quote as last written, in ticks and lots: a quote is written only when one of the four has changed. */
  readonly #quoted = { bidTicks: 0, bidLots: 0, askTicks: 0, askLots: 0 };

  constructor(market: MarketProfile, book: OrderBook) {
    this.#instrumentId = market.listing.instrumentId;
    this.#book = book;
    this.prices = createTickGrid(market.tickSize);
    this.sizes = createTickGrid(market.lotSize);
  }

  /** The trades, the changed levels, and the new quote if there is one, in this order. */
  write(result: BookResult, moment: Moment): readonly (Trade | BookDeltas | Quote)[] {
    if (result.changes.length === 0) return [];
    this.#updates += 1;
    const events: (Trade | BookDeltas | Quote)[] = result.matches.map((match) => {
      this.#written.trades += 1;
      this.#lastPrice = this.prices.fromTicks(match.priceTicks);
      return {
        type: 'trade',
        instrumentId: this.#instrumentId,
        ...moment,
        sequence: this.#written.trades - 1,
        price: this.#lastPrice,
        size: this.sizes.fromTicks(match.lots),
        aggressorSide: match.aggressorSide === 'BUY' ? 'BUYER' : 'SELLER',
        tradeId: `T${this.#written.trades}`,
      };
    });
    events.push(this.#deltas(result.changes, moment));
    const quote = this.#quote(moment);
    if (quote !== undefined) events.push(quote);
    return events;
  }

  /** The whole book. */
  snapshot(moment: Moment): BookSnapshot {
    this.#written.snapshots += 1;
    return {
      type: 'book_snapshot',
      instrumentId: this.#instrumentId,
      ...moment,
      sequence: this.#written.snapshots - 1,
      venueSequence: BigInt(this.#updates),
      bids: this.#side('BUY'),
      asks: this.#side('SELL'),
    };
  }

  /** What venues send every now and then to those who need no more: the last trade and the touch. */
  ticker(moment: Moment): Ticker {
    const { bestBid, bestAsk } = this.#book;
    this.#written.tickers += 1;
    return {
      type: 'ticker',
      instrumentId: this.#instrumentId,
      ...moment,
      sequence: this.#written.tickers - 1,
      lastPrice: this.#lastPrice,
      bidPrice: bestBid === undefined ? undefined : this.prices.fromTicks(bestBid.priceTicks),
      bidSize: bestBid === undefined ? undefined : this.sizes.fromTicks(bestBid.lots),
      askPrice: bestAsk === undefined ? undefined : this.prices.fromTicks(bestAsk.priceTicks),
      askSize: bestAsk === undefined ? undefined : this.sizes.fromTicks(bestAsk.lots),
    };
  }

  #deltas(changes: readonly LevelChange[], moment: Moment): BookDeltas {
    this.#written.deltas += 1;
    return {
      type: 'book_deltas',
      instrumentId: this.#instrumentId,
      ...moment,
      sequence: this.#written.deltas - 1,
      venueSequence: BigInt(this.#updates),
      deltas: changes.map((change) => this.#delta(change)),
      flags: BookFlag.LAST + BookFlag.PRICE_LEVEL,
    };
  }

  #delta({ side, priceTicks, lots }: LevelChange): BookDelta {
    return {
      action: lots === 0 ? 'DELETE' : 'UPDATE',
      side,
      price: this.prices.fromTicks(priceTicks),
      size: this.sizes.fromTicks(lots),
    };
  }

  #quote(moment: Moment): Quote | undefined {
    const { bestBid, bestAsk } = this.#book;
    const quoted = this.#quoted;
    const bidTicks = bestBid?.priceTicks ?? 0;
    const bidLots = bestBid?.lots ?? 0;
    const askTicks = bestAsk?.priceTicks ?? 0;
    const askLots = bestAsk?.lots ?? 0;
    const isSame =
      bidTicks === quoted.bidTicks &&
      bidLots === quoted.bidLots &&
      askTicks === quoted.askTicks &&
      askLots === quoted.askLots;
    if (isSame) return undefined;
    Object.assign(quoted, { bidTicks, bidLots, askTicks, askLots });
    this.#written.quotes += 1;
    return {
      type: 'quote',
      instrumentId: this.#instrumentId,
      ...moment,
      sequence: this.#written.quotes - 1,
      venueSequence: BigInt(this.#updates),
      bidPrice: bestBid === undefined ? null : this.prices.fromTicks(bidTicks),
      bidSize: bestBid === undefined ? null : this.sizes.fromTicks(bidLots),
      askPrice: bestAsk === undefined ? null : this.prices.fromTicks(askTicks),
      askSize: bestAsk === undefined ? null : this.sizes.fromTicks(askLots),
    };
  }

  #side(side: 'BUY' | 'SELL'): readonly BookLevel[] {
    return Array.from(this.#book.levels(side), ({ priceTicks, lots }): BookLevel => [
      this.prices.fromTicks(priceTicks),
      this.sizes.fromTicks(lots),
    ]);
  }
}

/** What a venue says about an instrument when its feed begins. */
export function instrumentEvent(venue: VenueProfile, market: MarketProfile, moment: Moment): Instrument {
  const { listing, tickSize, lotSize } = market;
  return {
    type: 'instrument',
    instrumentId: listing.instrumentId,
    ...moment,
    sequence: 0,
    kind: 'spot',
    base: listing.base,
    quote: listing.quote,
    settlement: listing.quote,
    tickSize,
    lotSize,
    makerFee: feeFraction(venue.makerFeePpm),
    takerFee: feeFraction(venue.takerFeePpm),
  };
}

/** Parts per million as a fraction: 400 is `0.0004`. */
export function feeFraction(ppm: number): DecimalText {
  return formatDecimal(createDecimal({ mantissa: BigInt(ppm), scale: 6 }));
}
