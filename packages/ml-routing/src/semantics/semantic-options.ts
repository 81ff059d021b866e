import { ValidationError, showValue, type Clock } from '@tradewind/core-types';
import { readNumbers } from '../options.ts';
import type { LexiconExtension } from './facet-lexicon.ts';
import type { PatternLearner } from './pattern-learner.ts';

/** What {@link SemanticPatternMatcher} knows, and how much it keeps. */
export interface SemanticMatcherOptions {
  /** Words, venues and facets of your own, beside the standard lexicon. Default: none. */
  readonly lexicon?: LexiconExtension | undefined;
  /** What learns from outcomes. Default: a new one with its defaults; give your own to share or restore it. */
  readonly learner?: PatternLearner | undefined;
  /** Confidence from which a match is accepted. Default 0.6; above 0, to 1. */
  readonly acceptFrom?: number | undefined;
  /** Matches that a query lists where no limit is given. Default 10; 1 to 10,000. */
  readonly limit?: number | undefined;
  /** Topics that are indexed. Further ones are counted and not found. Default 20,000; 1 to 1,000,000. About 1 kB each. */
  readonly maxTopics?: number | undefined;
  /** Queries whose results are kept, for each session and regime. Default 1,024; 1 to 100,000. */
  readonly maxCachedQueries?: number | undefined;
  /** By which {@link SemanticPatternMatcher.health} says since when; matching asks for no time. Default: that of the process. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/** The numbers of the options, complete and checked. */
export interface SemanticSettings {
  readonly acceptFrom: number;
  readonly limit: number;
  readonly maxTopics: number;
  readonly maxCachedQueries: number;
}

/** @throws ValidationError `INVALID_OPTIONS` with every number that is wrong. */
export function readSemanticOptions(options: SemanticMatcherOptions): SemanticSettings {
  checkClock(options?.clock);
  return readNumbers<keyof SemanticSettings>(options, 'SemanticMatcherOptions', {
    acceptFrom: { usual: 0.6, min: 0.01, max: 1 },
    limit: { usual: 10, min: 1, max: 10_000, whole: true },
    maxTopics: { usual: 20_000, min: 1, max: 1_000_000, whole: true },
    maxCachedQueries: { usual: 1_024, min: 1, max: 100_000, whole: true },
  });
}

function checkClock(clock: unknown): void {
  if (clock === undefined) return;
  if (typeof clock === 'object' && clock !== null && 'now' in clock && typeof clock.now === 'function') return;
  throw new ValidationError('INVALID_OPTIONS', {
    path: 'clock',
    expected: 'an object with now()',
    received: showValue(clock),
    hint: 'Leave it away for the clock of the process.',
  });
}
