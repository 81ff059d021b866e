import { isPattern, showValue, type ValidationIssue } from '@tradewind/core-types';
import { readNumbers } from '../options.ts';
import { MARKET_REGIMES, type MarketRegime } from './market-regime.ts';

/** What is different in a regime. Topics are given as topics or patterns; CRITICAL messages are left alone in any case. */
export interface RegimeAdaptation {
  /**
   * Topics whose waiting messages a newer one of the same topic replaces. For states only, such as quotes: of messages that build on
   * each other, such as changes to a book, none may be left out.
   */
  readonly conflate?: readonly string[] | undefined;
  /** Topics that go to HIGH where they were declared lower. */
  readonly lift?: readonly string[] | undefined;
  /** By the name of a client's knob: what its value is multiplied by, above 0 and at most 1,000; kept within its range. `{ 'lanes.LOW.share': 0.5 }`. */
  readonly knobs?: Readonly<Record<string, number>> | undefined;
}

/** A regime, or news on top of whatever regime there is. */
export type AdaptedTo = MarketRegime | 'NEWS_EVENT';

/** What a {@link RegimePolicy} is told. Everything may be left out. */
export interface RegimePolicyOptions {
  /** What is different in which regime. A regime that is not named keeps its default, {@link DEFAULT_ADAPTATIONS}; `{}` is nothing. */
  readonly adaptations?: Readonly<Partial<Record<AdaptedTo, RegimeAdaptation>>> | undefined;
  /** How probable a regime must be before anything is adapted to it, 0 to 1. Default 0.6. */
  readonly leastConfidence?: number | undefined;
}

/** Whole states, of which only the newest matters to somebody who is late. */
const STATES = ['data.quotes.*', 'data.tickers.*', 'data.book.snapshots.*'] as const;

/**
 * What a policy does unless it is told otherwise.
 *
 * - VOLATILE: quotes come faster than anybody reads them, and old ones are wrong: the newest counts. LOW gives half of its share away.
 * - NEWS_EVENT: the same, and NORMAL and LOW wait a quarter as long to go in a batch.
 * - ILLIQUID: each quote and trade is rare and tells much: they go to HIGH.
 * - RANGING: nothing is urgent: batches may be twice as late, and so larger.
 * - NORMAL, TRENDING: as declared.
 */
export const DEFAULT_ADAPTATIONS: Readonly<Record<AdaptedTo, RegimeAdaptation>> = {
  NORMAL: {},
  VOLATILE: { conflate: STATES, knobs: { 'lanes.LOW.share': 0.5 } },
  TRENDING: {},
  RANGING: { knobs: { flushIntervalMs: 2 } },
  ILLIQUID: { lift: ['data.quotes.*', 'data.trades.*'] },
  NEWS_EVENT: { conflate: STATES, knobs: { flushIntervalMs: 0.25 } },
};

/** In the order of their bits: the regimes, then news. */
export const ADAPTED_TO: readonly AdaptedTo[] = [...MARKET_REGIMES, 'NEWS_EVENT'];

/** The same, complete and checked. */
export interface RegimePolicySettings {
  /** In the order of {@link ADAPTED_TO}. */
  readonly adaptations: readonly RegimeAdaptation[];
  readonly leastConfidence: number;
}

/** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
export function readRegimePolicyOptions(options: RegimePolicyOptions): RegimePolicySettings {
  const rules = { leastConfidence: { usual: 0.6, min: 0, max: 1 } };
  const { leastConfidence } = readNumbers<'leastConfidence'>(options, 'RegimePolicyOptions', rules, () =>
    adaptationIssues(options.adaptations ?? {}),
  );
  const { adaptations = {} } = options;
  return { adaptations: ADAPTED_TO.map((key) => adaptations[key] ?? DEFAULT_ADAPTATIONS[key]), leastConfidence };
}

function adaptationIssues(adaptations: unknown): readonly ValidationIssue[] {
  if (typeof adaptations !== 'object' || adaptations === null) {
    return [{ path: 'adaptations', expected: 'adaptations by regime', received: showValue(adaptations) }];
  }
  return Object.entries(adaptations).flatMap(([key, adaptation]: [string, unknown]) => {
    const path = `adaptations.${key}`;
    if (!ADAPTED_TO.some((known) => known === key)) {
      return [{ path, expected: `one of ${ADAPTED_TO.join(', ')}`, received: showValue(key) }];
    }
    return adaptation === undefined || adaptation === null ? [] : issuesOf(path, adaptation);
  });
}

function issuesOf(path: string, adaptation: unknown): readonly ValidationIssue[] {
  if (typeof adaptation !== 'object' || adaptation === null) {
    return [{ path, expected: 'a RegimeAdaptation', received: showValue(adaptation) }];
  }
  const { conflate = [], lift = [], knobs = {} } = adaptation as Readonly<Record<keyof RegimeAdaptation, unknown>>;
  const issues = [...patternIssues(`${path}.conflate`, conflate), ...patternIssues(`${path}.lift`, lift)];
  if (typeof knobs !== 'object' || knobs === null) {
    return [...issues, { path: `${path}.knobs`, expected: 'factors by knob', received: showValue(knobs) }];
  }
  for (const [name, factor] of Object.entries(knobs) as [string, unknown][]) {
    if (typeof factor === 'number' && factor > 0 && factor <= 1_000) continue;
    issues.push({
      path: `${path}.knobs.${name}`,
      expected: 'a number above 0 and at most 1000',
      received: showValue(factor),
    });
  }
  return issues;
}

function patternIssues(path: string, patterns: unknown): ValidationIssue[] {
  if (!Array.isArray(patterns) || patterns.length > MAX_PATTERNS) {
    return [{ path, expected: `at most ${MAX_PATTERNS} topics or patterns`, received: showValue(patterns) }];
  }
  return patterns.flatMap((pattern: unknown, at) =>
    isPattern(pattern)
      ? []
      : [{ path: `${path}[${at}]`, expected: 'a topic or a pattern', received: showValue(pattern) }],
  );
}

const MAX_PATTERNS = 1_000;
