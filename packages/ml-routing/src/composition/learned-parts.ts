import type { Clock, Part, RoutingPlugin, StateOwner } from '@tradewind/core-types';
import { PathTrial } from '../feedback/path-trial.ts';
import { MarketRegimeDetector } from '../market-regime-detector.ts';
import { PredictiveRouter } from '../predictive-router.ts';
import { QLearningRouter } from '../q-learning-router.ts';
import { RegimePolicy } from '../regime-policy.ts';
import { SemanticPatternMatcher } from '../semantic-pattern-matcher.ts';
import { SemanticRouter } from '../semantic-router.ts';
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
  return {
    router: scheduling === false ? undefined : new QLearningRouter({ ...level.scheduling, ...given(scheduling) }),
    detector: regimes === false ? undefined : new MarketRegimeDetector({ ...level.regimes, ...given(regimes) }),
    adaptation: adaptation === false ? undefined : new RegimePolicy({ ...level.adaptation, ...given(adaptation) }),
    ...semanticParts(options.semantics ?? false, options.clock),
    predictive,
    pathPlugin: onTrial ? undefined : candidate,
    trial: onTrial ? new PathTrial({ ...level.paths, ...given(trial === true ? {} : trial), candidate }) : undefined,
    others: plugins,
  };
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
    ...others,
    pathPlugin,
    trial?.plugin,
  ];
  // A detector is asked itself what it has found out.
  return [...plugins, detector === undefined ? lookingOn : undefined].filter((plugin) => plugin !== undefined);
}

/** Those that have health, metrics and remedies. */
export function operatedParts(parts: LearnedParts): readonly Part[] {
  const { router, detector, adaptation, matcher, semantic, predictive, trial, others } = parts;
  return [router, detector, adaptation, matcher, semantic, predictive, trial, ...others].filter(isPart);
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

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && 'health' in value && typeof value.health === 'function';
}

/** Without what was left undefined, which would hide the setting of the level. */
function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
