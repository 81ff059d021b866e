import type { CurrencyBook } from './currency-book.ts';
import { facetOf, facetTerm, valueOf, type FacetTerm } from './facets.ts';
import type { Constraint, CurrencyMention, LearnedMention, Mention, Mentions, QueryReading } from './query-reading.ts';

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
  const terms = mentions.terms.slice();
  addCurrencies(terms, mentions.currencies, options.currencies);
  const said = saidConstraints(terms, options);
  let corrected = 0;
  for (const { how } of mentions.terms) if (how === 'corrected') corrected += 1;
  let confidence = 1;
  for (const mention of terms) confidence *= mention.confidence;
  for (const mention of mentions.learned) confidence *= mention.confidence;
  const certain = mentions.terms.length - corrected + mentions.currencies.length + mentions.learned.length;
  return new ResolvedQuery({ said, mentions, options, confidence, corrected, certain });
}

/** A reading that works out what only learning asks for when it asks. */
class ResolvedQuery implements QueryReading {
  readonly text: string;
  readonly constraints: readonly Constraint[];
  readonly unknown: readonly string[];
  readonly open: readonly string[];
  readonly confidence: number;
  readonly certain: number;
  readonly corrected: number;
  readonly learnedIn: string | undefined;
  readonly isProtected: boolean;
  readonly #said: readonly Constraint[];
  #settled: ReadonlySet<string> | undefined = undefined;
  #key: string | undefined = undefined;

  constructor(from: {
    readonly said: readonly Constraint[];
    readonly mentions: Mentions;
    readonly options: ResolutionOptions;
    readonly confidence: number;
    readonly corrected: number;
    readonly certain: number;
  }) {
    const { said, mentions, options } = from;
    const { learned, unknown } = mentions;
    const isTaught = learned.length > 0;
    this.#said = said;
    this.text = options.text;
    this.unknown = unknown;
    this.open = isTaught ? [...unknown, ...learned.map(({ words }) => words)] : unknown;
    this.constraints = isTaught ? [...said, ...learnedConstraints(learned, this.settled, options.facets)] : said;
    this.confidence = from.confidence;
    this.certain = from.certain;
    this.corrected = from.corrected;
    this.learnedIn = isTaught ? contextOf(learned) : undefined;
    this.isProtected = options.isProtected;
  }

  get key(): string {
    this.#key ??= keyOf(this.#said, this.open);
    return this.#key;
  }

  get settled(): ReadonlySet<string> {
    this.#settled ??= settledBy(this.#said);
    return this.#settled;
  }
}

/** What the query itself asks for: first what a topic must have, then what it must not. */
function saidConstraints(terms: readonly Mention[], options: ResolutionOptions): readonly Constraint[] {
  const groups: Mention[][] = [];
  const keys: string[] = [];
  let unwanted = 0;
  for (const mention of terms) {
    if (mention.negated) {
      unwanted += 1;
      continue;
    }
    const key = groupKeyOf(mention);
    const at = keys.indexOf(key);
    if (at >= 0) {
      (groups[at] as Mention[]).push(mention);
      continue;
    }
    keys.push(key);
    groups.push([mention]);
  }
  const constraints: Constraint[] = [];
  for (const group of groups) constraints.push(unite(group, options));
  if (unwanted === 0) return constraints;
  for (const mention of terms) if (mention.negated) constraints.push(new MentionConstraint([mention], mention.terms));
  return constraints;
}

/** A facet that the query leaves open and that no outcome has said anything about allows nothing: that would be a guess. */
function learnedConstraints(
  mentions: readonly LearnedMention[],
  settled: ReadonlySet<string>,
  facets: readonly string[],
): readonly Constraint[] {
  return mentions.flatMap(({ words, facets: values, free, confidence, context }) =>
    facets
      .filter((facet) => !settled.has(facet) && !free.has(facet))
      .map((facet) => learnedConstraint({ words, facet, values: values.get(facet) ?? [], confidence, context })),
  );
}

