import type {
  Health,
  HealthSource,
  MetricsSink,
  MetricsSource,
  Remediable,
  Remedy,
  RoutingPlugin,
  StateOwner,
} from '@tradewind/core-types';
import { KillSwitch, switchRemedies } from '../kill-switch.ts';
import { switchedBy } from '../switchable.ts';
import { readMarketRegimeOptions, type MarketRegimeOptions } from './market-regime-options.ts';
import { MarketRegimeState } from './market-regime-state.ts';
import { ChangeLog, type RegimeChange } from './change-log.ts';
import { FEATURES } from './features.ts';
import { InstrumentBook } from './instrument-book.ts';
import type { InstrumentMarket } from './instrument-market.ts';
import { MARKET_REGIMES, type MarketRegime, type RegimeReading } from './market-regime.ts';
import { RegimePlugin } from './regime-plugin.ts';
import { describeRegime } from './regime-text.ts';

/** A best bid and offer, as numbers. One object may be used for all of them: nothing of it is kept. */
export interface QuoteTick {
  /** `BTCUSDT.BINANCE`, or any other text that stands for the instrument. */
  readonly instrumentId: string;
  /** Milliseconds since the epoch, of one clock for all ticks: when it was received, rather than the venue's own time. */
  readonly atMs: number;
  readonly bidPrice: number;
  readonly askPrice: number;
  readonly bidSize: number;
  readonly askSize: number;
}

/** A trade, as numbers. One object may be used for all of them: nothing of it is kept. */
export interface TradeTick {
  readonly instrumentId: string;
  readonly atMs: number;
  readonly price: number;
  /** 0 where it is not known. */
  readonly size: number;
  /** 1: a buyer took liquidity; -1: a seller; 0: not known. Default 0. */
  readonly aggressor?: 1 | 0 | -1 | undefined;
}

/** What is known of one instrument, or of the market, and what it comes from. */
export interface RegimeExplanation {
  readonly reading: RegimeReading;
  /** Posterior probabilities; they sum to one. */
  readonly probabilities: Readonly<Record<MarketRegime, number>>;
  /** What the classifier saw last, by name: logarithms of ratios to the usual, and shapes of the price's path. None for the market. */
  readonly features: Readonly<Record<string, number>>;
  /** For people: `VOLATILE 0.93: volatility 2.4 times the usual, …`. */
  readonly text: string;
}

/**
 * Says from quotes and trades in which regime an instrument is, and the market as a whole: NORMAL, VOLATILE, TRENDING, RANGING or ILLIQUID, with its
 * probability; whether there was news a moment ago; and which phase of the trading day it is.
 *
 * Give its `plugin` to a client, before the plugins that read {@link MARKET_REGIME}: it looks at the quotes and trades that are published there, and
 * sets the fact for each message: the reading of the instrument that the topic is about, otherwise that of the market. A payload is to be a `Quote` or
 * a `Trade` of `core-types`; any other is ignored and counted, and after 100 of them without one that can be used `health()` says so. Or call
 * `observeQuote` and `observeTrade` by hand.
 *
 * - Probabilities are finite and sum to one, whatever comes. NaN, crossed quotes and single absurd prices are ignored and counted.
 * - Prices, sizes and speeds matter only in relation to what is usual for the instrument: the same market in cents gives the same probabilities.
 * - A regime holds for at least `dwell` observations. Until 30 observations of an instrument are known it is NORMAL.
 * - Same ticks, same probabilities: no clock, no chance, no timer.
 * - `disable()` is the kill switch: ticks are not looked at, and the fact says NORMAL with confidence 0. The phase of the day goes on by the calendar.
 *
 * Cost: from some hundred nanoseconds to about two microseconds a tick, and more for the first tick after an observation's end; no object is made.
 * `npm run bench -- ml-routing` prints the figures.
 */
export class MarketRegimeDetector implements HealthSource, MetricsSource, Remediable {
  readonly name = 'market-regime';
  /** Give it to `plugins` of a client. It decides nothing about messages. */
  readonly plugin: RoutingPlugin;
  /** What is usual for each instrument, and where it stands. Restoring throws a `ValidationError` `INVALID_OPTIONS` on a state that it cannot read. */
  readonly state: StateOwner;
  readonly #book: InstrumentBook;
  readonly #changes = new ChangeLog();
  readonly #switch = new KillSwitch();

  /** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
  constructor(options: MarketRegimeOptions = {}) {
    const settings = readMarketRegimeOptions(options);
    this.#book = new InstrumentBook(settings, this.#changes);
    this.state = new MarketRegimeState(this.#book.stateParts());
    this.plugin = new RegimePlugin(this, this.#book);
    switchedBy(this.plugin, this);
  }

  /** Whether ticks are looked at. */
  get enabled(): boolean {
    return this.#switch.reason === undefined;
  }

