import type { QueryReading } from './query-reading.ts';

/** A topic, and how well it fits a query. */
export interface SemanticMatch {
  readonly topic: string;
  /** How sure it is that the topic is meant, 0 to 1. */
  readonly confidence: number;
  /** Whether the evidence is enough to act on it. What is not accepted is a suggestion. */
  readonly accepted: boolean;
  /** Why, for people. Made when it is read. */
  readonly explanation: string;
  /** Session and regime in which learned words of the query have this meaning: `open, regime=VOLATILE`; undefined where it depends on neither. */
  readonly learnedIn: string | undefined;
}

/** What a query finds. */
export interface SemanticMatches {
  readonly query: string;
  /** Best first, what is accepted before what is not. */
  readonly matches: readonly SemanticMatch[];
  /** How many topics are accepted in all, listed or not. */
  readonly accepted: number;
  /** Words that have no meaning. While there is one, nothing is accepted. */
  readonly unknown: readonly string[];
}

/** Why a topic is not accepted. */
export type Shortfall = 'unknown words' | 'confidence' | 'corrections' | 'outcomes' | 'partly' | undefined;

/** A match that says why only when asked. */
export class ReadMatch implements SemanticMatch {
  readonly topic: string;
  readonly confidence: number;
  readonly accepted: boolean;
  readonly #reading: QueryReading;
  readonly #shortfall: Shortfall;

  constructor(from: {
    readonly topic: string;
    readonly confidence: number;
    readonly reading: QueryReading;
    readonly shortfall: Shortfall;
  }) {
    this.topic = from.topic;
    this.confidence = from.confidence;
    this.accepted = from.shortfall === undefined;
    this.#reading = from.reading;
    this.#shortfall = from.shortfall;
  }

  get learnedIn(): string | undefined {
    return this.#reading.learnedIn;
  }

  get explanation(): string {
    const because = this.#reading.constraints.map((constraint) => constraint.because()).join('; ');
    const confidence = `confidence ${this.confidence.toFixed(2)}`;
    const verdict = this.#shortfall === undefined ? 'accepted' : `not accepted: ${this.#why(this.#shortfall)}`;
    return `${because === '' ? 'nothing understood' : because}; ${confidence}, ${verdict}`;
  }

  #why(shortfall: Exclude<Shortfall, undefined>): string {
    if (shortfall !== 'unknown words') return SHORTFALLS[shortfall];
    return `${this.#reading.unknown.map((word) => `"${word}"`).join(', ')} means nothing so far`;
  }
}

/** A topic that an exact pattern names. */
export class ExactMatch implements SemanticMatch {
  readonly topic: string;
  readonly confidence = 1;
  readonly accepted = true;
  readonly explanation = 'an exact pattern';
  readonly learnedIn = undefined;

  constructor(topic: string) {
    this.topic = topic;
  }
}

const SHORTFALLS = {
  confidence: 'too little confidence',
  corrections: 'more words were corrected than understood',
  outcomes: 'this topic has failed for this query too often',
  partly: 'only a part of what was asked for',
} as const;
