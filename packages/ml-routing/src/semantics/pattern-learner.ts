import type { StateOwner } from '@tradewind/core-types';
import { readLearnerOptions, type PatternLearnerOptions } from './learner-options.ts';
import { LearnerState } from './learner-state.ts';
import type { FacetTerm } from './facets.ts';
import type { LearnedMeaning, PatternOutcome } from './learned-meaning.ts';
import { WordEvidence } from './word-evidence.ts';

/**
 * Learns what words mean from what became of the topics that were offered for them, successes and failures.
 *
 * A meaning is the narrowest one that fits the successes, facet by facet (Find-S: Mitchell 1982, made robust by counts): a value that never
 * succeeded is never part of it. It exists from a minimum of successes on, decays with every further outcome of the word, and is kept by
 * context: a word that means one thing at the open and another at the close has two meanings; what was only seen in one context does not
 * spread to another unless two contexts agree. Of several circumstances each is learned by itself, and all of them together. What was learned of them
 * together counts from the minimum of successes on; before, evidence is not divided among combinations, and the meaning is what each of them allows: where
 * they contradict each other there is none.
 *
 * Memory is bounded: `maxWords` words, of each the evidence of at most 35 contexts, 64 values and 64 topics; the word that has been silent
 * for longest goes first, and is counted. Same outcomes, same meanings: no clock, no chance. Learning costs microseconds; asking for a
 * meaning that has not changed, a look-up.
 */
export class PatternLearner {
  /** All evidence. Restoring throws a `ValidationError` `INVALID_OPTIONS` on a state that it cannot read, and changes nothing. */
  readonly state: StateOwner;
  readonly #settings: Required<{ [Key in keyof PatternLearnerOptions]: number }>;
  readonly #words = new Map<string, WordEvidence>();
  #forgotten = 0;
  #outcomes = 0;

  /** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
  constructor(options: PatternLearnerOptions = {}) {
    this.#settings = readLearnerOptions(options);
    this.state = new LearnerState({
      read: () => ({ words: this.#words, forgotten: this.#forgotten, outcomes: this.#outcomes }),
      make: () => new WordEvidence(this.#settings),
      write: ({ words, forgotten, outcomes }) => {
        this.#words.clear();
        for (const [word, evidence] of [...words].slice(-this.#settings.maxWords)) this.#words.set(word, evidence);
        this.#forgotten = forgotten;
        this.#outcomes = outcomes;
      },
    });
  }

  /** Words with evidence. */
  get size(): number {
    return this.#words.size;
  }

  /** Words that were given up for want of room. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Outcomes learned from. */
  get outcomes(): number {
    return this.#outcomes;
  }

  /** @returns Whether what the word means, or what is held of the topic, may have changed. */
  learn(outcome: PatternOutcome): boolean {
    const { word } = outcome;
    let evidence = this.#words.get(word);
    this.#outcomes += 1;
    if (evidence === undefined) {
      if (this.#words.size >= this.#settings.maxWords) this.#forgetOldest();
      evidence = new WordEvidence(this.#settings);
    }
    // The order of a map is that of insertion: the word spoken last goes to the end.
    this.#words.delete(word);
    this.#words.set(word, evidence);
    return evidence.learn(outcome);
  }

  /** Undefined while there is too little evidence, and in a context for which there is none. */
  meaning(word: string, context?: string | readonly string[]): LearnedMeaning | undefined {
    return this.#words.get(word)?.meaning(context);
  }

  /** How well topics with this value have done for the word, -1 to 1; 0 without evidence. */
  preference(word: string, term: FacetTerm, context?: string | readonly string[]): number {
    return this.#words.get(word)?.preference(term, context) ?? 0;
  }

  /** How well this very topic has done for the word: decayed successes and failures; undefined without evidence. */
  record(
    word: string,
    topic: string,
    context?: string | readonly string[],
  ): { readonly successes: number; readonly failures: number } | undefined {
    return this.#words.get(word)?.record(topic, context);
  }

  /** Whether there is any evidence of a word. */
  knows(word: string): boolean {
    return this.#words.has(word);
  }

  /** Takes back all that was learned of a word. */
  forget(word: string): void {
    this.#words.delete(word);
  }

  #forgetOldest(): void {
    for (const word of this.#words.keys()) {
      this.#words.delete(word);
      this.#forgotten += 1;
      return;
    }
  }
}
