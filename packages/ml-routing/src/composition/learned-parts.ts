import type { Clock, Part, RoutingPlugin, StateOwner } from '@tradewind/core-types';
import { PathTrial } from '../feedback/path-trial.ts';
import type { PathTrialOptions } from '../feedback/path-trial-options.ts';
import { killSwitchOf, type Switchable } from '../switchable.ts';
import { MarketRegimeDetector } from '../regimes/market-regime-detector.ts';
import { isPathWatcher } from '../paths/path-watcher.ts';
import { PredictiveRouter } from '../paths/predictive-router.ts';
import { QLearningRouter } from '../learning/q-learning-router.ts';
import type { QLearningRouterOptions } from '../learning/q-learning-options.ts';
import { RegimePolicy } from '../regimes/regime-policy.ts';
import { SemanticPatternMatcher } from '../semantics/semantic-pattern-matcher.ts';
import { SemanticRouter } from '../semantics/semantic-router.ts';
import type { LearnedRoutingOptions, LearnedSemanticsOptions } from './learned-routing-options.ts';
import type { LevelSettings } from './optimization-levels.ts';

/** The parts that were asked for; undefined what was left away. */
export interface LearnedParts {
  readonly router: QLearningRouter | undefined;
  readonly detector: MarketRegimeDetector | undefined;
  readonly adaptation: RegimePolicy | undefined;
  readonly matcher: SemanticPatternMatcher | undefined;
  readonly semantic: SemanticRouter | undefined;
  readonly predictive: PredictiveRouter | undefined;
  /** What chooses paths, unless it is on trial. */
  readonly pathPlugin: RoutingPlugin | undefined;
  readonly trial: PathTrial | undefined;
  /** The caller's own choice of paths, on trial or not. */
  readonly candidate: RoutingPlugin | undefined;
  /** As given by the caller. */
  readonly others: readonly RoutingPlugin[];
}

/** What is given to a part goes before what the level says. @throws ValidationError `INVALID_OPTIONS` */
export function makeParts(options: LearnedRoutingOptions, level: LevelSettings): LearnedParts {
  const { scheduling = {}, regimes = {}, adaptation = false, paths = false, plugins = [] } = options;
  const predictive =
    paths === false || paths.candidate !== undefined ? undefined : new PredictiveRouter(paths.predictive);
  const candidate = paths === false ? undefined : (paths.candidate ?? predictive?.plugin);
  const trial = paths === false ? false : (paths.trial ?? false);
  const onTrial = trial !== false && candidate !== undefined;
  const detector = regimes === false ? undefined : new MarketRegimeDetector({ ...level.regimes, ...given(regimes) });
  const context = detector === undefined ? {} : { regime: () => detector.reading() };
  return {
    router: scheduling === false ? undefined : new QLearningRouter({ ...context, ...schedulingOf(scheduling, level) }),
    detector,
    adaptation: adaptation === false ? undefined : new RegimePolicy({ ...level.adaptation, ...given(adaptation) }),
    ...semanticParts(options.semantics ?? false, options.clock),
    predictive,
    pathPlugin: onTrial ? undefined : candidate,
    trial: onTrial ? new PathTrial({ ...trialOf(trial === true ? {} : trial, level), candidate }) : undefined,
    candidate: paths === false ? undefined : paths.candidate,
    others: plugins,
  };
}

/** Of costs that are given in part, the others are those of the level. */
export function schedulingOf(options: QLearningRouterOptions, { scheduling }: LevelSettings): QLearningRouterOptions {
  return {
    ...scheduling,
    ...given(options),
    priorityCosts: merged(scheduling.priorityCosts, options.priorityCosts),
  };
}

/** The same for the gate. */
export function trialOf(
  options: Omit<PathTrialOptions, 'candidate'>,
  { paths }: LevelSettings,
): Omit<PathTrialOptions, 'candidate'> {
  return { ...paths, ...given(options), gate: merged(paths.gate, options.gate) };
}

function semanticParts(
  options: LearnedSemanticsOptions | false,
  clock: Clock | undefined,
): Pick<LearnedParts, 'matcher' | 'semantic'> {
  if (options === false) return { matcher: undefined, semantic: undefined };
  const { rules = [], ...own } = options;
  const matcher = new SemanticPatternMatcher({ clock, ...own });
  return { matcher, semantic: rules.length === 0 ? undefined : new SemanticRouter({ matcher, rules }) };
}

/** In the order in which a client is to ask them: first what finds out, then what decides, and last who only looks on. */
export function pluginsOf(parts: LearnedParts, lookingOn: RoutingPlugin): readonly RoutingPlugin[] {
  const { detector, adaptation, router, semantic, others, pathPlugin, trial } = parts;
  const plugins = [
    detector?.plugin,
    adaptation?.plugin,
    router?.corrections,
    semantic?.plugin,
    ...others.filter((plugin) => !isPathWatcher(plugin)),
    pathPlugin,
    trial?.plugin,
    ...others.filter(isPathWatcher),
  ];
  // A detector is asked itself what it has found out.
  return [...plugins, detector === undefined ? lookingOn : undefined].filter((plugin) => plugin !== undefined);
}

/** Those that have health, metrics and remedies. */
export function operatedParts(parts: LearnedParts): readonly Part[] {
  return everyPart(parts).filter(isPart);
}

/** Those that can be switched off, with or without health. */
export function switchedParts(parts: LearnedParts): readonly Switchable[] {
  return everyPart(parts)
    .map(killSwitchOf)
    .filter((found) => found !== undefined);
}

function everyPart(parts: LearnedParts): readonly object[] {
  const { router, detector, adaptation, matcher, semantic, predictive, candidate, trial, others } = parts;
  const all = [router, detector, adaptation, matcher, semantic, predictive, candidate, trial, ...others];
  return all.filter((part) => part !== undefined);
}

/** By the name under which a state is kept. */
export function statesOf(
  { router, matcher, semantic }: LearnedParts,
  plugins: readonly RoutingPlugin[],
): ReadonlyMap<string, StateOwner> {
  const states = new Map<string, StateOwner>();
  if (router !== undefined) states.set('scheduling', router.state);
  // With routes it is the router's plugin that has it.
  if (matcher !== undefined && semantic === undefined) states.set(matcher.name, matcher.state);
  for (const { name, state } of plugins) if (state !== undefined) states.set(name, state);
  return states;
}

function isPart(value: object): value is Part {
  return 'health' in value && typeof value.health === 'function';
}

/** What is no object goes on as it is, for its reader to refuse. */
function merged<T extends object>(level: T, own: T | undefined): T {
  if (own === undefined) return level;
  return typeof own === 'object' && own !== null ? { ...level, ...given(own) } : own;
}

/** Without what was left undefined, which would hide the setting of the level. */
function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
