import type { FacetLexicon } from './facet-lexicon.ts';
import { facetOf, facetTerm, valueOf, type FacetTerm } from './facets.ts';
import { PhraseStarts } from './phrase-starts.ts';
import { normalPhrase } from './phrase.ts';
import { isProtected } from './protected-topics.ts';
import { readTopic } from './topic-facets.ts';
import { TypoIndex } from './typo-index.ts';

/** The values of single topics say little about a market: they make one topic more special than its neighbours. */
const SPECIAL: ReadonlySet<string> = new Set(['expiry', 'strike', 'right', 'interval', 'event']);
const NONE: readonly number[] = [];
const MAX_TYPO_WORDS = 16_384;
const BITS_SHIFT = 5;
/** Topics beyond the bound that are told apart, so that one that is asked for again and again counts once: some 100 bytes each. */
export const MOST_BEYOND = 4_096;
/** A value that fewer topics have is looked for among the values of a topic. */
const MOST_TOPICS_PER_MEMBER = 64;

/**
 * The topics of a catalog by what they say: an inverted index from the values of facets to topics, and the words under which values are found.
 *
 * Workload: thousands of topics, added once and never taken away (catalogs only grow); read by every query that is not cached. Posting lists
 * are plain arrays of small integers in the order in which topics came.
 */
export class TopicIndex {
  readonly names: string[] = [];
  /** By topic, the numbers of its terms. */
  readonly termsOf: (readonly number[])[] = [];
  /** By topic, how many of its values are out of the ordinary: a perpetual beside spot, an expiry, a strike. */
  readonly special: number[] = [];
  readonly #lexicon: FacetLexicon;
  readonly #maxTopics: number;
  readonly #ids = new Map<string, number>();
  readonly #terms: FacetTerm[] = [];
  readonly #facets: string[] = [];
  readonly #termIds = new Map<FacetTerm, number>();
  readonly #postings: number[][] = [];
  /** By term, its topics as bits, once they were asked for. */
  readonly #members: (Uint32Array | undefined)[] = [];
  readonly #vocabulary = new Map<string, FacetTerm[]>();
  readonly #starts = new PhraseStarts();
  readonly #typos = new TypoIndex(MAX_TYPO_WORDS);
  /** Topics that have no place here any more, each counted once. */
  readonly #beyond = new Set<string>();
  #words = 0;

  constructor(lexicon: FacetLexicon, maxTopics: number) {
    this.#lexicon = lexicon;
    this.#maxTopics = maxTopics;
    for (const word of lexicon.words()) this.#typos.add(word);
  }

  get size(): number {
    return this.names.length;
  }

  /** How many topics have no place here any more; of more than {@link MOST_BEYOND} at least so many. */
  get refused(): number {
    return this.#beyond.size;
  }

  /** Grows with every word that gets a meaning from the catalog. */
  get words(): number {
    return this.#words;
  }

  /** The number of a topic; -1 for one that is about orders, or one too many. */
  add(topic: string): number {
    const known = this.#ids.get(topic);
    if (known !== undefined) return known;
    if (this.#beyond.has(topic) || isProtected(topic)) return -1;
    if (this.names.length >= this.#maxTopics) {
      if (this.#beyond.size < MOST_BEYOND) this.#beyond.add(topic);
      return -1;
    }
    const id = this.names.length;
    const terms = readTopic(topic, this.#lexicon);
    this.#ids.set(topic, id);
    this.names.push(topic);
    this.special.push(terms.filter(isSpecial).length);
    this.termsOf.push(terms.map((term) => this.#post(term, id)));
    return id;
  }

  /** The topics that have a value; read it, do not keep it. */
  posting(term: number): readonly number[] {
    return this.#postings[term] ?? NONE;
  }

  /**
   * The topics that have a value, a bit for each, which is the quickest way to ask whether one of them is among them; undefined for a value
   * that so few have that the bits would be waste. Read it, do not keep it.
   */
  members(term: number): Uint32Array | undefined {
    const known = this.#members[term];
    if (known !== undefined && known.length > (this.names.length - 1) >> BITS_SHIFT) return known;
    const topics = this.posting(term);
    if (topics.length * MOST_TOPICS_PER_MEMBER < this.names.length) return undefined;
    // Half as much again, so that a growing catalog does not begin anew with every word of bits.
    const made = new Uint32Array(Math.ceil((this.names.length * 1.5) / 32) + 1);
    for (let at = 0; at < topics.length; at += 1) setBit(made, topics[at] as number);
    this.#members[term] = made;
    return made;
  }

  termId(term: FacetTerm): number | undefined {
    return this.#termIds.get(term);
  }

  term(id: number): FacetTerm {
    return this.#terms[id] as FacetTerm;
  }

  facet(termId: number): string {
    return this.#facets[termId] as string;
  }

  /** What a word of the catalog stands for, as the name of a venue that no lexicon knows. */
  vocabulary(phrase: string): readonly FacetTerm[] | undefined {
    return this.#vocabulary.get(phrase);
  }

  /** Whether the catalog has a name of several words that begins with this one. */
  beginsPhrase(word: string): boolean {
    return this.#starts.begin(word);
  }

  /** Whether the catalog has a name of several words that begins with these two. */
  beginsPhraseWith(first: string, second: string): boolean {
    return this.#starts.beginWith(first, second);
  }

  /** The word of lexicon or catalog that was probably meant. */
  nearest(word: string): ReturnType<TypoIndex['nearest']> {
    return this.#typos.nearest(word);
  }

  #post(term: FacetTerm, topic: number): number {
    const known = this.#termIds.get(term);
    if (known !== undefined) {
      this.#postings[known]?.push(topic);
      const members = this.#members[known];
      // Beyond its end they are made anew when they are asked for.
      if (members !== undefined) setBit(members, topic);
      return known;
    }
    const id = this.#terms.length;
    this.#terms.push(term);
    this.#facets.push(facetOf(term));
    this.#termIds.set(term, id);
    this.#postings.push([topic]);
    this.#members.push(undefined);
    this.#name(term);
    return id;
  }

  #name(term: FacetTerm): void {
    const facet = facetOf(term);
    if (UNNAMED.has(facet)) return;
    const phrase = normalPhrase(valueOf(term));
    this.#starts.add(phrase);
    for (const form of new Set([phrase, phrase.replaceAll(' ', '')])) {
      const terms = this.#vocabulary.get(form);
      if (terms === undefined) this.#vocabulary.set(form, [term]);
      else terms.push(term);
      this.#words += 1;
      // Tickers lie too near to one another to guess which was meant.
      if (facet !== 'base' && facet !== 'quote') this.#typos.add(form);
    }
  }
}

/** Nothing happens beyond the end. */
function setBit(bits: Uint32Array, at: number): void {
  const word = at >> BITS_SHIFT;
  if (word < bits.length) bits[word] = (bits[word] as number) | (1 << (at & 31));
}

function isSpecial(term: FacetTerm): boolean {
  const facet = facetOf(term);
  return SPECIAL.has(facet) || (facet === 'instrument' && term !== facetTerm('instrument', 'spot'));
}

/** Values that are found by rule or through the lexicon, not by their names. */
const UNNAMED: ReadonlySet<string> = new Set(['pair', 'kind', 'instrument', 'expiry', 'interval', 'right']);
