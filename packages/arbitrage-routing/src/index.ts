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
export { ASK, BID, type LevelSource, type Side } from './market/levels.ts';
export { readMarketEvent } from './market/market-event-reader.ts';
export type {
  NormalizedDelta,
  NormalizedEvent,
  NormalizedFunding,
  NormalizedHeader,
  NormalizedInstrumentHeader,
  NormalizedLevel,
  NormalizedOther,
  NormalizedQuote,
  NormalizedSnapshot,
  NormalizedStatus,
} from './market/normalized-event.ts';
export { REJECTIONS, type Rejection } from './market/rejections.ts';

// Raw messages
export { QuoteFeed, type QuoteFeedOptions } from './decoding/quote-feed.ts';
export type { InstrumentDirectory } from './decoding/instrument-grids.ts';
export { WireDecoder, type DecoderCounts } from './decoding/wire-decoder.ts';
export {
  WIRE_KINDS,
  type LevelColumns,
  type WireKind,
  type WireTexts,
  type WireUpdate,
} from './decoding/wire-update.ts';

// Signals: what is expected to pay
export type { CalendarSpreadOptions } from './signals/carry/calendar-spread-signal.ts';
export type { FundingRateOptions } from './signals/carry/funding-rate-signal.ts';
export {
  LeadLagWindow,
  type LeadLag,
  type LeadLagWindowOptions,
  type SeriesIndex,
} from './signals/latency/lead-lag-window.ts';
export type { LatencyOptions } from './signals/latency/latency-options.ts';
export { SignalDetector, type SignalCounts, type SignalDetectorOptions } from './signals/signal-detector.ts';
export {
  SIGNAL_TYPES,
  type CalendarFigures,
  type FundingFigures,
  type LatencyFigures,
  type SignalCloseTransition,
  type SignalFigures,
  type SignalFiguresByType,
  type SignalFiguresTransition,
  type SignalLeg,
  type SignalTransition,
  type SignalType,
  type StatisticalFigures,
} from './signals/signal.ts';
export {
  CointegrationWindow,
  type Cointegration,
  type CointegrationWindowOptions,
} from './signals/statistical/cointegration-window.ts';
export { criticalValue, probabilityOf, type Significance } from './signals/statistical/mackinnon.ts';
export type { StatisticalOptions } from './signals/statistical/statistical-options.ts';

// The life of an opportunity
export {
  OPPORTUNITY_STATES,
  URGENCIES,
  isEnded,
  urgencyOf,
  type Opportunity,
  type OpportunityLeg,
  type OpportunityState,
  type Survival,
  type Urgency,
} from './lifecycle/opportunity.ts';
export {
  OpportunityTracker,
  type OpportunityListener,
  type OpportunityTrackerOptions,
  type TrackerCounts,
} from './lifecycle/opportunity-tracker.ts';

export type { AssessedOpportunity, OpportunityAssessor } from './lifecycle/opportunity-assessor.ts';
export { OpportunityPipeline, type OpportunityPipelineOptions } from './lifecycle/opportunity-pipeline.ts';
export type { PlannedLeg } from './lifecycle/planned-leg.ts';

// Whether it will still be there
export { Calibration, type CalibrationBin } from './survival/calibration.ts';
export {
  SurvivalEstimator,
  fixedArrivals,
  type ArrivalTimes,
  type SurvivalEstimatorOptions,
} from './survival/survival-estimator.ts';
export { SURVIVAL_FEATURES } from './survival/survival-features.ts';
export { createSurvivalModel, type SurvivalModel } from './survival/survival-model.ts';

// How far away venues and paths are
export { CONNECTION_QUALITIES, type ConnectionQuality } from './latency/connection-quality.ts';
export { LATENCY_CLASSES, latencyClassOf, type LatencyClass } from './latency/latency-class.ts';
export { LatencyMonitor, type LatencyMonitorOptions } from './latency/latency-monitor.ts';
export type { LatencyReport } from './latency/latency-report.ts';

// Routing
export { ArbitrageRouter, type ArbitrageRouterOptions, type PathRanks } from './routing/arbitrage-router.ts';
export { DEFAULT_RULES, type ArbitrageRule } from './routing/arbitrage-rule.ts';
export { ARBITRAGE_PREFIX, arbitrageTopic, type TopicSource } from './routing/arbitrage-topic.ts';
export {
  OpportunityPublisher,
  type OpportunityPublishOptions,
  type OpportunityPublisherOptions,
  type PublishedOpportunity,
  type PublisherCounts,
} from './routing/opportunity-publisher.ts';

// Execution
export {
  ExecutionCoordinator,
  type ExecutionCoordinatorOptions,
  type ExecutionLearner,
  type OpportunityRoutes,
} from './execution/execution-coordinator.ts';
export type {
  ExecutionRefusal,
  ExecutionReport,
  OrderReport,
  UnmatchedPosition,
} from './execution/execution-report.ts';
export type { OrderFault } from './execution/order-check.ts';
export type { ExecutionVenue, RoundTripListener } from './execution/order-desk.ts';
export { PaperAccount, type PaperFill } from './execution/paper-account.ts';
export { PaperVenueError, type PaperVenueErrorDetails } from './execution/paper-error.ts';
export { PaperExchange } from './execution/paper-exchange.ts';
export type { PaperExchangeOptions } from './execution/paper-options.ts';
