// Dynamic priority
export { QLearningRouter, type AdoptedPolicy, type LaneCorrection } from './q-learning-router.ts';
export type { QLearningRouterOptions } from './q-learning-options.ts';
export type { CostRule, PriorityCosts } from './scheduling/cost-rule.ts';
export type { PickCause, PickExplanation } from './scheduling/decision-log.ts';

// Market regimes
export { MARKET_REGIME, MARKET_REGIMES, SESSION_PHASES } from './regimes/market-regime.ts';
export type { MarketRegime, RegimeReading, SessionPhase } from './regimes/market-regime.ts';

// Patterns by meaning
export { SemanticPatternMatcher, type MatchOptions, type QueryOutcome } from './semantic-pattern-matcher.ts';
export {
  SemanticRouter,
  type MatchedRule,
  type SemanticCondition,
  type SemanticRouterOptions,
  type SemanticRule,
} from './semantic-router.ts';
export type { SemanticMatcherOptions } from './semantics/semantic-options.ts';
export type { SemanticMatch, SemanticMatches } from './semantics/semantic-match.ts';
export { SemanticError, type SemanticErrorCode } from './semantics/semantic-error.ts';
export type { LexiconExtension } from './semantics/facet-lexicon.ts';
export type { FacetEntries, VenueEntry } from './semantics/lexicon/entries.ts';
export type { FacetTerm } from './semantics/facets.ts';
export { PatternLearner, type LearnedMeaning, type PatternOutcome } from './semantics/pattern-learner.ts';
export type { PatternLearnerOptions } from './semantics/learner-options.ts';
export {
  subscribeSemantic,
  type SemanticBus,
  type SemanticSubscribeOptions,
  type SemanticSubscription,
} from './semantics/semantic-subscription.ts';
export { PatternAnalytics, type PatternAnalyticsOptions } from './semantics/pattern-analytics.ts';
export type { PatternReport, PatternStatus } from './semantics/pattern-record.ts';
