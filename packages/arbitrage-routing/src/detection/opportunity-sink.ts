import type { CycleFigures, PairFigures } from './transition.ts';

/** One order of an opportunity. */
export interface Leg {
  readonly slot: number;
  readonly side: 'BUY' | 'SELL';
}

/** Why an opportunity ended: the market moved, a quote grew too old, or what is known of a leg was forgotten. */
export type CloseReason = 'market' | 'stale' | 'source';

/** What an opportunity is, for as long as it lives. */
export interface OpportunitySource {
  readonly id: string;
  readonly type: 'PRICE_SPREAD' | 'TRIANGULAR';
  readonly legs: readonly Leg[];
}

/** Where the detector reports to, inside the call that causes it. An implementation must neither throw nor feed the detector. */
export interface OpportunitySink {
  opened(source: OpportunitySource, figures: PairFigures | CycleFigures): void;
  updated(source: OpportunitySource, figures: PairFigures | CycleFigures): void;
  closed(source: OpportunitySource, reason: CloseReason): void;
}
