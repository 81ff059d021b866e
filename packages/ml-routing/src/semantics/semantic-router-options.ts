import { isPriority, showValue, type PathId, type Priority, type ValidationIssue } from '@tradewind/core-types';
import { readNumbers } from '../options.ts';
import { MARKET_REGIMES, SESSION_PHASES, type MarketRegime, type SessionPhase } from '../regimes/market-regime.ts';
import { isRecord } from '../state/json-shapes.ts';
import type { SemanticPatternMatcher } from './semantic-pattern-matcher.ts';

/** When a rule holds; what is left out does not matter. Without a regime detector the regime is NORMAL and the session `main`. */
export interface SemanticCondition {
  readonly session?: readonly SessionPhase[] | undefined;
  readonly regime?: readonly MarketRegime[] | undefined;
  readonly newsEvent?: boolean | undefined;
}

/** One route: topics that a query means, when it holds, and what is different for their messages. */
export interface SemanticRule {
  /** Unique; in reasons and metrics. */
  readonly name: string;
  /** Words or a pattern. */
  readonly match: string;
  readonly when?: SemanticCondition | undefined;
  readonly decide: {
    readonly priority?: Priority | undefined;
    /** Ignored where the client has no such path. */
    readonly path?: PathId | undefined;
    /** From publish, in milliseconds. */
    readonly expiresAfterMs?: number | undefined;
    /** A newer message of the same topic takes the place of an older one in its lane. */
    readonly conflate?: boolean | undefined;
  };
}

/** By what a `SemanticRouter` routes. */
export interface SemanticRouterOptions {
  readonly matcher: SemanticPatternMatcher;
  /** At most 256. The first that matches and holds decides. */
  readonly rules: readonly SemanticRule[];
  /** Topics whose rules are kept; beyond it all are looked up anew. Default 20,000. */
  readonly maxTopics?: number | undefined;
}

/** The options, complete and checked; the rules are copies. */
export interface SemanticRouterSettings {
  readonly matcher: SemanticPatternMatcher;
  readonly rules: readonly SemanticRule[];
  readonly maxTopics: number;
}

/** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
export function readSemanticRouterOptions(options: SemanticRouterOptions): SemanticRouterSettings {
  const { maxTopics } = readNumbers<'maxTopics'>(
    options,
    'SemanticRouterOptions',
    { maxTopics: { usual: 20_000, min: 1, max: 1_000_000, whole: true } },
    () => [...matcherIssues(options.matcher), ...rulesIssues(options.rules)],
  );
  return { matcher: options.matcher, rules: options.rules.map((rule) => structuredClone(rule)), maxTopics };
}

function matcherIssues(matcher: unknown): readonly ValidationIssue[] {
  const isMatcher = isRecord(matcher) && typeof matcher['accepts'] === 'function';
  return isMatcher ? [] : [issue('matcher', 'a SemanticPatternMatcher', matcher)];
}

function rulesIssues(rules: unknown): readonly ValidationIssue[] {
  if (!Array.isArray(rules) || rules.length > MAX_RULES) return [issue('rules', `at most ${MAX_RULES} rules`, rules)];
  const names = new Set<unknown>();
  return rules.flatMap((rule: unknown, at) => ruleIssues((rule ?? {}) as Partial<SemanticRule>, `rules[${at}]`, names));
}

function ruleIssues(
  { name, match, when, decide }: Partial<SemanticRule>,
  path: string,
  names: Set<unknown>,
): readonly ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  const wrong = (member: string, expected: string, received: unknown): void => {
    issues.push(issue(`${path}.${member}`, expected, received));
  };
  if (typeof name !== 'string' || name === '' || names.has(name)) wrong('name', 'a name of its own', name);
  names.add(name);
  if (typeof match !== 'string') wrong('match', 'words or a pattern', match);
  if (typeof decide !== 'object' || decide === null) wrong('decide', 'what is to be different', decide);
  const { priority, expiresAfterMs } = decide ?? {};
  if (priority !== undefined && !isPriority(priority)) wrong('decide.priority', 'a priority', priority);
  if (expiresAfterMs !== undefined && !(expiresAfterMs >= 0 && expiresAfterMs < Infinity)) {
    wrong('decide.expiresAfterMs', 'milliseconds of at least 0', expiresAfterMs);
  }
  if (!areKnown(when?.session, SESSION_PHASES)) wrong('when.session', 'sessions', when?.session);
  if (!areKnown(when?.regime, MARKET_REGIMES)) wrong('when.regime', 'regimes', when?.regime);
  return issues;
}

function areKnown(values: readonly string[] | undefined, known: readonly string[]): boolean {
  return values === undefined || (Array.isArray(values) && values.every((value) => known.includes(value)));
}

function issue(path: string, expected: string, received: unknown): ValidationIssue {
  return { path, expected, received: showValue(received) };
}

const MAX_RULES = 256;