function contextOf(mentions: readonly LearnedMention[]): string | undefined {
  const contexts = new Set(mentions.flatMap(({ context }) => context?.split(', ') ?? []));
  return contexts.size === 0 ? undefined : [...contexts].join(', ');
}

function addCurrencies(into: Mention[], mentions: readonly CurrencyMention[], currencies: CurrencyBook): void {
  const [only] = mentions;
  if (only === undefined) return;
  if (mentions.length === 1) {
    into.push(asMention(only, [facetTerm(isQuote(only, currencies) ? 'quote' : 'base', only.ticker)]));
    return;
  }
  addSeveral(into, mentions, currencies);
}

function addSeveral(into: Mention[], mentions: readonly CurrencyMention[], currencies: CurrencyBook): void {
  const bases: CurrencyMention[] = [];
  const quotes: CurrencyMention[] = [];
  const wanted: CurrencyMention[] = [];
  for (const mention of mentions) {
    const asQuote = isQuote(mention, currencies);
    if (mention.negated) {
      into.push(asMention(mention, [facetTerm(asQuote ? 'quote' : 'base', mention.ticker)]));
      continue;
    }
    wanted.push(mention);
    if (asQuote) quotes.push(mention);
    else bases.push(mention);
  }
  const [one, other] = wanted;
  // Two side by side are one market, whichever of them is the base: `eth btc`, `usd jpy`.
  const halves = bases.length === 0 || (quotes.length === 0 && other?.listed === false);
  if (one !== undefined && other !== undefined && wanted.length === 2 && halves) {
    const [a, b] = [one.ticker, other.ticker];
    into.push(joined(wanted, [facetTerm('pair', `${a}/${b}`), facetTerm('pair', `${b}/${a}`)]));
    return;
  }
  if (bases.length > 0 && quotes.length > 0) {
    const pairs: FacetTerm[] = [];
    for (const base of bases)
      for (const quote of quotes) pairs.push(facetTerm('pair', `${base.ticker}/${quote.ticker}`));
    into.push(joined(wanted, pairs));
    return;
  }
  const facet = bases.length > 0 ? 'base' : 'quote';
  for (const mention of wanted) into.push(asMention(mention, [facetTerm(facet, mention.ticker)]));
}

function isQuote({ ticker, asQuote }: CurrencyMention, currencies: CurrencyBook): boolean {
  return asQuote || currencies.isMoney(ticker);
}

function asMention({ words, negated, confidence }: CurrencyMention, terms: readonly FacetTerm[]): Mention {
  return { words, terms, negated, confidence, how: 'lexicon' };
}

function joined(mentions: readonly CurrencyMention[], terms: readonly FacetTerm[]): Mention {
  let confidence = Infinity;
  let words = '';
  for (const mention of mentions) {
    confidence = Math.min(confidence, mention.confidence);
    words = words === '' ? mention.words : `${words} ${mention.words}`;
  }
  return { words, terms, negated: false, confidence, how: 'lexicon' };
}

/** What the terms are about: one facet, or several by name. */
function labelOf(terms: readonly FacetTerm[]): string {
  const [first] = terms;
  if (first === undefined) return '';
  const label = partOf(first);
  for (let at = 1; at < terms.length; at += 1) {
    if (partOf(terms[at] as FacetTerm) !== label) {
      return [...new Set(terms.map((term) => partOf(term)))].toSorted().join(' or ');
    }
  }
  return label;
}

function partOf(term: FacetTerm): string {
  const facet = facetOf(term);
  return facet === 'venue' || facet === 'family' ? 'place' : facet;
}

/** Each word of a name counts by itself: `gateway` and `3` are both wanted. */
function groupKeyOf({ terms, words }: Mention): string {
  const label = labelOf(terms);
  return label === 'word' || label === 'any' || label.includes(' or ') ? `${label} ${words}` : label;
}

