import type { Random, SubmitOrder } from '@tradewind/core-types';
import type { FeedEvent } from '../events.ts';
import { incomingOrder, orderAnswers } from './desk-order.ts';
import type { Fundamental } from './fundamental.ts';
import { HawkesProcess } from './hawkes-process.ts';
import { MarketDataWriter, instrumentEvent, type Moment } from './market-data-writer.ts';
import { OrderBook } from './order-book.ts';
import { OrderFlow } from './order-flow.ts';
import type { MarketProfile, VenueProfile } from './venue-profile.ts';

/** What one market is made of. */
export interface SimulatedMarketOptions {
  readonly venue: VenueProfile;
  readonly market: MarketProfile;
  /** Shared by all markets of the asset. */
  readonly fundamental: Fundamental;
  readonly random: Random;
}

/** One asset at one venue: an order book, the public that trades in it, and the market data that come of it. */
export class SimulatedMarket {
  readonly venue: VenueProfile;
  readonly market: MarketProfile;
  readonly #fundamental: Fundamental;
  readonly #book = new OrderBook();
  readonly #writer: MarketDataWriter;
  readonly #arrivals: HawkesProcess;
  readonly #flow: OrderFlow;

  constructor({ venue, market, fundamental, random }: SimulatedMarketOptions) {
    this.venue = venue;
    this.market = market;
    this.#fundamental = fundamental;
    this.#writer = new MarketDataWriter(market, this.#book);
    const baseRate = market.asset.ordersPerSecond * venue.activity;
    this.#arrivals = new HawkesProcess({ baseRate, branchingRatio: 0.6, decayRate: 12 }, random);
    this.#flow = new OrderFlow({
      book: this.#book,
      random,
      halfSpread: market.asset.halfSpread,
      medianLots: market.asset.medianSize / Number(market.lotSize),
    });
  }

  /** The opening of the market: what is traded here, and the first book. */
  open(moment: Moment): readonly FeedEvent[] {
    this.#flow.open(this.#fairTicks());
    return [instrumentEvent(this.venue, this.market, moment), this.#writer.snapshot(moment)];
  }

  /** When the public acts next, in seconds; to be followed by one {@link act} at that time. */
  nextArrival(): number {
    return this.#arrivals.next();
  }

  act(moment: Moment): readonly FeedEvent[] {
    return this.#writer.write(this.#flow.act(this.#fairTicks()), moment);
  }

  ticker(moment: Moment): FeedEvent {
    return this.#writer.ticker(moment);
  }

  /** News: orders will come in numbers. */
  excite(seconds: number, expectedOrders: number): void {
    this.#arrivals.excite(seconds, expectedOrders);
  }

  /** An order of the desk has arrived. Its answers come after the market data that it caused, as at most venues. */
  execute(order: SubmitOrder, moment: Moment): readonly FeedEvent[] {
    const destination = {
      venue: this.venue,
      market: this.market,
      prices: this.#writer.prices,
      sizes: this.#writer.sizes,
    };
    const result = this.#book.submit(incomingOrder(order, destination));
    return [...this.#writer.write(result, moment), ...orderAnswers(order, result, destination, moment)];
  }

  #fairTicks(): number {
    return this.#fundamental.price / Number(this.market.tickSize);
  }
}
