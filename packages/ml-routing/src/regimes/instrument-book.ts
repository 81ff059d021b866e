import { instrumentOfTopic } from '@tradewind/core-types';
import type { MarketRegimeSettings } from './market-regime-options.ts';
import type { MarketRegimeParts } from './market-regime-state.ts';
import type { ChangeLog } from './change-log.ts';
import { IGNORED, InstrumentMarket, type InstrumentParts } from './instrument-market.ts';
import { MarketPool } from './market-pool.ts';
import { MARKET_REGIMES, type MarketRegime, type RegimeReading } from './market-regime.ts';
import { RegimeClassifier } from './regime-classifier.ts';
import { RegimeFilter } from './regime-filter.ts';
import { SessionClock } from './session-calendar.ts';
import { TRAINED_MODEL } from './trained-weights.ts';

/** A quote as the book takes it. */
interface QuoteFigures {
  readonly atMs: number;
  readonly bidPrice: number;
  readonly askPrice: number;
  readonly bidSize: number;
  readonly askSize: number;
}

interface TradeFigures {
  readonly atMs: number;
  readonly price: number;
  readonly size: number;
  readonly aggressor?: 1 | 0 | -1 | undefined;
}

/**
 * All instruments of a detector, and the market that they make up. Ticks are checked here, before they come to an instrument.
 *
 * Workload: one lookup by name per tick; instruments are added once and never removed. The bound is on their number.
 */
