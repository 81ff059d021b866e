import type { FacetTerm } from './facets.ts';

/** What became of offering a topic to somebody who used a word. */
export interface PatternOutcome {
  /** The word, or any other text under which outcomes belong together. */
  readonly word: string;
  readonly topic: string;
  /** What the topic says in the facets that the word may be about; `facet=` where it says nothing. */
  readonly terms: readonly FacetTerm[];
  readonly succeeded: boolean;
  /**
   * In which context: a text, as that of the trading session, or one for each of several circumstances, as `['open', 'regime=VOLATILE']`. What stands before
   * `=` names the circumstance, of which a context has one value; no text has a `&`. Undefined: none in particular.
   */
  readonly context?: string | readonly string[] | undefined;
}

/**
 * What outcomes say that a word means: in each facet one of these values. A facet that is missing, or has none, was never or too seldom open:
 * nothing is known of it, so nothing is allowed there.
 */
export interface LearnedMeaning {
  readonly facets: ReadonlyMap<string, readonly FacetTerm[]>;
  /** Facets without an end (expiries, strikes) of which so many values have succeeded that any does. */
  readonly free: ReadonlySet<string>;
  /** Wilson lower bound of the share of its outcomes that succeeded. */
  readonly confidence: number;
  /** Successes behind it, decayed. */
  readonly support: number;
  /** The context that it holds in, several circumstances with commas between them; undefined: it holds in any. */
  readonly context: string | undefined;
}
