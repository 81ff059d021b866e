import type { CycleFigures, PairFigures } from '../detection/transition.ts';

/** How soon something has to be done about an opportunity, by what is left of its life. */
export const URGENCIES = ['IMMEDIATE', 'URGENT', 'MODERATE', 'LOW'] as const;
export type Urgency = (typeof URGENCIES)[number];

/**
 * Where an opportunity is in its life.
 *
 * `detected` (the exact decision says so), `confirmed` (it will probably still be there when its orders arrive; without an assessor: it was still
 * there after the time of confirmation), `routed` (somebody took it to act on), and then exactly one end: `executed`, `expired` (a leg's quote grew too old) or `invalidated` (the market moved, or a leg's source
 * was lost). Each earlier state may be skipped towards an end, none is entered twice.
 */
export const OPPORTUNITY_STATES = ['detected', 'confirmed', 'routed', 'executed', 'expired', 'invalidated'] as const;
export type OpportunityState = (typeof OPPORTUNITY_STATES)[number];

/** One order that an opportunity asks for. */
export interface OpportunityLeg {
  readonly venue: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  /** The worst price that its order takes, and how much it asks for in base currency: decimal texts. Absent where no order fits. */
  readonly limit?: string | undefined;
  readonly quantity?: string | undefined;
  /**
   * When the last quote of its instrument was received that shows what the figures say, by the detector's clock; nanoseconds since 1970. A change of state is
   * no quote, and neither is one of another leg. Absent where nothing is known of it; such a leg is not executed.
   */
  readonly quotedAtNs?: bigint | undefined;
}

/** How likely an opportunity is to be there when its orders arrive. */
export interface Survival {
  /** That every order finds all that it asks for within its limit. From 0 to 1. */
  readonly probability: number;
  /** For which travel: from the decision until the last order arrives, in milliseconds. */
  readonly arrivalMs: number;
}

/** One life of a spread or cycle: what is published, and what a router and an executor decide by. Immutable; a change makes a new one. */
export interface Opportunity {
  /** Unique among all opportunities of all trackers with different producers: `producer#17`. Never used again. */
  readonly id: string;
  /** The detector's id, the same whenever the spread or cycle opens. */
  readonly key: string;
  readonly type: 'PRICE_SPREAD' | 'TRIANGULAR';
  readonly state: OpportunityState;
  readonly legs: readonly OpportunityLeg[];
  readonly figures: PairFigures | CycleFigures;
  readonly urgency: Urgency;
  /** As of its last assessment; absent before the first, and without an assessor. */
  readonly survival?: Survival | undefined;
  /** The detector's clock when it opened, and when it entered this state or was updated; nanoseconds since 1970. How old the figures are stands in the legs. */
  readonly detectedAtNs: bigint;
  readonly changedAtNs: bigint;
  /** Just after it the oldest leg is too old. */
  readonly expiresAtNs: bigint;
}

/** Whether nothing can happen to it any more. */
export function isEnded(state: OpportunityState): boolean {
  return state === 'executed' || state === 'expired' || state === 'invalidated';
}

/** The urgency of what expires in so many milliseconds. */
export function urgencyOf(remainingMs: number): Urgency {
  if (remainingMs < IMMEDIATE_BELOW_MS) return 'IMMEDIATE';
  if (remainingMs < URGENT_BELOW_MS) return 'URGENT';
  return remainingMs < MODERATE_BELOW_MS ? 'MODERATE' : 'LOW';
}

// The bounds by which the router's default rules lift what expires soon, so that both say the same.
const IMMEDIATE_BELOW_MS = 100;
const URGENT_BELOW_MS = 500;
const MODERATE_BELOW_MS = 2000;
