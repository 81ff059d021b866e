import type { CurrencyBook } from './currency-book.ts';
import { facetOf, facetTerm, valueOf, type FacetTerm } from './facets.ts';
import type { Constraint, CurrencyMention, Mention, Mentions, QueryReading } from './query-reading.ts';

/** What is settled of a query besides its mentions. */
export interface ResolutionOptions {
  readonly text: string;
  readonly currencies: CurrencyBook;
  readonly isProtected: boolean;
  readonly familyOf: (venue: string) => string;
  /** All that a learned word may be about. */
  readonly facets: readonly string[];
}

/** Puts the mentions of a query together: what belongs to one facet becomes one constraint, currencies become bases, quotes and pairs. */
export function resolveMentions(mentions: Mentions, options: ResolutionOptions): QueryReading {
  const terms = [...mentions.terms, ...resolveCurrencies(mentions.currencies, options.currencies)];
  const constraints = [
    ...groupByLabel(terms.filter(({ negated }) => !negated)).map((group) => unite(group, options)),
    ...terms.filter(({ negated }) => negated).map((mention) => constraintOf(mention, mention.terms)),
  ];
  const settled = new Set(constraints.filter(({ negated }) => !negated).flatMap(({ label }) => settledBy(label)));
  // A facet that the query leaves open and that no outcome has said anything about allows nothing: that would be a guess.
  const learned = mentions.learned.flatMap(({ words, facets, free, confidence }) =>
    options.facets
      .filter((facet) => !settled.has(facet) && !free.has(facet))
      .map((facet) => learnedConstraint({ words, facet, values: facets.get(facet) ?? [], confidence })),
  );
  constraints.push(...learned);
  const corrected = mentions.terms.filter(({ how }) => how === 'corrected').length;
  const all = [...terms, ...mentions.learned];
  const said = constraints.filter((constraint) => !learned.includes(constraint));
  const open = [...mentions.unknown, ...mentions.learned.map(({ words }) => words)];
  return {
    text: options.text,
    constraints,
    unknown: mentions.unknown,
    open,
    confidence: all.reduce((product, { confidence }) => product * confidence, 1),
    certain: mentions.terms.length - corrected + mentions.currencies.length + mentions.learned.length,
    corrected,
    settled,
    key: keyOf(said, open),
    isProtected: options.isProtected,
  };
}

function resolveCurrencies(mentions: readonly CurrencyMention[], currencies: CurrencyBook): readonly Mention[] {
  const wanted = mentions.filter(({ negated }) => !negated);
  const unwanted = mentions
    .filter(({ negated }) => negated)
    .map((mention) => asMention(mention, [facetTerm(isQuote(mention, currencies) ? 'quote' : 'base', mention.ticker)]));
  const quotes = wanted.filter((mention) => isQuote(mention, currencies));
  const bases = wanted.filter((mention) => !isQuote(mention, currencies));
  const [one, other, ...more] = wanted;
  // Two side by side are one market, whichever of them is the base: `eth btc`, `usd jpy`.
  const halves = bases.length === 0 || (quotes.length === 0 && other?.listed === false);
  if (one !== undefined && other !== undefined && more.length === 0 && halves) {
    const [a, b] = [one.ticker, other.ticker];
    return [...unwanted, joined(wanted, [facetTerm('pair', `${a}/${b}`), facetTerm('pair', `${b}/${a}`)])];
  }
  if (bases.length > 0 && quotes.length > 0) {
    const pairs = bases.flatMap(({ ticker }) => quotes.map((quote) => facetTerm('pair', `${ticker}/${quote.ticker}`)));
    return [...unwanted, joined(wanted, pairs)];
  }
  const facet = bases.length > 0 ? 'base' : 'quote';
  return [...unwanted, ...wanted.map((mention) => asMention(mention, [facetTerm(facet, mention.ticker)]))];
}

function isQuote({ ticker, asQuote }: CurrencyMention, currencies: CurrencyBook): boolean {
  return asQuote || currencies.isMoney(ticker);
}

function asMention({ words, negated, confidence }: CurrencyMention, terms: readonly FacetTerm[]): Mention {
  return { words, negated, confidence, terms, how: 'lexicon' };
}