  /** Takes a quote in. One that is no quote (not finite, not positive, crossed) is ignored and counted. */
  observeQuote(quote: QuoteTick): void {
    if (this.#switch.reason !== undefined) return;
    const instrument = this.#book.find(quote.instrumentId);
    if (instrument !== undefined) this.#book.quote(instrument, quote);
  }

  /** Takes a trade in. One that is no trade is ignored and counted. */
  observeTrade(trade: TradeTick): void {
    if (this.#switch.reason !== undefined) return;
    const instrument = this.#book.find(trade.instrumentId);
    if (instrument !== undefined) this.#book.trade(instrument, trade);
  }

  /**
   * Closes the observations that have ended by now, where no tick does it: for quiet markets, about once per observation. Two microseconds an
   * instrument.
   *
   * @param nowMs - By the clock that the ticks' times are of.
   */
  advance(nowMs: number): void {
    if (this.#switch.reason === undefined) this.#book.advance(nowMs);
  }

  /**
   * The reading of an instrument; without one, or of one that is not known, that of the market. Written anew in place: copy what you keep.
   *
   * @param nowMs - For whether news is fresh and which phase it is. Default: when the last tick was looked at.
   */
  reading(instrumentId?: string, nowMs?: number): RegimeReading {
    const at = nowMs ?? this.#book.lastMs;
    const place = instrumentId === undefined ? undefined : this.#book.placeOf(instrumentId);
    if (this.#switch.reason !== undefined) return this.#book.neutralReading(place, at);
    return place === undefined ? this.#book.marketReading(at) : this.#book.readingOf(place, at);
  }

  /** What is known, and why. Makes objects: not for every message. */
  explain(instrumentId?: string): RegimeExplanation {
    const place = instrumentId === undefined ? undefined : this.#book.placeOf(instrumentId);
    const instrument: InstrumentMarket | undefined = place === undefined ? undefined : this.#book.instruments[place];
    const reading = { ...this.reading(instrumentId) };
    const shown = instrument?.shown ?? this.#book.pool.shown;
    const features = instrument?.tracker.features;
    const byName = features === undefined ? [] : FEATURES.map((name, at) => [name, features[at] ?? 0] as const);
    const probabilities = Object.fromEntries(MARKET_REGIMES.map((regime, at) => [regime, shown[at] ?? 0])) as Record<
      MarketRegime,
      number
    >;
    const text = describeRegime(reading, new Map(byName), this.#book.pool.active);
    return { reading, probabilities, features: Object.fromEntries(byName), text };
  }

  /** The last changes of regime, newest first: at most 256, by default 16. */
  changes(limit = 16): readonly RegimeChange[] {
    return this.#changes.recent(limit);
  }

  /** The kill switch: ticks are not looked at, and every reading is NORMAL with confidence 0; its session goes on by the calendar. */
  disable(reason = 'switched off'): void {
    this.#switch.turnOff(reason, this.#book.lastMs);
  }

  /** Looks at ticks again. What happened meanwhile is a gap: what was known fades by as much. */
  enable(): void {
    this.#switch.turnOn(this.#book.lastMs);
  }

  /** Degraded while it is switched off, while none of at least 100 quotes and trades could be used, and when there are more instruments than it may follow. */
  health(): Health {
    const { unlisted, instruments, inVain } = this.#book;
    if (inVain >= MOST_IN_VAIN) {
      const expected = 'a Quote or Trade of core-types, with type, instrumentId, and prices as decimal text';
      return this.#switch.health(`none of the last ${inVain} quotes and trades could be used: expected ${expected}`);
    }
    return this.#switch.health(unlisted > 0 ? `ticks of further instruments than the first ${instruments.length}` : '');
  }

  remedies(): readonly Remedy[] {
    return switchRemedies(this, 'regimes', {
      off: 'Look at no ticks and call every market normal, until regimes are enabled again.',
      on: 'Look at ticks again.',
    });
  }

  collect(into: MetricsSink): void {
    const { pool, instruments, ticks, ignored, unlisted } = this.#book;
    into.describe('tradewind_regime_probability', 'Part of the market that is in a regime, as far as is known.');
    for (const [at, regime] of MARKET_REGIMES.entries()) {
      into.gauge('tradewind_regime_probability', pool.shown[at] ?? 0, { regime });
    }
    into.describe('tradewind_regime_news', 'Whether there is news in the market.');
    into.gauge('tradewind_regime_news', this.reading().newsEvent ? 1 : 0);
    into.describe('tradewind_regime_news_total', 'Pieces of news, over all instruments.');
    into.counter(
      'tradewind_regime_news_total',
      instruments.reduce((sum, { newsCount }) => sum + newsCount, 0),
    );
    into.describe('tradewind_regime_instruments', 'Instruments followed, and those among them that count at present.');
    into.gauge('tradewind_regime_instruments', instruments.length, { kind: 'followed' });
    into.gauge('tradewind_regime_instruments', pool.active, { kind: 'active' });
    into.describe('tradewind_regime_changes_total', 'Changes of regime, of instruments and of the market.');
    into.counter('tradewind_regime_changes_total', this.#changes.count);
    into.describe(
      'tradewind_regime_ticks_total',
      'Quotes and trades: taken in, ignored as they cannot be used, and of instruments beyond the bound.',
    );
    into.counter('tradewind_regime_ticks_total', ticks, { kind: 'taken' });
    into.counter('tradewind_regime_ticks_total', ignored, { kind: 'ignored' });
    into.counter('tradewind_regime_ticks_total', unlisted, { kind: 'unlisted' });
    into.describe('tradewind_regime_enabled', 'Whether the detector looks at ticks.');
    into.gauge('tradewind_regime_enabled', this.enabled ? 1 : 0);
  }
}

/** Single bad ticks are everyday; so many in a row are payloads of another shape. */
const MOST_IN_VAIN = 100;
