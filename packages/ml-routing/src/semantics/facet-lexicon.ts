import { ValidationError, showValue, type ValidationIssue } from '@tradewind/core-types';
import { CurrencyBook } from './currency-book.ts';
import { FACETS, facetTerm, type FacetTerm } from './facets.ts';
import { CURRENCY_ALIASES, QUOTE_GROUPS } from './lexicon/currencies.ts';
import type { FacetEntries, VenueEntry } from './lexicon/entries.ts';
import {
  EVENTS,
  FILLER,
  INSTRUMENTS,
  INTERVALS,
  KINDS,
  NEGATIONS,
  QUOTE_MARKS,
  RIGHTS,
} from './lexicon/market-words.ts';
import { VENUES } from './lexicon/venues.ts';
import { PhraseStarts } from './phrase-starts.ts';
import { normalPhrase } from './phrase.ts';
import { isRecord } from '../state/json-shapes.ts';

/** What a desk adds to the standard lexicon. */
export interface LexiconExtension {
  /**
   * By facet, its values and the ways to say them: `{ desk: { delta1: ['delta one', 'd1'] }, base: { WIF: ['dogwifhat'] } }`. A facet that the
   * standard lexicon does not have is a new one: a topic has its value when one of the aliases, or the value itself, stands among its segments.
   */
  readonly facets?: Readonly<Record<string, FacetEntries>> | undefined;
  /** Venues by their names in topics; one that exists is replaced. */
  readonly venues?: Readonly<Record<string, VenueEntry>> | undefined;
}

/**
 * The words that have a meaning without any evidence: aliases of the values of facets, standard ones and the desk's own.
 *
 * Workload: some thousand aliases, made at construction; looked up a few times per query that is not cached and per topic that is new.
 */
export class FacetLexicon {
  readonly currencies: CurrencyBook = new CurrencyBook();
  /** Facets that a word may turn out to be about: all but those that follow from others. */
  readonly facets: readonly string[];
  readonly #terms = new Map<string, FacetTerm[]>();
  readonly #starts = new PhraseStarts();
  readonly #venues = new Map<string, VenueEntry>();

  /** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong with the extension. */
  constructor(extension: LexiconExtension = {}) {
    checkExtension(extension);
    const own = Object.keys(extension.facets ?? {});
    this.facets = [...new Set([...FACETS.filter((facet) => facet !== 'family' && facet !== 'pair'), ...own])];
    const standard: Readonly<Record<string, FacetEntries>> = {
      kind: KINDS,
      instrument: INSTRUMENTS,
      event: EVENTS,
      interval: INTERVALS,
      right: RIGHTS,
      base: CURRENCY_ALIASES,
    };
    for (const [facet, entries] of Object.entries(standard)) this.#add(facet, entries);
    for (const [facet, entries] of Object.entries(extension.facets ?? {})) this.#add(facet, entries);
    for (const [group, quotes] of Object.entries(QUOTE_GROUPS)) {
      for (const quote of quotes) this.#alias(group, facetTerm('quote', quote));
    }
    for (const [venue, entry] of Object.entries({ ...VENUES, ...extension.venues }))
      this.#addVenue(venue.toLowerCase(), entry);
  }

  /** What a phrase in its normal form means; undefined for one without an entry. Currencies are terms of `base` here. */
  terms(phrase: string): readonly FacetTerm[] | undefined {
    return this.#terms.get(phrase);
  }

  /** Whether there is a phrase of several words that begins with this one. */
  beginsPhrase(word: string): boolean {
    return this.#starts.begin(word);
  }

  /** Whether there is a phrase of several words that begins with these two. */
  beginsPhraseWith(first: string, second: string): boolean {
    return this.#starts.beginWith(first, second);
  }

