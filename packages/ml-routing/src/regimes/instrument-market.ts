import { MARKET_REGIMES, type MarketRegime, type RegimeReading, type SessionPhase } from './market-regime.ts';
import { FeatureTracker } from './features.ts';
import { CLOSE, Observation } from './observation.ts';
import type { RegimeClassifier } from './regime-classifier.ts';
import type { RegimeFilter } from './regime-filter.ts';
import { RegimeSwitch } from './regime-switch.ts';

/** What all instruments share. */
export interface InstrumentParts {
  readonly classifier: RegimeClassifier;
  readonly filter: RegimeFilter;
  readonly offsets: readonly (readonly number[])[];
  readonly observationMs: number;
  readonly margin: number;
  readonly dwell: number;
  /** How many usual returns a price must move within an observation to count as news. */
  readonly jump: number;
  /** How long news is fresh, in milliseconds. */
  readonly newsMs: number;
}

/** A reading that is written to: as others see it, it is read-only. */
export type WritableReading = { -readonly [Key in keyof RegimeReading]: RegimeReading[Key] };

/**
 * One instrument: its ticks are gathered into observations of equal length, each of which moves the probabilities of its regimes.
 *
 * An observation ends with the first tick after it. Up to three observations without a tick are taken as what they are, a quiet market; after more of
 * them nothing is known of what happened meanwhile, and what was known fades. A jump is seen at the tick, not at the end of the observation.
 * Prices far beyond anything are ignored, until three in a row say the same: then it is a new level.
 *
 * Workload: 30 ns a tick, 1.5 microseconds a closed observation. Nothing is allocated by either.
 */
export class InstrumentMarket {
  readonly observation: Observation = new Observation();
  readonly tracker: FeatureTracker;
  /** As the filter keeps it, and as it is shown. Each sums to one. */
  readonly posterior: Float64Array<ArrayBuffer> = new Float64Array(MARKET_REGIMES.length);
  readonly shown: Float64Array<ArrayBuffer> = new Float64Array(MARKET_REGIMES.length);
  readonly switching: RegimeSwitch;
  readonly values: Float64Array<ArrayBuffer> = new Float64Array(INSTRUMENT_SIZE);
  readonly reading: WritableReading = {
    regime: 'NORMAL',
    confidence: 0,
    newsEvent: false,
    session: 'main',
    sinceMs: 0,
  };
  readonly #parts: InstrumentParts;

  constructor(parts: InstrumentParts) {
    this.#parts = parts;
    this.tracker = new FeatureTracker(parts.offsets);
    this.switching = new RegimeSwitch(parts.margin, parts.dwell);
    parts.filter.start(this.posterior);
    parts.filter.calibrate(this.posterior, this.shown);
    this.refresh();
  }

  /** Whether enough was seen to know what is usual here. */
  get warm(): boolean {
    return this.tracker.count >= WARM;
  }

  /** When the current observation began; 0 before the first tick. */
  get startMs(): number {
    return this.values[START] as number;
  }

  get newsUntilMs(): number {
    return this.values[NEWS_UNTIL] as number;
  }

  /** Pieces of news so far. */
  get newsCount(): number {
    return this.values[NEWS] as number;
  }

