// Dynamic priority
export { QLearningRouter, type AdoptedPolicy, type LaneCorrection } from './q-learning-router.ts';
export type { QLearningRouterOptions } from './q-learning-options.ts';
export type { CostRule, PriorityCosts } from './scheduling/cost-rule.ts';
export type { PickCause, PickExplanation } from './scheduling/decision-log.ts';
export type { GainOverStatic } from './learning/static-account.ts';

// Market regimes
export { MARKET_REGIME, MARKET_REGIMES, SESSION_PHASES } from './regimes/market-regime.ts';
export type { MarketRegime, RegimeReading, SessionPhase } from './regimes/market-regime.ts';