  /** All words that mean something, by themselves or in a phrase, and those that mean nothing. */
  words(): Iterable<string> {
    return new Set([...[...this.#terms.keys()].flatMap((phrase) => phrase.split(' ')), ...FILLER]);
  }

  /** What is known of a venue by its name in topics, in lower case. A venue that begins with the name of a family belongs to it. */
  venue(name: string): VenueEntry {
    const known = this.#venues.get(name);
    if (known !== undefined) return known;
    const head = /^[^_-]+/.exec(name)?.[0] ?? name;
    const relative = this.#venues.get(head);
    return { family: relative?.family ?? head, instrument: relative?.instrument };
  }

  isVenue(name: string): boolean {
    return this.#venues.has(name);
  }

  isFiller(word: string): boolean {
    return FILLER.has(word);
  }

  isNegation(word: string): boolean {
    return NEGATIONS.has(word);
  }

  isQuoteMark(word: string): boolean {
    return QUOTE_MARKS.has(word);
  }

  #add(facet: string, entries: FacetEntries): void {
    for (const [value, aliases] of Object.entries(entries)) {
      const term = facetTerm(facet, value);
      if (facet === 'base' || facet === 'quote') this.currencies.add(value, aliases);
      for (const alias of [value, ...aliases]) this.#alias(alias, term);
    }
  }

  /** The name of a family stands for all its venues; a member has aliases of its own. */
  #addVenue(venue: string, entry: VenueEntry): void {
    this.#venues.set(venue, { ...entry, family: entry.family ?? venue });
    const isHead = entry.family === undefined || entry.family === venue;
    const term = isHead ? facetTerm('family', venue) : facetTerm('venue', venue);
    for (const alias of [venue, ...(entry.aliases ?? [])]) this.#alias(alias, term);
  }

  #alias(alias: string, term: FacetTerm): void {
    const phrase = normalPhrase(alias);
    this.#starts.add(phrase);
    for (const form of new Set([phrase, phrase.replaceAll(' ', '')])) {
      const terms = this.#terms.get(form);
      if (terms === undefined) this.#terms.set(form, [term]);
      else if (!terms.includes(term)) terms.push(term);
    }
  }
}

function checkExtension(extension: LexiconExtension): void {
  const issues: ValidationIssue[] = [];
  let aliases = 0;
  const checkNames = (path: string, names: unknown): void => {
    const list: readonly unknown[] = Array.isArray(names) ? names : [names];
    if (!Array.isArray(names)) issues.push({ path, expected: 'an array of aliases', received: showValue(names) });
    else for (const [at, name] of list.entries()) checkName(issues, `${path}[${at}]`, name);
    aliases += list.length;
  };
  if (!isRecord(extension)) issues.push({ path: 'lexicon', expected: 'an object', received: showValue(extension) });
  for (const [facet, entries] of entriesOf(issues, 'lexicon.facets', extension?.facets)) {
    if (!FACET.test(facet) || DERIVED.has(facet)) {
      const expected = `a facet in kebab-case, and none of ${[...DERIVED].join(', ')}`;
      issues.push({ path: `lexicon.facets.${facet}`, expected, received: showValue(facet) });
    }
    for (const [value, names] of entriesOf(issues, `lexicon.facets.${facet}`, entries)) {
      checkName(issues, `lexicon.facets.${facet}`, value);
      checkNames(`lexicon.facets.${facet}.${value}`, names);
    }
  }
  for (const [venue, entry] of entriesOf(issues, 'lexicon.venues', extension?.venues)) {
    checkName(issues, 'lexicon.venues', venue);
    if (!isRecord(entry))
      issues.push({ path: `lexicon.venues.${venue}`, expected: 'an object', received: showValue(entry) });
    else checkNames(`lexicon.venues.${venue}.aliases`, entry['aliases'] ?? []);
  }
  if (aliases > MAX_ALIASES) {
    issues.push({ path: 'lexicon', expected: `at most ${MAX_ALIASES} aliases`, received: `${aliases}` });
  }
  const [first] = issues;
  if (first === undefined) return;
  throw new ValidationError('INVALID_OPTIONS', { ...first, issues, hint: 'Mend the lexicon: see LexiconExtension.' });
}

function checkName(issues: ValidationIssue[], path: string, name: unknown): void {
  if (typeof name === 'string' && name.length <= MAX_ALIAS_CHARACTERS && normalPhrase(name) !== '') return;
  issues.push({ path, expected: `a text of 1 to ${MAX_ALIAS_CHARACTERS} characters`, received: showValue(name) });
}

function entriesOf(issues: ValidationIssue[], path: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (value === undefined) return [];
  if (isRecord(value)) return Object.entries(value);
  issues.push({ path, expected: 'an object', received: showValue(value) });
  return [];
}

const FACET = /^[a-z][a-z0-9-]{0,31}$/;
/** Worked out from others: nobody can name their values. */
const DERIVED: ReadonlySet<string> = new Set(FACETS.filter((facet) => ['family', 'pair', 'word'].includes(facet)));
const MAX_ALIASES = 10_000;
const MAX_ALIAS_CHARACTERS = 64;
