import { facetOf, type FacetTerm } from './facets.ts';
import type { LearnedMeaning, PatternOutcome } from './learned-meaning.ts';
import { wilsonInterval } from './wilson.ts';

/** How evidence becomes a meaning. */
export interface EvidenceRules {
  readonly minimumSupport: number;
  readonly minimumValueSupport: number;
  readonly halfLife: number;
}

/** Decayed counts of what succeeded and what failed. */
export interface Tally {
  successes: number;
  failures: number;
}

type Meaning = Omit<LearnedMeaning, 'context'>;

/**
 * The outcomes of one word in one context, as decayed counts by value and by topic.
 *
 * A success speaks for all values of its topic. A failure is blamed on those of them that nothing has spoken for yet; where there are none it is
 * the fault of the topic as a whole, shared by its values: five failures of EUR do not make GBP wrong that stood beside it.
 */
export class ContextEvidence {
  /** Decayed successes, and failures of topics that the meaning allowed. */
  successes = 0;
  failures = 0;
  readonly values: Map<FacetTerm, Tally> = new Map();
  readonly topics: Map<string, Tally> = new Map();
  readonly #rules: EvidenceRules;
  readonly #keep: number;
  #meaning: Meaning | undefined = undefined;
  #isCurrent = false;

  constructor(rules: EvidenceRules) {
    this.#rules = rules;
    this.#keep = 0.5 ** (1 / rules.halfLife);
  }

  learn({ topic, terms, succeeded }: PatternOutcome): void {
    const meaning = this.meaning();
    this.#decay();
    const tally = tallyOf(this.topics, topic);
    if (succeeded) {
      this.successes += 1;
      tally.successes += 1;
      for (const term of terms) tallyOf(this.values, term).successes += 1;
    } else {
      tally.failures += 1;
      const strangers = terms.filter((term) => !((this.values.get(term)?.successes ?? 0) >= STRANGE));
      const blamed = strangers.length > 0 ? strangers : terms;
      for (const term of blamed) tallyOf(this.values, term).failures += strangers.length > 0 ? 1 : 1 / blamed.length;
      if (meaning !== undefined && strangers.length === 0) this.failures += 1;
    }
    trim(this.values);
    trim(this.topics);
    this.#isCurrent = false;
  }

  meaning(): Meaning | undefined {
    if (!this.#isCurrent) {
      this.#meaning = this.#findMeaning();
      this.#isCurrent = true;
    }
    return this.#meaning;
  }

  preference(term: FacetTerm): number {
    const tally = this.values.get(term);
    if (tally === undefined) return 0;
    return (tally.successes - tally.failures) / (tally.successes + tally.failures + PRIOR);
  }

  record(topic: string): Readonly<Tally> | undefined {
    return this.topics.get(topic);
  }

  /** The meaning as a text: two that are equal are the same. */
  signature(): string {
    const meaning = this.meaning();
    return meaning === undefined ? '' : [...meaning.facets.values()].flat().join(' ');
  }

  #findMeaning(): Meaning | undefined {
    const { minimumSupport, minimumValueSupport } = this.#rules;
    // Decay takes a little from the first successes before the last ones come.
    if (this.successes < minimumSupport * ENOUGH) return undefined;
    const facets = new Map<string, FacetTerm[]>();
    for (const [term, { successes, failures }] of this.values) {
      if (successes < STRANGE) continue;
      const facet = facetOf(term);
      const terms = facets.get(facet) ?? [];
      facets.set(facet, terms);
      const isSupported =
        successes >= minimumValueSupport * ENOUGH && successes >= LEAST_SHARE * (successes + failures);
      if (isSupported) terms.push(term);
    }
    const free = new Set<string>();
    for (const [facet, terms] of facets) {
      // Expiries and strikes go on for ever: three that differ say that none in particular is meant.
      if (OPEN_ENDED.has(facet) && terms.length >= ANY_FROM) free.add(facet);
      else terms.sort();
    }
    const trials = this.successes + this.failures;
    const confidence = wilsonInterval(this.successes, trials, Z).lower;
    return { facets, free, confidence, support: this.successes };
  }

  #decay(): void {
    this.successes *= this.#keep;
    this.failures *= this.#keep;
    decay(this.values, this.#keep);
    decay(this.topics, this.#keep);
  }
}

function decay(tallies: Map<string, Tally>, keep: number): void {
  for (const [key, tally] of tallies) {
    tally.successes *= keep;
    tally.failures *= keep;
    if (tally.successes + tally.failures < NEGLIGIBLE) tallies.delete(key);
  }
}

function tallyOf<Key extends string>(tallies: Map<Key, Tally>, key: Key): Tally {
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const made = { successes: 0, failures: 0 };
  tallies.set(key, made);
  return made;
}

/** Beyond the bound the one with the least evidence goes. */
function trim(tallies: Map<string, Tally>): void {
  while (tallies.size > MAX_TALLIES) {
    let least = Infinity;
    let weakest = '';
    for (const [key, { successes, failures }] of tallies) {
      if (successes + failures >= least) continue;
      least = successes + failures;
      weakest = key;
    }
    tallies.delete(weakest);
  }
}

const OPEN_ENDED: ReadonlySet<string> = new Set(['expiry', 'strike']);
const ANY_FROM = 3;
const MAX_TALLIES = 64;
/** Below this a value counts as one that never succeeded. */
const STRANGE = 0.5;
const NEGLIGIBLE = 0.05;
const ENOUGH = 0.9;
const LEAST_SHARE = 0.6;
const PRIOR = 2;
/** One-sided 90 %. */
const Z = 1.28;
