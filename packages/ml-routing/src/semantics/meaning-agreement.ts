import type { FacetTerm } from './facets.ts';
import type { LearnedMeaning } from './learned-meaning.ts';

type Facets = Pick<LearnedMeaning, 'facets'>;

/** Whether in every facet there is a value that all of them allow. */
export function agree(meanings: readonly Facets[]): boolean {
  const [first, ...others] = meanings;
  if (first === undefined) return true;
  for (const [facet, terms] of first.facets) {
    if (!terms.some((term) => others.every(({ facets }) => facets.get(facet)?.includes(term) ?? true))) return false;
  }
  return true;
}

/**
 * What all of them allow: a word that turns with the regime has both meanings in its session, and one of them in its regime. Undefined where
 * nothing is left of a facet that each of them knows.
 */
export function narrowest(meanings: readonly LearnedMeaning[]): LearnedMeaning | undefined {
  const [first, ...others] = meanings;
  let narrowed = first;
  for (const other of others) {
    if (narrowed === undefined) return undefined;
    narrowed = intersection(narrowed, other);
  }
  return narrowed;
}

function intersection(one: LearnedMeaning, other: LearnedMeaning): LearnedMeaning | undefined {
  const facets = new Map<string, readonly FacetTerm[]>();
  const free = new Set<string>();
  for (const [facet, terms] of one.facets) {
    const allowed = other.facets.get(facet) ?? [];
    if (one.free.has(facet) && other.free.has(facet)) free.add(facet);
    const left = one.free.has(facet) ? allowed : other.free.has(facet) ? terms : common(terms, allowed);
    if (left.length === 0 && terms.length > 0 && allowed.length > 0) return undefined;
    facets.set(facet, left);
  }
  const contexts = [one.context, other.context].filter((context) => context !== undefined);
  return {
    facets,
    free,
    confidence: Math.min(one.confidence, other.confidence),
    support: Math.min(one.support, other.support),
    context: contexts.length === 0 ? undefined : contexts.join(', '),
  };
}

function common(terms: readonly FacetTerm[], allowed: readonly FacetTerm[]): readonly FacetTerm[] {
  return terms.filter((term) => allowed.includes(term));
}
