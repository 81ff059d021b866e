/**
 * What a topic or a query can say. `family` is derived from the venue, `pair` from base and quote; `word` holds what no other facet explains.
 * A lexicon may add facets of its own.
 */
export const FACETS = [
  'kind',
  'venue',
  'family',
  'base',
  'quote',
  'pair',
  'instrument',
  'event',
  'interval',
  'expiry',
  'strike',
  'right',
  'word',
] as const;

/** One value of one facet as text: `base=BTC`. The unit of the index, of readings and of what is learned. */
export type FacetTerm = `${string}=${string}`;

export function facetTerm(facet: string, value: string): FacetTerm {
  return `${facet}=${value}`;
}

export function facetOf(term: FacetTerm): string {
  return term.slice(0, term.indexOf('='));
}

export function valueOf(term: FacetTerm): string {
  return term.slice(term.indexOf('=') + 1);
}
