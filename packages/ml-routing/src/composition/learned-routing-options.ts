import { showValue, type Clock, type Logger, type RoutingPlugin, type ValidationError } from '@tradewind/core-types';
import { invalidOptions, readNumbers } from '../options.ts';
import type { PathTrialOptions } from '../feedback/path-trial-options.ts';
import type { MarketRegimeOptions } from '../market-regime-options.ts';
import type { PathCandidate } from '../paths/path-candidate.ts';
import type { PredictiveRouterOptions } from '../predictive-options.ts';
import type { QLearningRouterOptions } from '../q-learning-options.ts';
import type { RegimePolicyOptions } from '../regime-policy-options.ts';
import type { SemanticMatcherOptions } from '../semantics/semantic-options.ts';
import type { SemanticRule } from '../semantic-router.ts';
import type { StateStore } from '../state/state-store.ts';
import { OPTIMIZATION_LEVELS, type OptimizationLevel } from './optimization-levels.ts';

/** How paths are chosen. */
export interface LearnedPathsOptions {
  /** Of the `PredictiveRouter`. */
  readonly predictive?: PredictiveRouterOptions | undefined;
  /** Another plugin that chooses paths, in its place. */
  readonly candidate?: PathCandidate | undefined;
  /**
   * Lets it decide only where it is shown to be better than the path that messages take anyway. Messages of one ordering key may then go by two paths at a time. Default
   * false: it decides from the beginning.
   */
  readonly trial?: Omit<PathTrialOptions, 'candidate'> | boolean | undefined;
}

/** How topics are found by meaning. */
export interface LearnedSemanticsOptions extends SemanticMatcherOptions {
  /** Routes of topics that are named in words. Default none: the matcher alone. */
  readonly rules?: readonly SemanticRule[] | undefined;
}

/** What {@link createLearnedRouting} is told. Everything may be left out; what is `false` is left away. */
export interface LearnedRoutingOptions {
  /** The parameters of all parts, as far as they are not given below. Default `BALANCED`. */
  readonly level?: OptimizationLevel | undefined;
  /** Which lane next. `false`: the client's own scheduler stays. */
  readonly scheduling?: QLearningRouterOptions | false | undefined;
  /** In which regime the market is, from the quotes and trades that are published; scheduling learns by regime then. `false`: no detector. */
  readonly regimes?: MarketRegimeOptions | false | undefined;
  /** What is different in which regime: conflation, lanes. Default false: regimes are context of what the other parts learn, and adapt nothing by themselves. */
  readonly adaptation?: RegimePolicyOptions | false | undefined;
  /** Patterns that are understood, and routes by them. Default false: topics and patterns are exact. */
  readonly semantics?: LearnedSemanticsOptions | false | undefined;
  /** Which of the client's paths. Default false: the client's default one. */
  readonly paths?: LearnedPathsOptions | false | undefined;
  /** Further plugins, in this order, after the regimes and before the paths. Their states are kept with the others. Default: none. */
  readonly plugins?: readonly RoutingPlugin[] | undefined;
  /** Where what was learned is kept. Default: nowhere. */
  readonly store?: StateStore | undefined;
  /** With a store: how often it is saved, in milliseconds, 1,000 to 86,400,000. Default 60,000. */
  readonly saveEveryMs?: number | undefined;
  /** The client's clock, for times of savings and the timer between them. Required with a store. */
  readonly clock?: Clock | undefined;
  /** Default: none. */
  readonly logger?: Logger | undefined;
}

/** @throws ValidationError `INVALID_OPTIONS` for an unknown level, a store without a clock, or a period out of its range. */
export function checkLearnedRoutingOptions(options: LearnedRoutingOptions): {
  readonly level: OptimizationLevel;
  readonly saveEveryMs: number;
} {
  const { level = 'BALANCED', store, clock } = options;
  if (!OPTIMIZATION_LEVELS.includes(level)) {
    throw invalid('level', `one of ${OPTIMIZATION_LEVELS.join(', ')}`, level);
  }
  if (store !== undefined && clock === undefined)
    throw invalid('clock', "the client's clock, as there is a store", clock);
  const { saveEveryMs } = readNumbers<'saveEveryMs'>(options, 'LearnedRoutingOptions', {
    saveEveryMs: { usual: 60_000, min: 1_000, max: 86_400_000 },
  });
  return { level, saveEveryMs };
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  return invalidOptions('LearnedRoutingOptions', [{ path, expected, received: showValue(received) }]);
}
