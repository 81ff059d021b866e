import {
  showValue,
  type Clock,
  type Logger,
  type RoutingPlugin,
  type ValidationError,
  type ValidationIssue,
} from '@tradewind/core-types';
import { checkIsObject, invalidOptions, readNumbers } from '../options.ts';
import type { PathTrialOptions } from '../feedback/path-trial-options.ts';
import type { MarketRegimeOptions } from '../regimes/market-regime-options.ts';
import type { PredictiveRouterOptions } from '../paths/predictive-options.ts';
import type { QLearningRouterOptions } from '../learning/q-learning-options.ts';
import type { RegimePolicyOptions } from '../regimes/regime-policy-options.ts';
import type { SemanticMatcherOptions } from '../semantics/semantic-options.ts';
import type { SemanticRule } from '../semantics/semantic-router-options.ts';
import type { StateStore } from '../state/state-store.ts';
import { OPTIMIZATION_LEVELS, type OptimizationLevel } from './optimization-levels.ts';

/** How paths are chosen. */
export interface LearnedPathsOptions {
  /** Of the `PredictiveRouter`. */
  readonly predictive?: PredictiveRouterOptions | undefined;
  /** Another plugin that chooses paths, in its place. */
  readonly candidate?: RoutingPlugin | undefined;
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
  /**
   * Further plugins, in this order, after the regimes and before the paths; that of a `HedgedPublisher`, which has to see which path was chosen, after the paths. Their states are kept
   * with the others. Default: none.
   */
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

/** @throws ValidationError `INVALID_OPTIONS` for an unknown member or level, a part that is given as no object, a store without a clock, or a period out of its range. */
export function checkLearnedRoutingOptions(options: LearnedRoutingOptions): {
  readonly level: OptimizationLevel;
  readonly saveEveryMs: number;
} {
  checkIsObject(options, 'LearnedRoutingOptions');
  const issues = [...memberIssues(options), ...partIssues(options), ...pathIssues(options.paths)];
  if (issues.length > 0) throw invalidOptions('LearnedRoutingOptions', issues);
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

/** A member with a slip in its name would leave its part as it is by default, and nobody would notice. */
function memberIssues(options: LearnedRoutingOptions): readonly ValidationIssue[] {
  const expected = `one of ${MEMBERS.join(', ')}`;
  return Object.keys(options)
    .filter((name) => !MEMBERS.some((known) => known === name))
    .map((path) => ({ path, expected, received: showValue(path) }));
}

function partIssues(options: LearnedRoutingOptions): readonly ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  for (const path of PARTS) {
    const part: unknown = options[path];
    if (part === undefined || part === false || isObject(part)) continue;
    issues.push({ path, expected: 'an object of options, or false', received: showValue(part) });
  }
  const plugins: unknown = options.plugins ?? [];
  if (!Array.isArray(plugins)) {
    issues.push({ path: 'plugins', expected: 'a list of routing plugins', received: showValue(plugins) });
    return issues;
  }
  for (const [at, plugin] of plugins.entries()) {
    if (isPlugin(plugin)) continue;
    issues.push({ path: `plugins[${at}]`, expected: 'a routing plugin, with a name', received: showValue(plugin) });
  }
  return issues;
}

function pathIssues(paths: unknown): readonly ValidationIssue[] {
  if (!isObject(paths)) return [];
  const issues: ValidationIssue[] = [];
  const { candidate, trial } = paths as { readonly candidate?: unknown; readonly trial?: unknown };
  if (candidate !== undefined && !isPlugin(candidate)) {
    issues.push({
      path: 'paths.candidate',
      expected: 'a routing plugin, with a name',
      received: showValue(candidate),
    });
  }
  if (trial !== undefined && typeof trial !== 'boolean' && !isObject(trial)) {
    issues.push({ path: 'paths.trial', expected: 'an object of options, true or false', received: showValue(trial) });
  }
  return issues;
}

function isPlugin(value: unknown): boolean {
  return isObject(value) && 'name' in value && typeof value.name === 'string';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const PARTS = ['scheduling', 'regimes', 'adaptation', 'semantics', 'paths'] as const;
const MEMBERS = ['level', ...PARTS, 'plugins', 'store', 'saveEveryMs', 'clock', 'logger'] as const;

function invalid(path: string, expected: string, received: unknown): ValidationError {
  return invalidOptions('LearnedRoutingOptions', [{ path, expected, received: showValue(received) }]);
}
