// Dynamic priority
export { QLearningRouter, type AdoptedPolicy, type LaneCorrection } from './q-learning-router.ts';
export type { QLearningRouterOptions } from './q-learning-options.ts';
export type { CostRule, PriorityCosts } from './scheduling/cost-rule.ts';
export type { PickCause, PickExplanation } from './scheduling/decision-log.ts';

// Market regimes
export {
  MarketRegimeDetector,
  type QuoteTick,
  type RegimeExplanation,
  type TradeTick,
} from './market-regime-detector.ts';
export type { MarketRegimeOptions } from './market-regime-options.ts';
export { RegimePolicy } from './regime-policy.ts';
export {
  DEFAULT_ADAPTATIONS,
  type AdaptedTo,
  type RegimeAdaptation,
  type RegimePolicyOptions,
} from './regime-policy-options.ts';
export type { RegimeTuning, TuneOptions } from './regimes/regime-tuner.ts';
export type { RegimeChange } from './regimes/change-log.ts';
export type { SessionCalendar } from './regimes/session-calendar.ts';
export { MARKET_REGIME, MARKET_REGIMES, SESSION_PHASES } from './regimes/market-regime.ts';
export type { MarketRegime, RegimeReading, SessionPhase } from './regimes/market-regime.ts';