export class InstrumentBook {
  readonly instruments: InstrumentMarket[] = [];
  readonly pool: MarketPool;
  /** When the last tick came. */
  lastMs = 0;
  ticks = 0;
  /** Ticks of instruments beyond the bound. */
  unlisted = 0;
  /** Quotes and trades since the last one that was taken in, none of which could be. */
  inVain = 0;
  #unusable = 0;
  readonly #names: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #byTopic = new Map<string, string>();
  readonly #clocks: SessionClock[] = [];
  readonly #venueClocks: ReadonlyMap<string, SessionClock>;
  readonly #clock: SessionClock;
  readonly #parts: InstrumentParts;
  readonly #settings: MarketRegimeSettings;
  readonly #changes: ChangeLog;
  readonly #neutral: { -readonly [Key in keyof RegimeReading]: RegimeReading[Key] } = {
    regime: 'NORMAL',
    confidence: 0,
    newsEvent: false,
    session: 'main',
    sinceMs: 0,
  };

  constructor(settings: MarketRegimeSettings, changes: ChangeLog) {
    const { observationMs, margin, dwell, jump, newsObservations, calendar, venueCalendars } = settings;
    this.#settings = settings;
    this.#changes = changes;
    this.#parts = {
      classifier: new RegimeClassifier(TRAINED_MODEL.classifier),
      filter: new RegimeFilter(TRAINED_MODEL.filter),
      offsets: TRAINED_MODEL.offsets,
      observationMs,
      margin,
      dwell,
      jump,
      newsMs: newsObservations * observationMs,
    };
    this.pool = new MarketPool({ observationMs, margin, dwell });
    // Until instruments are known, the market is what markets are in the long run.
    this.#parts.filter.start(this.pool.shown);
    this.pool.refresh();
    this.#clock = new SessionClock(calendar);
    this.#venueClocks = new Map(Object.entries(venueCalendars).map(([venue, own]) => [venue, new SessionClock(own)]));
  }

  /** Ticks that were none, and single prices beyond belief. */
  get ignored(): number {
    return this.instruments.reduce((sum, { values }) => sum + (values[IGNORED] as number), this.#unusable);
  }

  /** Something that should have been a tick is none. */
  ignore(): void {
    this.#unusable += 1;
    this.inVain += 1;
  }

  placeOf(instrumentId: string): number | undefined {
    return this.#places.get(instrumentId);
  }

  /** The place of an instrument, which is added if there is room. */
  find(instrumentId: string): number | undefined {
    const place = this.#places.get(instrumentId);
    if (place !== undefined) return place;
    if (typeof instrumentId !== 'string' || instrumentId === '') {
      this.ignore();
      return undefined;
    }
    if (this.instruments.length >= this.#settings.maxInstruments) {
      this.unlisted += 1;
      return undefined;
    }
    return this.#add(instrumentId);
  }

  /** The place of the instrument that a topic of market data is about. */
  placeOfTopic(topic: string): number | undefined {
    if (!topic.startsWith('data.')) return undefined;
    const known = this.#byTopic.get(topic);
    if (known !== undefined) return this.#places.get(known);
    const parts = instrumentOfTopic(topic);
    const instrumentId = parts === undefined ? '' : `${parts.symbol}.${parts.venue}`;
    if (this.#byTopic.size < TOPICS_PER_INSTRUMENT * this.#settings.maxInstruments) {
      this.#byTopic.set(topic, instrumentId);
    }
    return this.#places.get(instrumentId);
  }

  quote(place: number, { atMs, bidPrice, askPrice, bidSize, askSize }: QuoteFigures): void {
    const usable = isTime(atMs) && isAmount(bidPrice) && isAmount(askPrice) && askPrice >= bidPrice;
    if (!usable || !(bidSize >= 0 && bidSize <= MOST) || !(askSize >= 0 && askSize <= MOST)) {
      this.ignore();
      return;
    }
    const instrument = this.#advance(place, atMs);
    this.ticks += 1;
    this.inVain = 0;
    const newsBefore = instrument.newsUntilMs;
    instrument.quote(atMs, bidPrice, askPrice, bidSize + askSize);
    if (instrument.newsUntilMs !== newsBefore) this.pool.hasNews(place);
  }

  trade(place: number, { atMs, price, size, aggressor }: TradeFigures): void {
    if (!isTime(atMs) || !isAmount(price) || !(size >= 0 && size <= MOST)) {
      this.ignore();
      return;
    }
    const instrument = this.#advance(place, atMs);
    this.ticks += 1;
    this.inVain = 0;
    const newsBefore = instrument.newsUntilMs;
    instrument.trade(atMs, price, size, aggressor ?? 0);
    if (instrument.newsUntilMs !== newsBefore) this.pool.hasNews(place);
  }

  /** Closes the observations that have ended by now, of all instruments that have had a tick. */
  advance(nowMs: number): void {
    if (!isTime(nowMs)) return;
    for (let place = 0; place < this.instruments.length; place += 1) {
      if ((this.instruments[place] as InstrumentMarket).startMs !== 0) this.#advance(place, nowMs);
    }
  }

  /** Something was missed before the next tick of this instrument. */
  missed(place: number): void {
    this.instruments[place]?.forgetPrices();
  }

  readingOf(place: number, nowMs: number): RegimeReading {
    const instrument = this.instruments[place] as InstrumentMarket;
    return instrument.readingAt(nowMs, (this.#clocks[place] as SessionClock).phaseAt(nowMs));
  }

  marketReading(nowMs: number): RegimeReading {
    return this.pool.readingNow(this.#clock.phaseAt(nowMs));
  }

  /** What is said while nothing is known on purpose. The calendar needs no ticks, so the phase of the day stays true. */
  neutralReading(place: number | undefined, nowMs: number): RegimeReading {
    const clock = place === undefined ? this.#clock : (this.#clocks[place] as SessionClock);
    this.#neutral.session = clock.phaseAt(nowMs);
    return this.#neutral;
  }

  stateParts(): MarketRegimeParts {
    const { instruments, pool } = this;
    const { observationMs, maxInstruments } = this.#settings;
    return {
      observationMs,
      maxInstruments,
      pool,
      instruments,
      names: this.#names,
      time: {
        get: () => this.lastMs,
        set: (ms) => {
          this.lastMs = ms;
        },
      },
      reset: (names) => {
        instruments.length = 0;
        pool.members.length = 0;
        this.#names.length = 0;
        this.#clocks.length = 0;
        this.#places.clear();
        for (const name of names) this.#add(name);
      },
    };
  }

  #add(instrumentId: string): number {
    const place = this.instruments.length;
    const venue = instrumentId.slice(instrumentId.lastIndexOf('.') + 1);
    this.instruments.push(new InstrumentMarket(this.#parts));
    this.pool.add();
    this.#clocks.push(this.#venueClocks.get(venue) ?? this.#clock);
    this.#names.push(instrumentId);
    this.#places.set(instrumentId, place);
    return place;
  }

  #advance(place: number, atMs: number): InstrumentMarket {
    const instrument = this.instruments[place] as InstrumentMarket;
    this.lastMs = atMs;
    const before = instrument.switching.regime;
    if (instrument.advance(atMs) === 0) return instrument;
    if (instrument.switching.regime !== before) this.#changed(instrument, before, atMs, this.#names[place]);
    const marketBefore = this.pool.switching.regime;
    if (this.pool.update(place, this.instruments, atMs)) this.#changed(this.pool, marketBefore, atMs);
    return instrument;
  }

  #changed({ reading }: { readonly reading: RegimeReading }, from: number, atMs: number, instrumentId?: string): void {
    const { regime: to, confidence } = reading;
    this.#changes.write({ atMs, instrumentId, from: MARKET_REGIMES[from] as MarketRegime, to, confidence });
  }
}

function isTime(ms: number): boolean {
  return ms > 0 && ms <= LAST_MS;
}

/** Prices so small or so large that a sum of their squares would not be a number are no prices. */
function isAmount(value: number): boolean {
  return value >= LEAST && value <= MOST;
}

const LEAST = 1e-30;
const MOST = 1e30;
/** The last moment of a `Date`. */
const LAST_MS = 8.64e15;
/** Quotes, trades, both kinds of books. */
const TOPICS_PER_INSTRUMENT = 8;
