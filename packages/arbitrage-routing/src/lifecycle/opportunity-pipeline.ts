import { ArbitrageDetector } from '../detection/arbitrage-detector.ts';
import type { DetectorOptions } from '../detection/detector-options.ts';
import type { Transition } from '../detection/transition.ts';
import type { NormalizedEvent } from '../market/normalized-event.ts';
import { readTimeNs } from '../market/read-time.ts';
import type { SurvivalEstimator } from '../survival/survival-estimator.ts';
import { OpportunityTracker, type OpportunityTrackerOptions } from './opportunity-tracker.ts';

/** What makes a pipeline. */
export interface OpportunityPipelineOptions {
  /** Without an `observer`: that place is the tracker's. */
  readonly detector: Omit<DetectorOptions, 'observer'>;
  readonly tracker: Omit<OpportunityTrackerOptions, 'assessor'>;
  /** Default none: opportunities are confirmed by age alone. */
  readonly survival?: SurvivalEstimator | undefined;
}

/**
 * A detector, a tracker and an estimator of survival, fed in the order that they need: first the forecasts that are due by then are judged by the books as
 * they still are, then the event changes the books, then the estimator sees what it changed, then what may be confirmed is.
 */
export class OpportunityPipeline {
  readonly detector: ArbitrageDetector;
  readonly tracker: OpportunityTracker;
  readonly #survival: SurvivalEstimator | undefined;

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor({ detector, tracker, survival }: OpportunityPipelineOptions) {
    this.tracker = new OpportunityTracker({ ...tracker, assessor: survival });
    this.detector = new ArbitrageDetector({ ...detector, observer: this.tracker });
    this.tracker.attach(this.detector);
    this.#survival = survival;
  }

  /** Takes an event in; returns what it opened, changed and closed. What became of opportunities goes to the tracker's listener. */
  apply(event: NormalizedEvent): readonly Transition[] {
    const survival = this.#survival;
    // The detector rejects what is no time, and counts it; here it only must not be used.
    const atNs = readTimeNs(event.tsRecv);
    if (survival !== undefined && atNs !== undefined) survival.settle(atNs);
    const transitions = this.detector.apply(event);
    if (survival !== undefined && 'symbol' in event) survival.observe(event.venue, event.symbol);
    this.tracker.tick();
    return transitions;
  }

  /** Moves the clock and nothing else, for a timer where events may pause. */
  advance(nowNs: bigint): readonly Transition[] {
    this.#survival?.settle(nowNs);
    const transitions = this.detector.advance(nowNs);
    this.tracker.tick();
    return transitions;
  }
}