  /** A quote whose prices and sizes are finite and positive and do not cross. */
  quote(atMs: number, bid: number, ask: number, depth: number): void {
    const mid = (bid + ask) / 2;
    this.values[QUOTED] = 1;
    if (this.#accepts(mid, atMs)) this.observation.quote(mid, (ask - bid) / mid, depth);
  }

  /** A trade of finite, positive price. Where the instrument has quotes its price is theirs. */
  trade(atMs: number, price: number, size: number, sign: number): void {
    this.observation.trade(size, sign);
    if (this.values[QUOTED] === 0 && this.#accepts(price, atMs)) this.observation.tradedAt(price);
  }

  /** Closes what has ended by now. Returns how many observations were closed; the probabilities have changed if any. */
  advance(atMs: number): number {
    const { values } = this;
    const { observationMs } = this.#parts;
    const start = values[START] as number;
    if (atMs >= start && atMs < start + observationMs) return 0;
    const aligned = atMs - (atMs % observationMs);
    if (start === 0 || atMs < start - GAP * observationMs) {
      // The first tick, or a clock that was set back by far.
      if (start !== 0) this.forgetPrices();
      values[START] = aligned;
      return 0;
    }
    if (atMs < start) return 0;
    const ended = Math.round((aligned - start) / observationMs);
    const seen = ended > MOST_EMPTY + 1 ? MOST_EMPTY + 1 : ended;
    for (let each = 0; each < seen; each += 1) {
      values[START] = (values[START] as number) + observationMs;
      this.#close();
    }
    if (ended > seen) this.#fade(ended - seen);
    values[START] = aligned;
    this.refresh();
    return seen;
  }

  /** What comes is not to be compared with what was: after a reconnect. */
  forgetPrices(): void {
    this.observation.forget();
    this.tracker.forgetPrices();
    this.values[UP] = 0;
    this.values[DOWN] = 0;
    this.values[ODD] = 0;
  }

  /** Brings the reading up to date with the figures. */
  refresh(): void {
    const { reading, switching, shown } = this;
    const { regime } = switching;
    reading.regime = MARKET_REGIMES[regime] as MarketRegime;
    reading.confidence = shown[regime] as number;
    reading.sinceMs = switching.sinceMs;
  }

  /** The reading at this moment. */
  readingAt(nowMs: number, session: SessionPhase): RegimeReading {
    const { reading } = this;
    reading.newsEvent = nowMs < (this.values[NEWS_UNTIL] as number);
    reading.session = session;
    return reading;
  }

  #close(): void {
    const { observation, tracker, posterior, shown, values } = this;
    const { filter, classifier } = this.#parts;
    if (observation.values[CLOSE] === 0) {
      observation.begin();
      return;
    }
    tracker.update(observation, posterior);
    observation.begin();
    const { count } = tracker;
    classifier.score(tracker.features);
    // As long as little is known of what is usual, an observation says little.
    filter.step(posterior, classifier.scores, count < MATURE ? count / MATURE : 1);
    filter.calibrate(posterior, shown);
    values[SEEN] = (values[SEEN] as number) + 1;
    if (count < WARM) return;
    const bound = this.#parts.jump * tracker.currentReturn;
    const factor = Math.exp(bound < MOST_BOUND ? bound : MOST_BOUND);
    const close = observation.values[CLOSE] as number;
    values[UP] = close * factor;
    values[DOWN] = close / factor;
    this.switching.decide(shown, values[SEEN], values[START] as number);
  }

  #fade(observations: number): void {
    const { filter } = this.#parts;
    filter.fade(this.posterior, observations);
    filter.calibrate(this.posterior, this.shown);
    if (observations >= GAP) this.forgetPrices();
  }

  /** Whether to believe a price; and whether it is news. */
  #accepts(price: number, atMs: number): boolean {
    const { values } = this;
    const up = values[UP] as number;
    const down = values[DOWN] as number;
    if (up === 0 || (price <= up && price >= down)) {
      values[ODD] = 0;
      return true;
    }
    const far = price > up ? price / up : down / price;
    if (far > ABSURD) {
      values[ODD] = (values[ODD] as number) + 1;
      if (values[ODD] < BELIEVED) {
        values[IGNORED] = (values[IGNORED] as number) + 1;
        return false;
      }
      this.forgetPrices();
    }
    values[ODD] = 0;
    if (atMs >= (values[NEWS_UNTIL] as number)) values[NEWS] = (values[NEWS] as number) + 1;
    values[NEWS_UNTIL] = atMs + this.#parts.newsMs;
    return true;
  }
}

const START = 0;
const NEWS_UNTIL = 1;
/** Prices above and below which the current observation is news; 0 where nobody can say. */
const UP = 2;
const DOWN = 3;
/** Absurd prices in a row. */
const ODD = 4;
/** Whether it has quotes. */
const QUOTED = 5;
/** Counters: observations, pieces of news, prices ignored. */
const SEEN = 6;
const NEWS = 7;
export const IGNORED = 8;
export const INSTRUMENT_SIZE = 9;

/** Observations before a regime other than NORMAL may be in force, and a jump may be news. */
const WARM = 30;
/** Observations until each weighs as much as it later will. */
export const MATURE = 60;
/** Observations without a tick that are taken as a quiet market. */
const MOST_EMPTY = 3;
/** Observations without a tick after which prices are not compared. */
const GAP = 30;
/** A logarithm beyond which nothing is a matter of volatility. */
const MOST_BOUND = 2;
/** So far beyond what would be news, a price is first taken for a mistake: 5 % further. */
const ABSURD = 1.05;
const BELIEVED = 3;
