import type { ArbitrageDetector } from '../detection/arbitrage-detector.ts';
import type { PlannedLeg } from './planned-leg.ts';

/** A live opportunity as it is to be assessed. */
export interface AssessedOpportunity {
  readonly id: string;
  /** The same for every life of one spread or cycle. */
  readonly key: string;
  /** The orders that it asks for; none when none fit. */
  readonly legs: readonly PlannedLeg[];
  readonly ageMs: number;
  readonly edgePpm: number;
}

/** Says how likely an opportunity is to be there, fully executable, when its orders arrive. A `SurvivalEstimator`. */
export interface OpportunityAssessor {
  /** Once, before the first event. */
  attach(detector: ArbitrageDetector): void;
  /** A probability. Called when one opens, when its figures change, and now and then while it lives. */
  assess(opportunity: AssessedOpportunity): number;
  /** From the decision until its last order arrives, in milliseconds. */
  arrivalMs(opportunity: AssessedOpportunity): number;
  /** Its last assessment has confirmed it. */
  confirmed(opportunity: AssessedOpportunity): void;
  /** Nothing can happen to it any more. */
  ended(id: string): void;
}
