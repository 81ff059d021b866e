import type { FacetTerm } from './facets.ts';

/** One thing that a query asks for: that a topic has one of these values. */
export interface Constraint {
  /** `place` for venues and families, otherwise the facet. */
  readonly label: string;
  readonly terms: readonly FacetTerm[];
  /** The facets of the terms, where a topic without any of them fits too; otherwise undefined. */
  readonly orWithout: string | undefined;
  /** What a topic must not have. */
  readonly negated: boolean;
  readonly confidence: number;
  /** `"xbt" is base BTC`: the words of the query, and how they were understood. Made when it is asked for. */
  because(): string;
}

/** What a query means, before any topic is looked at. */
export interface QueryReading {
  readonly text: string;
  readonly constraints: readonly Constraint[];
  /** Words without a meaning. While there is one, nothing is accepted. */
  readonly unknown: readonly string[];
  /** Those, and the words whose meaning was learned: outcomes teach these. */
  readonly open: readonly string[];
  /** Product of the confidences of what was understood. */
  readonly confidence: number;
  /** Words that were understood as they stand, and words that were corrected. */
  readonly certain: number;
  readonly corrected: number;
  /** Facets that the query settles itself; the others are open to what is learned. */
  readonly settled: ReadonlySet<string>;
  /** The same for two wordings of one meaning: under it outcomes are remembered. It begins with `=`, which no word does. */
  readonly key: string;
  /** Session and regime in which learned words have the meaning that they were given: `open, regime=VOLATILE`; undefined where it holds in any. */
  readonly learnedIn: string | undefined;
  /** It asks for orders or commands. */
  readonly isProtected: boolean;
}

/** Part of a query as it was understood. */
export interface Mention {
  readonly words: string;
  readonly terms: readonly FacetTerm[];
  readonly negated: boolean;
  readonly confidence: number;
  readonly how: 'lexicon' | 'symbol' | 'catalog' | 'corrected';
}

/** A currency by itself: base or quote, as its neighbours say. */
export interface CurrencyMention {
  readonly words: string;
  readonly ticker: string;
  readonly asQuote: boolean;
  /** `btc and eth`: another of the same, not the other half of a pair. */
  readonly listed: boolean;
  readonly negated: boolean;
  readonly confidence: number;
}

/** A part of a query that outcomes have given a meaning. */
export interface LearnedMention {
  readonly words: string;
  /** By facet, what a topic may have; `facet=` without a value stands for none. */
  readonly facets: ReadonlyMap<string, readonly FacetTerm[]>;
  /** Facets in which it allows anything. */
  readonly free: ReadonlySet<string>;
  readonly confidence: number;
  /** The session and regime in which it has this meaning; undefined: in any. */
  readonly context: string | undefined;
}

/** A query after its words were looked up one by one. */
export interface Mentions {
  readonly terms: Mention[];
  readonly currencies: CurrencyMention[];
  readonly learned: LearnedMention[];
  readonly unknown: string[];
}
