// Dynamic priority
export { QLearningRouter, type AdoptedPolicy, type LaneCorrection } from './q-learning-router.ts';
export type { QLearningRouterOptions } from './q-learning-options.ts';
export type { CostRule, PriorityCosts } from './scheduling/cost-rule.ts';
export type { PickCause, PickExplanation } from './scheduling/decision-log.ts';

// Market regimes
export { MARKET_REGIME, MARKET_REGIMES, SESSION_PHASES } from './regimes/market-regime.ts';
export type { MarketRegime, RegimeReading, SessionPhase } from './regimes/market-regime.ts';

// Path latency
export { PredictiveRouter } from './predictive-router.ts';
export type { PredictiveRouterOptions } from './predictive-options.ts';
export type { PathStrategy, PathRequest, PathSettlement } from './paths/path-strategy.ts';
export type { PathCause, PathExplanation } from './paths/path-log.ts';
export type { PathPrediction, PathReading } from './paths/path-reading.ts';
export { PATH_HEADER, pathPlugin, type PathPart, type PathPluginOptions } from './paths/path-plugin.ts';
export { RoundRobin } from './paths/round-robin.ts';
export { LeastPending } from './paths/least-pending.ts';
export { PowerOfTwoChoices } from './paths/power-of-two-choices.ts';
export { PeakEwma, type PeakEwmaOptions } from './paths/peak-ewma.ts';
export {
  HedgedPublisher,
  TWIN_HEADER,
  type HedgeCounts,
  type HedgedClient,
  type HedgedPublisherOptions,
  type LatencyForecast,
} from './paths/hedged-publisher.ts';
export { onlyFirstTwin } from './paths/only-first-twin.ts';
