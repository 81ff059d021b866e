import {
  ValidationError,
  showValue,
  type JsonValue,
  type MetricsSink,
  type MetricsSource,
  type PluginState,
  type StateOwner,
} from '@tradewind/core-types';
import type { ArbitrageDetector } from '../detection/arbitrage-detector.ts';
import type { AssessedOpportunity, OpportunityAssessor } from '../lifecycle/opportunity-assessor.ts';
import { Calibration } from './calibration.ts';
import { MarketActivity } from './market-activity.ts';
import { RouteRecords } from './route-records.ts';
import { SURVIVAL_FEATURES, SurvivalFeatures } from './survival-features.ts';
import type { SurvivalModel } from './survival-model.ts';
import { TrialQueue, type Trial } from './trial-queue.ts';

/** How long orders travel, by venue: a `LatencyMonitor`, or `fixedArrivals`. */
export interface ArrivalTimes {
  /** From the decision until the feed shows what the order met, in milliseconds: an order's round trip. */
  arrivalMs(venue: string): number;
  /** By how much the feed is later now than it can be, in milliseconds. */
  excessMs(venue: string): number;
}

/** Orders to every venue take the same time, and no feed is ever late. */
export function fixedArrivals(ms: number): ArrivalTimes {
  return { arrivalMs: () => ms, excessMs: () => 0 };
}

/** What makes an estimator. */
export interface SurvivalEstimatorOptions {
  readonly arrivals: ArrivalTimes;
  /** May be shared by the estimators of several detectors in a process. */
  readonly model: SurvivalModel;
}

interface Watched {
  /** The next of `SAMPLE_AGES_MS` at which a forecast is tried. */
  next: number;
}

/**
 * Estimates the probability that an opportunity is still there, fully executable, when its orders arrive, and learns from what became of it.
 *
 * Each opportunity is forecast at several ages, whether anybody acts on it or not; when its orders would have arrived, the books tell whether every leg would
 * have found all of its quantity within its limit. So it learns from all that the market shows, without bias by what was chosen, and without trading.
 * `executed` adds what became of real orders.
 *
 * Feed it around the detector, as `OpportunityPipeline` does: `settle` before an event, `observe` after it. The same input gives the same numbers.
 */
export class SurvivalEstimator implements OpportunityAssessor, StateOwner, MetricsSource {
  readonly #options: SurvivalEstimatorOptions;
  readonly #records = new RouteRecords();
  readonly #calibration = new Calibration();
  readonly #watched = new Map<string, Watched>();
  /** The features that each was confirmed by, until it is told what became of its orders: that may be after its end. */
  readonly #confirmed = new Map<string, Float64Array>();
  readonly #features = new Float64Array(SURVIVAL_FEATURES.length);
  #attached:
    | {
        readonly detector: ArbitrageDetector;
        readonly activity: MarketActivity;
        readonly features: SurvivalFeatures;
        readonly trials: TrialQueue;
      }
    | undefined;
  #originNs: bigint | undefined;

  constructor(options: SurvivalEstimatorOptions) {
    this.#options = options;
  }

