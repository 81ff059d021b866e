import { ContextEvidence, type EvidenceRules } from './context-evidence.ts';
import type { FacetTerm } from './facets.ts';
import type { LearnedMeaning, PatternOutcome } from './pattern-learner.ts';

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
    if (outcome.context !== undefined) this.open(outcome.context)?.learn(outcome);
    return this.#signature() !== before;
  }

  meaning(context: string | undefined): LearnedMeaning | undefined {
    const own = context === undefined ? undefined : this.contexts.get(context)?.meaning();
    if (own !== undefined) return { ...own, context };
    const named = [...this.contexts].filter(([name, evidence]) => name !== POOLED && evidence.successes > 0);
    const meanings = named.flatMap(([, evidence]) => evidence.meaning() ?? []);
    // Seen in one context only, it holds there only; seen in two that differ, it depends on the context.
    const spreads = named.length === 0 || (context === undefined && named.length === 1) || meanings.length > 1;
    if (!spreads || !agree(meanings)) return undefined;
    const pooled = this.contexts.get(POOLED)?.meaning();
    return pooled === undefined ? undefined : { ...pooled, context: undefined };
  }

  preference(term: FacetTerm, context: string | undefined): number {
    return this.#best(context)?.preference(term) ?? 0;
  }

  record(topic: string, context: string | undefined): ReturnType<ContextEvidence['record']> {
    return this.#best(context)?.record(topic);
  }

  /** The evidence of a context, made where there is none; undefined beyond the bound. */
  open(context: string): ContextEvidence | undefined {
    const known = this.contexts.get(context);
    if (known !== undefined || this.contexts.size > MAX_CONTEXTS) return known;
    const made = new ContextEvidence(this.#rules);
    this.contexts.set(context, made);
    return made;
  }

  /** That of the context, if there is any, otherwise all. */
  #best(context: string | undefined): ContextEvidence | undefined {
    return (context === undefined ? undefined : this.contexts.get(context)) ?? this.contexts.get(POOLED);
  }

  #signature(): string {
    return [...this.contexts.values()].map((evidence) => evidence.signature()).join('/');
  }
}

/** Whether in every facet there is a value that all of them allow. */
function agree(meanings: readonly { readonly facets: ReadonlyMap<string, readonly FacetTerm[]> }[]): boolean {
  const [first, ...others] = meanings;
  if (first === undefined) return true;
  for (const [facet, terms] of first.facets) {
    if (!terms.some((term) => others.every(({ facets }) => facets.get(facet)?.includes(term) ?? true))) return false;
  }
  return true;
}

const MAX_CONTEXTS = 8;
