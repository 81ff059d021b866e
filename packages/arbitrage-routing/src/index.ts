// The detector
export { ArbitrageDetector, type DetectorCounts } from './detection/arbitrage-detector.ts';
export { MAX_CYCLES, type CycleOptions } from './detection/cycle-graph.ts';
export type { DetectorOptions } from './detection/detector-options.ts';
export type { CloseReason, Leg, OpportunitySink, OpportunitySource } from './detection/opportunity-sink.ts';
export { createQuoteBatch, type QuoteBatch } from './detection/quote-batch.ts';
export type {
  CloseTransition,
  CycleFigures,
  FiguresTransition,
  PairFigures,
  Transition,
  TransitionHeader,
} from './detection/transition.ts';

// What it is fed with
export { FEE_BOUND_PPM, feeTierOf, type FeeSchedule, type FeeTier, type VenueFees } from './market/fees.ts';
export { instrumentKey, type InstrumentRow } from './market/instrument-row.ts';
export type { InstrumentGroup, InstrumentTableOptions, InstrumentTerms } from './market/instrument-table.ts';
export type {
  NormalizedDelta,
  NormalizedEvent,
  NormalizedHeader,
  NormalizedInstrumentHeader,
  NormalizedLevel,
  NormalizedOther,
  NormalizedQuote,
  NormalizedSnapshot,
  NormalizedStatus,
} from './market/normalized-event.ts';
export { REJECTIONS, type Rejection } from './market/rejections.ts';

// The life of an opportunity
export {
  OPPORTUNITY_STATES,
  URGENCIES,
  isEnded,
  urgencyOf,
  type Opportunity,
  type OpportunityLeg,
  type OpportunityState,
  type Urgency,
} from './lifecycle/opportunity.ts';
export {
  OpportunityTracker,
  type OpportunityListener,
  type OpportunityTrackerOptions,
  type TrackerCounts,
} from './lifecycle/opportunity-tracker.ts';