function joined(mentions: readonly CurrencyMention[], terms: readonly FacetTerm[]): Mention {
  const confidence = Math.min(...mentions.map((mention) => mention.confidence));
  return { words: mentions.map(({ words }) => words).join(' '), terms, negated: false, confidence, how: 'lexicon' };
}

function labelOf({ terms }: Mention): string {
  const labels = new Set(
    terms.map((term) => facetOf(term)).map((facet) => (facet === 'venue' || facet === 'family' ? 'place' : facet)),
  );
  return labels.size === 1 ? ([...labels][0] ?? 'any') : [...labels].toSorted().join(' or ');
}

function groupByLabel(mentions: readonly Mention[]): readonly (readonly Mention[])[] {
  const groups = new Map<string, Mention[]>();
  for (const mention of mentions) {
    const label = labelOf(mention);
    // Each word of a name counts by itself: `gateway` and `3` are both wanted.
    const key = label === 'word' || label === 'any' || label.includes(' or ') ? `${label} ${mention.words}` : label;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [mention]);
    else group.push(mention);
  }
  return [...groups.values()];
}

/** Of `book` and `book deltas` the narrower is meant; of `kraken` and `okx` either. */
function unite(group: readonly Mention[], { familyOf }: ResolutionOptions): Constraint {
  const narrowest = group.filter(
    (mention) => !group.some((other) => other !== mention && isNarrower(other.terms, mention.terms, familyOf)),
  );
  const kept = narrowest.length === 0 ? group.slice(0, 1) : narrowest;
  const terms = [...new Set(kept.flatMap((mention) => mention.terms))];
  const first = group[0] as Mention;
  return {
    ...constraintOf(first, terms),
    confidence: Math.min(...group.map(({ confidence }) => confidence)),
    because: () => group.map((mention) => becauseOf(mention, mention.terms)).join(', '),
  };
}

function isNarrower(
  terms: readonly FacetTerm[],
  than: readonly FacetTerm[],
  familyOf: (venue: string) => string,
): boolean {
  const within = (term: FacetTerm): boolean =>
    than.includes(term) || (facetOf(term) === 'venue' && than.includes(facetTerm('family', familyOf(valueOf(term)))));
  return (
    terms.every((term) => within(term)) && !(terms.length === than.length && terms.every((term) => than.includes(term)))
  );
}

function constraintOf(mention: Mention, terms: readonly FacetTerm[]): Constraint {
  const { negated, confidence } = mention;
  return {
    label: labelOf(mention),
    terms,
    orWithout: undefined,
    negated,
    confidence,
    because: () => becauseOf(mention, terms),
  };
}

function becauseOf({ words, negated, how }: Mention, terms: readonly FacetTerm[]): string {
  return `"${words}" ${negated ? 'is not' : 'is'} ${terms.map(showTerm).join(' or ')}${how === 'lexicon' ? '' : ` (${how})`}`;
}

function learnedConstraint(from: {
  readonly words: string;
  readonly facet: string;
  readonly values: readonly FacetTerm[];
  readonly confidence: number;
}): Constraint {
  const { words, facet, values, confidence } = from;
  const known = values.filter((term) => valueOf(term) !== '');
  return {
    label: facet,
    terms: known,
    orWithout: known.length < values.length ? facet : undefined,
    negated: false,
    confidence,
    because: () =>
      `"${words}" has been ${values.length === 0 ? `nothing in ${facet} often enough` : values.map(showTerm).join(' or ')} (learned)`,
  };
}

function showTerm(term: FacetTerm): string {
  return `${facetOf(term)} ${valueOf(term) === '' ? 'none' : valueOf(term)}`;
}

/** What was learned is left out: it changes, and what is remembered under the key is to stay. */
function keyOf(constraints: readonly Constraint[], open: readonly string[]): string {
  const parts = constraints.map(({ terms, negated }) => `${negated ? '!' : ''}${terms.toSorted().join('|')}`);
  return `=${[...parts.toSorted(), ...open.map((word) => `"${word}"`).toSorted()].join('&')}`;
}

function settledBy(label: string): readonly string[] {
  return label.split(' or ').flatMap((part) => SETTLES.get(part) ?? [part]);
}

/** What is not left open by a constraint. */
const SETTLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['place', ['venue', 'family']],
  ['pair', ['base', 'quote', 'pair']],
]);
