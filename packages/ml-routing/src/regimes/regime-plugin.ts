import type {
  Health,
  HealthSource,
  MetricsSink,
  MetricsSource,
  Remediable,
  Remedy,
  RoutableMessage,
  RoutingContext,
  RoutingPlugin,
  StateOwner,
} from '@tradewind/core-types';
import { decimalNumber } from './decimal-number.ts';
import type { InstrumentBook } from './instrument-book.ts';
import { MARKET_REGIME } from './market-regime.ts';

/** The detector that stands behind the plugin. */
export interface RegimeDetector extends HealthSource, MetricsSource, Remediable {
  readonly state: StateOwner;
  readonly enabled: boolean;
}

/**
 * Looks at the quotes and trades of a client as they are published, and sets the fact {@link MARKET_REGIME} for every message. What is published under `data.quotes.` or
 * `data.trades.` and is no `Quote` or `Trade` of `core-types` is ignored and counted; other topics are left alone.
 *
 * The time of a tick is when it was published, by the client's clock: one clock for all, where those of venues differ.
 */
export class RegimePlugin implements RoutingPlugin, HealthSource, MetricsSource, Remediable {
  readonly name: string;
  readonly state: StateOwner;
  readonly #detector: RegimeDetector;
  readonly #book: InstrumentBook;
  readonly #quote: { atMs: number; bidPrice: number; askPrice: number; bidSize: number; askSize: number } = {
    atMs: 0,
    bidPrice: 0.5,
    askPrice: 0.5,
    bidSize: 0.5,
    askSize: 0.5,
  };
  readonly #trade: { atMs: number; price: number; size: number; aggressor: 1 | 0 | -1 } = {
    atMs: 0,
    price: 0.5,
    size: 0.5,
    aggressor: 0,
  };

  constructor(detector: RegimeDetector, book: InstrumentBook) {
    this.name = detector.name;
    this.state = detector.state;
    this.#detector = detector;
    this.#book = book;
  }

  route({ topic, payload, publishedAtMs }: RoutableMessage, context: RoutingContext): undefined {
    const { nowMs } = context;
    if (!this.#detector.enabled) {
      context.set(MARKET_REGIME, this.#book.neutralReading(this.#book.placeOfTopic(topic), nowMs));
      return;
    }
    const place = this.#observe(topic, payload, publishedAtMs) ?? this.#book.placeOfTopic(topic);
    context.set(
      MARKET_REGIME,
      place === undefined ? this.#book.marketReading(nowMs) : this.#book.readingOf(place, nowMs),
    );
  }

  health(): Health {
    return this.#detector.health();
  }

  collect(into: MetricsSink): void {
    this.#detector.collect(into);
  }

  remedies(): readonly Remedy[] {
    return this.#detector.remedies();
  }

  /** The place of the instrument of a tick; undefined for whatever is none. */
  #observe(topic: string, payload: unknown, atMs: number): number | undefined {
    const isQuote = topic.startsWith('data.quotes.');
    if (!isQuote && !topic.startsWith('data.trades.')) return undefined;
    const tick = typeof payload === 'object' && payload !== null ? (payload as TickPayload) : NO_TICK;
    if (tick.type !== (isQuote ? 'quote' : 'trade') || typeof tick.instrumentId !== 'string') {
      this.#book.ignore();
      return undefined;
    }
    const place = this.#book.find(tick.instrumentId);
    if (place === undefined) return undefined;
    if (tick.gapBefore !== undefined) this.#book.missed(place);
    if (isQuote) {
      // A side without orders is null: there is nothing to take a middle of.
      if (tick.bidPrice === null || tick.askPrice === null) return place;
      const quote = this.#quote;
      quote.atMs = atMs;
      quote.bidPrice = decimalNumber(tick.bidPrice);
      quote.askPrice = decimalNumber(tick.askPrice);
      quote.bidSize = decimalNumber(tick.bidSize);
      quote.askSize = decimalNumber(tick.askSize);
      this.#book.quote(place, quote);
    } else {
      const trade = this.#trade;
      trade.atMs = atMs;
      trade.price = decimalNumber(tick.price);
      trade.size = tick.size === null ? 0 : decimalNumber(tick.size);
      trade.aggressor = tick.aggressorSide === 'BUYER' ? 1 : tick.aggressorSide === 'SELLER' ? -1 : 0;
      this.#book.trade(place, trade);
    }
    return place;
  }
}

const NO_TICK: TickPayload = {};

/** The members of a quote or a trade, not yet looked at. */
interface TickPayload {
  readonly type?: unknown;
  readonly instrumentId?: unknown;
  readonly gapBefore?: unknown;
  readonly bidPrice?: unknown;
  readonly bidSize?: unknown;
  readonly askPrice?: unknown;
  readonly askSize?: unknown;
  readonly price?: unknown;
  readonly size?: unknown;
  readonly aggressorSide?: unknown;
}