/** Of `book` and `book deltas` the narrower is meant; of `kraken` and `okx` either. */
function unite(group: readonly Mention[], { familyOf }: ResolutionOptions): Constraint {
  const [only] = group;
  if (only !== undefined && group.length === 1) return new MentionConstraint(group, withoutTwins(only.terms));
  const narrowest = group.filter(
    (mention) => !group.some((other) => other !== mention && isNarrower(other.terms, mention.terms, familyOf)),
  );
  const kept = narrowest.length === 0 ? group.slice(0, 1) : narrowest;
  return new MentionConstraint(group, [...new Set(kept.flatMap((mention) => mention.terms))]);
}

function withoutTwins(terms: readonly FacetTerm[]): readonly FacetTerm[] {
  return terms.length === 1 ? terms : [...new Set(terms)];
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

/** What mentions of one facet ask for together. */
class MentionConstraint implements Constraint {
  readonly terms: readonly FacetTerm[];
  readonly orWithout = undefined;
  readonly negated: boolean;
  readonly confidence: number;
  readonly #group: readonly Mention[];

  constructor(group: readonly Mention[], terms: readonly FacetTerm[]) {
    const first = group[0] as Mention;
    let { confidence } = first;
    for (let at = 1; at < group.length; at += 1) confidence = Math.min(confidence, (group[at] as Mention).confidence);
    this.terms = terms;
    this.negated = first.negated;
    this.confidence = confidence;
    this.#group = group;
  }

  get label(): string {
    return labelOf((this.#group[0] as Mention).terms);
  }

  because(): string {
    return this.#group.map((mention) => becauseOf(mention)).join(', ');
  }
}

function becauseOf({ words, negated, how, terms }: Mention): string {
  return `"${words}" ${negated ? 'is not' : 'is'} ${terms.map(showTerm).join(' or ')}${how === 'lexicon' ? '' : ` (${how})`}`;
}

function learnedConstraint(from: {
  readonly words: string;
  readonly facet: string;
  readonly values: readonly FacetTerm[];
  readonly confidence: number;
  readonly context: string | undefined;
}): Constraint {
  const { words, facet, values, confidence, context } = from;
  const known = values.filter((term) => valueOf(term) !== '');
  return {
    label: facet,
    terms: known,
    orWithout: known.length < values.length ? facet : undefined,
    negated: false,
    confidence,
    because: () =>
      `"${words}" has been ${values.length === 0 ? `nothing in ${facet} often enough` : values.map(showTerm).join(' or ')} (learned${context === undefined ? '' : ` in ${context}`})`,
  };
}

function showTerm(term: FacetTerm): string {
  return `${facetOf(term)} ${valueOf(term) === '' ? 'none' : valueOf(term)}`;
}

/** What was learned is left out: it changes, and what is remembered under the key is to stay. */
function keyOf(constraints: readonly Constraint[], open: readonly string[]): string {
  const parts: string[] = [];
  for (const { terms, negated } of constraints) {
    const text = terms.length === 1 ? (terms[0] as string) : terms.toSorted().join('|');
    insertSorted(parts, negated ? `!${text}` : text);
  }
  if (open.length > 0) parts.push(...open.map((word) => `"${word}"`).toSorted());
  return `=${parts.join('&')}`;
}

/** Of a handful: to put each in its place costs less than to sort them. */
function insertSorted(texts: string[], text: string): void {
  let at = texts.length;
  texts.push(text);
  for (; at > 0 && (texts[at - 1] as string) > text; at -= 1) texts[at] = texts[at - 1] as string;
  texts[at] = text;
}

/** The facets that constraints do not leave open. */
function settledBy(constraints: readonly Constraint[]): ReadonlySet<string> {
  return new Set(
    constraints
      .filter(({ negated }) => !negated)
      .flatMap(({ label }) => label.split(' or ').flatMap((part) => SETTLES.get(part) ?? [part])),
  );
}

const SETTLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['place', ['venue', 'family']],
  ['pair', ['base', 'quote', 'pair']],
]);