  /** Says whose opportunities these are. Before the first event; an `OpportunityTracker` does it. */
  attach(detector: ArbitrageDetector): void {
    const activity = new MarketActivity(detector.slotCount, detector.levels);
    const excessMs = (slot: number): number => this.#options.arrivals.excessMs(detector.termsOf(slot)?.row.venue ?? '');
    const features = new SurvivalFeatures(activity, detector.levels, excessMs);
    const trials = new TrialQueue(detector.levels, (trial) => this.#learn(trial));
    this.#attached = { detector, activity, features, trials };
  }

  /** Judges the forecasts whose orders have arrived before a moment, by the books as they are. Call it before the event of that moment. */
  settle(nowNs: bigint): void {
    this.#parts().trials.settle(this.#msOf(nowNs));
  }

  /** Takes note of an instrument that an event has just changed. An unknown one changes nothing. */
  observe(venue: string, symbol: string): void {
    const { detector, activity } = this.#parts();
    const slot = detector.slotOf(venue, symbol);
    const nowNs = detector.nowNs;
    if (slot >= 0 && nowNs !== undefined) activity.update(slot, this.#msOf(nowNs));
  }

  /** The longest of its orders' travels, in milliseconds. */
  arrivalMs({ legs }: AssessedOpportunity): number {
    return Math.max(0, ...legs.map(({ slot }) => this.#arrivalOf(slot)));
  }

  assess(opportunity: AssessedOpportunity): number {
    const { id, legs } = opportunity;
    // What cannot be turned into orders cannot be executed.
    if (legs.length === 0) return 0;
    const arrivalMs = this.arrivalMs(opportunity);
    this.#fill(opportunity, arrivalMs);
    const probability = this.#options.model.probability(this.#features);
    const watched = this.#watched.get(id) ?? { next: 0 };
    if (watched.next === 0) this.#watched.set(id, watched);
    const age = SAMPLE_AGES_MS[watched.next];
    if (age !== undefined && opportunity.ageMs >= age) this.#try(opportunity, watched, probability);
    return probability;
  }

  confirmed({ id }: AssessedOpportunity): void {
    if (this.#confirmed.size >= MAX_CONFIRMED) {
      for (const oldest of this.#confirmed.keys()) {
        this.#confirmed.delete(oldest);
        break;
      }
    }
    this.#confirmed.set(id, this.#features.slice());
  }

  ended(id: string): void {
    this.#watched.delete(id);
  }

  /** What became of the orders of a confirmed opportunity: whether all found what they asked for. What was not confirmed by it is ignored. */
  executed(id: string, isWhole: boolean): void {
    const features = this.#confirmed.get(id);
    if (features === undefined) return;
    this.#confirmed.delete(id);
    this.#options.model.learn(features, isWhole);
  }

  /** How forecasts compare with what came: each was made before its outcome was known. */
  get calibration(): Calibration {
    return this.#calibration;
  }

  collect(into: MetricsSink): void {
    into.describe('tradewind_arbitrage_forecasts_total', 'Forecasts of survival whose outcome is known.');
    into.counter('tradewind_arbitrage_forecasts_total', this.#calibration.count);
    into.describe(
      'tradewind_arbitrage_forecasts_dropped_total',
      'Forecasts that found no room to wait for their outcome.',
    );
    into.counter('tradewind_arbitrage_forecasts_dropped_total', this.#attached?.trials.dropped ?? 0);
    if (this.#calibration.count === 0) return;
    into.describe('tradewind_arbitrage_forecast_brier', 'Mean squared error of the forecasts of survival.');
    into.gauge('tradewind_arbitrage_forecast_brier', this.#calibration.brierScore);
  }

  /** The model and the records of the routes. Forecasts under way are not part of it. */
  snapshot(): PluginState {
    return { version: VERSION, data: { model: this.#options.model.snapshot().data, records: this.#records.toJson() } };
  }

  /** @throws ValidationError `INVALID_OPTIONS` for a state that it cannot read; it is unchanged then. */
  restore(state: PluginState): void {
    const members = membersOf(state.data);
    const records = RouteRecords.read(members['records']);
    if (state.version !== VERSION || records === undefined) {
      throw new ValidationError('INVALID_OPTIONS', {
        path: 'state',
        expected: `version ${VERSION} with a model and records`,
        received: showValue(state),
        hint: 'Restore what snapshot() gave, or begin without a state.',
      });
    }
    this.#options.model.restore({ version: state.version, data: members['model'] ?? null });
    this.#records.take(records);
  }

  /** Forecasts are tried at full travel, half of it and twice it, in turn, so that the model learns what time does. */
  #try(opportunity: AssessedOpportunity, watched: Watched, probability: number): void {
    const { trials, detector } = this.#parts();
    const stretch = STRETCHES[watched.next % STRETCHES.length] as number;
    watched.next += 1;
    const nowMs = this.#msOf(detector.nowNs ?? 0n);
    const arrivals = opportunity.legs.map(({ slot }) => nowMs + stretch * this.#arrivalOf(slot));
    if (stretch !== 1) this.#fill(opportunity, stretch * this.arrivalMs(opportunity));
    const features = this.#features.slice();
    const forecast = stretch === 1 ? probability : this.#options.model.probability(features);
    const { key, legs } = opportunity;
    trials.add({ key, features, probability: forecast, legs, pending: legs.length, isWhole: true }, arrivals);
    // The caller may confirm by what stands in the features.
    if (stretch !== 1) this.#fill(opportunity, this.arrivalMs(opportunity));
  }

  #learn({ key, features, probability, isWhole }: Trial): void {
    this.#calibration.add(probability, isWhole);
    this.#records.add(key, (isWhole ? 1 : 0) - probability);
    this.#options.model.learn(features, isWhole, TRIAL_WEIGHT);
  }

  #fill(opportunity: AssessedOpportunity, arrivalMs: number): void {
    const { detector, features } = this.#parts();
    const { key, legs, ageMs, edgePpm } = opportunity;
    features.fill(this.#features, {
      legs,
      ageMs,
      arrivalMs,
      edgeAbovePpm: edgePpm - detector.minEdgePpm,
      record: this.#records.read(key),
      nowMs: this.#msOf(detector.nowNs ?? 0n),
    });
  }

  #arrivalOf(slot: number): number {
    const venue = this.#parts().detector.termsOf(slot)?.row.venue ?? '';
    return this.#options.arrivals.arrivalMs(venue);
  }

  /** Milliseconds since the first event: floats of them tell microseconds for years. */
  #msOf(ns: bigint): number {
    this.#originNs ??= ns;
    return Number(ns - this.#originNs) / NS_PER_MS;
  }

  #parts() {
    if (this.#attached === undefined) {
      throw new ValidationError('INVALID_OPTIONS', {
        path: 'detector',
        expected: 'attach(detector) before the first event',
        received: 'none',
        hint: 'Give the estimator to an OpportunityTracker as its assessor, and attach that.',
      });
    }
    return this.#attached;
  }
}

function membersOf(data: JsonValue): Readonly<Record<string, JsonValue | undefined>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? (data as Readonly<Record<string, JsonValue>>)
    : {};
}

/** An opportunity is forecast when it is so old; what it shows later it has shown often enough. */
const SAMPLE_AGES_MS = [0, 1, 2, 4, 8, 16, 32, 64, 128];
const STRETCHES = [1, 1, 0.5, 1, 2];
/** The forecasts of one opportunity share much of what they say: together they count as about three. */
const TRIAL_WEIGHT = 0.35;
/** Of these the outcome is waited for; the oldest makes room. */
const MAX_CONFIRMED = 4096;
const VERSION = 1;
const NS_PER_MS = 1e6;
