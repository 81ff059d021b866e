import { ContextEvidence, type EvidenceRules, type Tally } from './context-evidence.ts';
import type { FacetTerm } from './facets.ts';
import { agree, narrowest } from './meaning-agreement.ts';
import type { LearnedMeaning, PatternOutcome } from './learned-meaning.ts';

/** All evidence under this name: outcomes of every context, and of none. */
const POOLED = '';

/** What is known of one word: together, and by context. */
export class WordEvidence {
  readonly contexts: Map<string, ContextEvidence> = new Map();
  readonly #rules: EvidenceRules;

  constructor(rules: EvidenceRules) {
    this.#rules = rules;
  }

  learn(outcome: PatternOutcome): boolean {
    const before = this.#signature();
    this.open(POOLED)?.learn(outcome);
    const names = namesOf(outcome.context);
    for (const name of names) this.open(name)?.learn(outcome);
    if (names.length > 1) this.open(names.join(JOINT))?.learn(outcome);
    return this.#signature() !== before;
  }

  /**
   * That of all circumstances together, once they have come together often enough. Until then what each of them allows; undefined where one of them
   * says nothing, or two contradict each other.
   */
  meaning(context: string | readonly string[] | undefined): LearnedMeaning | undefined {
    const asked = namesOf(context);
    const together = asked.length > 1 ? this.contexts.get(asked.join(JOINT))?.meaning() : undefined;
    if (together !== undefined) return { ...together, context: asked.join(', ') };
    const meanings: LearnedMeaning[] = [];
    for (const circumstance of this.#circumstances()) {
      const meaning = this.#meaningBy(circumstance, asked);
      if (meaning === undefined) return undefined;
      meanings.push(meaning);
    }
    return meanings.length === 0 ? this.#pooledMeaning() : narrowest(meanings);
  }

  preference(term: FacetTerm, context: string | readonly string[] | undefined): number {
    let most = 0;
    for (const evidence of this.#evidenceIn(context)) {
      const preference = evidence.preference(term);
      if (Math.abs(preference) > Math.abs(most)) most = preference;
    }
    return most;
  }

  /**
   * That of all circumstances together from three outcomes on; before, that of the circumstance which says most, since the others mix what this one
   * tells apart.
   */
  record(topic: string, context: string | readonly string[] | undefined): Readonly<Tally> | undefined {
    const names = namesOf(context);
    const together = names.length > 1 ? this.contexts.get(names.join(JOINT))?.record(topic) : undefined;
    if (together !== undefined && together.successes + together.failures >= ENOUGH_OUTCOMES) return together;
    let most: Readonly<Tally> | undefined;
    for (const evidence of this.#evidenceIn(context)) {
      const record = evidence.record(topic);
      if (record === undefined) continue;
      if (most === undefined || Math.abs(leaning(record)) > Math.abs(leaning(most))) most = record;
    }
    return most;
  }

  /** The evidence of a context, made where there is none; undefined beyond the bound. */
  open(context: string): ContextEvidence | undefined {
    const known = this.contexts.get(context);
    if (known !== undefined || this.contexts.size > MAX_CONTEXTS) return known;
    const made = new ContextEvidence(this.#rules);
    this.contexts.set(context, made);
    return made;
  }

  /** Circumstances, such as session and regime, in which something has succeeded. */
  #circumstances(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const [name, { successes }] of this.contexts) {
      if (name !== POOLED && successes > 0 && !name.includes(JOINT)) found.add(circumstanceOf(name));
    }
    return found;
  }

  #meaningBy(circumstance: string, asked: readonly string[]): LearnedMeaning | undefined {
    const context = asked.find((name) => circumstanceOf(name) === circumstance);
    const own = context === undefined ? undefined : this.contexts.get(context)?.meaning();
    if (own !== undefined) return { ...own, context };
    const named = [...this.contexts].filter(
      ([name, { successes }]) =>
        name !== POOLED && successes > 0 && !name.includes(JOINT) && circumstanceOf(name) === circumstance,
    );
    const meanings = named.flatMap(([, evidence]) => evidence.meaning() ?? []);
    // Seen in one context only, it holds there only; seen in two that differ, it depends on the context.
    const spreads = (context === undefined && named.length === 1) || meanings.length > 1;
    return spreads && agree(meanings) ? this.#pooledMeaning() : undefined;
  }

  #pooledMeaning(): LearnedMeaning | undefined {
    const pooled = this.contexts.get(POOLED)?.meaning();
    return pooled === undefined ? undefined : { ...pooled, context: undefined };
  }

  /** That of the contexts, where there is any, otherwise all. */
  #evidenceIn(context: string | readonly string[] | undefined): readonly ContextEvidence[] {
    const own = namesOf(context).flatMap((name) => this.contexts.get(name) ?? []);
    return own.length > 0 ? own : [this.contexts.get(POOLED) ?? []].flat();
  }

  #signature(): string {
    return [...this.contexts.values()].map((evidence) => evidence.signature()).join('/');
  }
}

/** `regime` of `regime=VOLATILE`; of a bare name the empty text. */
function circumstanceOf(name: string): string {
  const mark = name.indexOf('=');
  return mark < 0 ? '' : name.slice(0, mark);
}

function namesOf(context: string | readonly string[] | undefined): readonly string[] {
  if (context === undefined) return NO_NAMES;
  return typeof context === 'string' ? [context] : context;
}

/** -1 to 1: how clearly it failed or succeeded. */
function leaning({ successes, failures }: Readonly<Tally>): number {
  return (successes - failures) / (successes + failures + LEANING_PRIOR);
}

const NO_NAMES: readonly string[] = [];
/** Between the circumstances of which the evidence is kept together: `open&regime=VOLATILE`. */
const JOINT = '&';
/** Five sessions, five regimes, and each session with each regime. */
export const MAX_CONTEXTS: number = 35;
/** Three, less what decay takes. */
const ENOUGH_OUTCOMES = 2.7;
const LEANING_PRIOR = 2;
