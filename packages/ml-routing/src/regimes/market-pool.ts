import { MARKET_REGIMES, type MarketRegime, type RegimeReading, type SessionPhase } from './market-regime.ts';
import type { InstrumentMarket, WritableReading } from './instrument-market.ts';
import { RegimeSwitch } from './regime-switch.ts';

/**
 * The whole market: the mean of what is known of its instruments (the linear opinion pool: Stone 1961). So its probability of a regime is the part of
 * the instruments that are in it, as far as that is known; they sum to one as those of each instrument do.
 *
 * The mean is kept up to date by differences, one instrument at a time, and each update looks at one more instrument, in a circle, whether it has gone
 * silent: a thousand instruments cost what one does.
 */
export class MarketPool {
  readonly shown: Float64Array<ArrayBuffer> = new Float64Array(MARKET_REGIMES.length);
  readonly switching: RegimeSwitch;
  /** Sums of probabilities by regime; then instruments that count, instruments with news, and the place in the circle. */
  readonly values: Float64Array<ArrayBuffer> = new Float64Array(POOL_SIZE);
  /** A row per instrument: what it has contributed, and whether it counts and has news. */
  readonly members: Float64Array[] = [];
  readonly reading: WritableReading = {
    regime: 'NORMAL',
    confidence: 0,
    newsEvent: false,
    session: 'main',
    sinceMs: 0,
  };
  readonly #observationMs: number;
  readonly #silentMs: number;

  constructor({ observationMs, margin, dwell }: { observationMs: number; margin: number; dwell: number }) {
    this.#observationMs = observationMs;
    this.#silentMs = SILENT * observationMs;
    this.switching = new RegimeSwitch(margin, dwell);
  }

  /** Instruments that count: known well enough, and heard of lately. */
  get active(): number {
    return this.values[ACTIVE] as number;
  }

  /** A further instrument; its place is the number of those before it. */
  add(): void {
    this.members.push(new Float64Array(MEMBER_SIZE));
  }

  /** One instrument has closed an observation. Returns whether the regime of the market has changed. */
  update(place: number, instruments: readonly InstrumentMarket[], nowMs: number): boolean {
    const { values } = this;
    this.#put(place, instruments[place] as InstrumentMarket, nowMs);
    const cursor = (values[CURSOR] as number) < instruments.length ? (values[CURSOR] as number) : 0;
    values[CURSOR] = cursor + 1;
    if (cursor !== place) this.#put(cursor, instruments[cursor] as InstrumentMarket, nowMs);
    return this.#decide(nowMs);
  }

  /** News is not to wait for the end of an observation. */
  hasNews(place: number): void {
    const member = this.members[place] as Float64Array;
    if (member[COUNTS] === 0 || member[HAS_NEWS] === 1) return;
    member[HAS_NEWS] = 1;
    this.values[WITH_NEWS] = (this.values[WITH_NEWS] as number) + 1;
  }

  readingNow(session: SessionPhase): RegimeReading {
    const { values, reading } = this;
    const withNews = values[WITH_NEWS] as number;
    reading.newsEvent = withNews > 0 && withNews >= NEWS_PART * (values[ACTIVE] as number);
    reading.session = session;
    return reading;
  }

  /** Brings the reading up to date with the figures. */
  refresh(): void {
    const { regime } = this.switching;
    this.reading.regime = MARKET_REGIMES[regime] as MarketRegime;
    this.reading.confidence = this.shown[regime] as number;
    this.reading.sinceMs = this.switching.sinceMs;
  }

  #put(place: number, instrument: InstrumentMarket, nowMs: number): void {
    const { values } = this;
    const member = this.members[place] as Float64Array;
    const counts = instrument.warm && nowMs - instrument.startMs < this.#silentMs;
    const news = counts && nowMs < instrument.newsUntilMs;
    for (let regime = 0; regime < this.shown.length; regime += 1) {
      const now = counts ? (instrument.shown[regime] as number) : 0;
      values[regime] = (values[regime] as number) + now - (member[regime] as number);
      member[regime] = now;
    }
    values[ACTIVE] = (values[ACTIVE] as number) + Number(counts) - (member[COUNTS] as number);
    values[WITH_NEWS] = (values[WITH_NEWS] as number) + Number(news) - (member[HAS_NEWS] as number);
    member[COUNTS] = Number(counts);
    member[HAS_NEWS] = Number(news);
  }

  #decide(nowMs: number): boolean {
    const { shown, values } = this;
    if (this.active === 0) return false;
    let total = 0;
    for (let regime = 0; regime < shown.length; regime += 1) {
      const value = values[regime] as number;
      // Differences of sums can leave a trace of what is gone.
      shown[regime] = value > 0 ? value : 0;
      total += shown[regime] as number;
    }
    for (let regime = 0; regime < shown.length; regime += 1) shown[regime] = (shown[regime] as number) / total;
    const changed = this.switching.decide(shown, Math.floor(nowMs / this.#observationMs), nowMs);
    this.refresh();
    return changed;
  }
}

const ACTIVE: number = MARKET_REGIMES.length;
const WITH_NEWS: number = ACTIVE + 1;
const CURSOR: number = ACTIVE + 2;
const POOL_SIZE: number = ACTIVE + 3;
const COUNTS: number = MARKET_REGIMES.length;
const HAS_NEWS: number = COUNTS + 1;
export const MEMBER_SIZE: number = COUNTS + 2;
/** Observations after which an instrument that says nothing does not count. */
const SILENT = 60;
/** The part of the instruments with news that makes it news of the market. */
const NEWS_PART = 0.25;
