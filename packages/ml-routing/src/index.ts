// Dynamic priority
export { QLearningRouter } from './learning/q-learning-router.ts';
export type { AdoptedPolicy, AlternativePolicy, LaneCorrection, PolicyChanges } from './learning/policy-readings.ts';
export type { QLearningRouterOptions } from './learning/q-learning-options.ts';
export type { CostRule, PriorityCosts } from './scheduling/cost-rule.ts';
export type { PickCause, PickExplanation } from './scheduling/decision-log.ts';
export type { GainOverStatic } from './learning/static-account.ts';
export type { BaselineGain, ReplayedGain } from './learning/replayed-gain.ts';

// Market regimes
export {
  MarketRegimeDetector,
  type QuoteTick,
  type RegimeExplanation,
  type TradeTick,
} from './regimes/market-regime-detector.ts';
export type { MarketRegimeOptions } from './regimes/market-regime-options.ts';
export { RegimePolicy } from './regimes/regime-policy.ts';
export {
  DEFAULT_ADAPTATIONS,
  type AdaptedTo,
  type RegimeAdaptation,
  type RegimePolicyOptions,
} from './regimes/regime-policy-options.ts';
export type { RegimeTuning, TuneOptions } from './regimes/regime-tuner.ts';
export type { RegimeChange } from './regimes/change-log.ts';
export type { SessionCalendar } from './regimes/session-calendar.ts';
export { MARKET_REGIME, MARKET_REGIMES, SESSION_PHASES } from './regimes/market-regime.ts';
export type { MarketRegime, RegimeReading, SessionPhase } from './regimes/market-regime.ts';

// Feedback: outcomes, rewards, and what other policies would have earned
export {
  costReward,
  deadlineReward,
  latencyReward,
  successReward,
  weightedReward,
  type Reward,
  type RewardPart,
} from './feedback/reward.ts';
export { OutcomeJoin } from './feedback/outcome-join.ts';
export type { ChoicePolicy, LoggedChoice } from './feedback/logged-choice.ts';
export { OffPolicyLog, type OffPolicyOptions, type PolicyEstimates, type PolicyGain } from './feedback/off-policy.ts';
export type { Estimate } from './feedback/confidence-interval.ts';
export { PolicyGate, type GateVerdict, type PolicyGateOptions } from './feedback/policy-gate.ts';
export { PathTrial, type TrialReport } from './feedback/path-trial.ts';
export type { PathTrialOptions } from './feedback/path-trial-options.ts';

// State: what was learned, over a restart
export { FileStateStore } from './state/file-state-store.ts';
export { RedisStateStore, type RedisStrings } from './state/redis-state-store.ts';
export { openState, sealState, type SavedState } from './state/state-envelope.ts';
export { StateError, type StateErrorCode } from './state/state-error.ts';
export { StateKeeper, type StateKeeperOptions, type StateStart } from './state/state-keeper.ts';
export type { StateStore, StoredText } from './state/state-store.ts';

// All parts together
export type { Switchable } from './switchable.ts';
export { LearnedRouting, createLearnedRouting } from './composition/learned-routing.ts';
export type {
  LearnedPathsOptions,
  LearnedRoutingOptions,
  LearnedSemanticsOptions,
} from './composition/learned-routing-options.ts';
export type { RoutingExplanation } from './composition/explanation.ts';
export {
  LEVEL_SETTINGS,
  OPTIMIZATION_LEVELS,
  type LevelSettings,
  type OptimizationLevel,
} from './composition/optimization-levels.ts';

// Path latency
export { PredictiveRouter } from './paths/predictive-router.ts';
export type { PredictiveRouterOptions } from './paths/predictive-options.ts';
export type { PathStrategy, PathRequest, PathSettlement } from './paths/path-strategy.ts';
export type { PathCause, PathExplanation } from './paths/path-log.ts';
export type { PathPrediction, PathReading, PredictionRequest } from './paths/path-reading.ts';
export { PATH_HEADER, TWIN_HEADER } from './paths/path-headers.ts';
export { pathPlugin, type PathPart, type PathPluginOptions } from './paths/path-plugin.ts';
export type { Redirected } from './paths/redirection.ts';
export { RoundRobin } from './paths/round-robin.ts';
export { LeastPending } from './paths/least-pending.ts';
export { PowerOfTwoChoices } from './paths/power-of-two-choices.ts';
export { PeakEwma, type PeakEwmaOptions } from './paths/peak-ewma.ts';
export {
  HedgedPublisher,
  type HedgeCounts,
  type HedgedClient,
  type HedgedPublisherOptions,
  type LatencyForecast,
} from './paths/hedged-publisher.ts';
export { onlyFirstTwin, type FirstTwinHandler, type TwinCounts } from './paths/only-first-twin.ts';

// Patterns by meaning
export { SemanticPatternMatcher, type MatchOptions, type QueryOutcome } from './semantics/semantic-pattern-matcher.ts';
export type { QueryContext } from './semantics/query-context.ts';
export { SemanticRouter, type MatchedRule } from './semantics/semantic-router.ts';
export type { SemanticCondition, SemanticRouterOptions, SemanticRule } from './semantics/semantic-router-options.ts';
export type { SemanticMatcherOptions } from './semantics/semantic-options.ts';
export type { SemanticMatch, SemanticMatches } from './semantics/semantic-match.ts';
export { SemanticError, type SemanticErrorCode } from './semantics/semantic-error.ts';
export type { LexiconExtension } from './semantics/facet-lexicon.ts';
export type { FacetEntries, VenueEntry } from './semantics/lexicon/entries.ts';
export type { FacetTerm } from './semantics/facets.ts';
export { PatternLearner } from './semantics/pattern-learner.ts';
export type { LearnedMeaning, PatternOutcome } from './semantics/learned-meaning.ts';
export type { PatternLearnerOptions } from './semantics/learner-options.ts';
export {
  subscribeSemantic,
  type SemanticBus,
  type SemanticSubscribeOptions,
  type SemanticSubscription,
} from './semantics/semantic-subscription.ts';
export { PatternAnalytics, type CountedDelivery, type PatternAnalyticsOptions } from './semantics/pattern-analytics.ts';
export type { PatternReport, PatternStatus } from './semantics/pattern-record.ts';
