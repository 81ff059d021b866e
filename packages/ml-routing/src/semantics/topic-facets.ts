import { decodeTopicSegment } from '@tradewind/core-types';
import type { FacetLexicon } from './facet-lexicon.ts';
import { facetOf, facetTerm, valueOf, type FacetTerm } from './facets.ts';
import { readInterval } from './bar-interval.ts';
import { normalPhrase } from './phrase.ts';
import { readSymbol, type SymbolReading } from './symbol.ts';

/**
 * What a topic says, facet by facet.
 *
 * The standard topics (`data.trades.BINANCE.BTCUSDT`) are read by place, so that a venue and a base that nobody has heard of are believed; any
 * other layout (`md.okx.swap.BTC-USDT.trade`) by its words. What nothing explains becomes a `word`.
 */
export function readTopic(topic: string, lexicon: FacetLexicon): readonly FacetTerm[] {
  return new TopicReader(topic, lexicon).read();
}

class TopicReader {
  readonly #lexicon: FacetLexicon;
  readonly #segments: readonly string[];
  readonly #read: boolean[];
  readonly #terms = new Set<FacetTerm>();

  constructor(topic: string, lexicon: FacetLexicon) {
    this.#lexicon = lexicon;
    this.#segments = topic.split('.').map((segment) => decodeTopicSegment(segment));
    this.#read = this.#segments.map(() => false);
  }

  read(): readonly FacetTerm[] {
    this.#readStandard();
    this.#readBars();
    for (let length = MAX_PHRASE_SEGMENTS; length >= 1; length -= 1) this.#readPhrases(length);
    this.#readSymbol();
    this.#readWords();
    this.#derive();
    return [...this.#terms];
  }

  /** `BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL` at the end of a topic of bars. */
  #readBars(): void {
    const last = this.#segments.length - 1;
    const match = BAR.exec(this.#segments[last] ?? '');
    const interval = match === null ? undefined : readInterval(`${match[2]}${match[3]}`);
    if (match === null || last < 1) return;
    this.#addVenue(match[1] ?? '');
    if (interval !== undefined) this.#terms.add(facetTerm('interval', interval));
    this.#read[last] = true;
  }

  /** Segments, or two of them together, that the lexicon knows. */
  #readPhrases(length: number): void {
    for (let at = 0; at + length <= this.#segments.length; at += 1) {
      if (this.#read.slice(at, at + length).includes(true)) continue;
      const phrase = normalPhrase(this.#segments.slice(at, at + length).join(' '));
      const venue = length === 1 ? (this.#segments[at] ?? '').toLowerCase() : '';
      const terms = this.#lexicon
        .terms(phrase)
        ?.filter((term) => facetOf(term) !== 'base' && facetOf(term) !== 'quote');
      const interval = length === 1 ? readInterval(phrase) : undefined;
      if (this.#lexicon.isVenue(venue)) this.#addVenue(venue);
      else if (interval !== undefined) this.#terms.add(facetTerm('interval', interval));
      else if (terms === undefined || terms.length === 0) continue;
      else for (const term of terms) this.#addTerm(term);
      this.#read.fill(true, at, at + length);
    }
  }

  /** `data.{kind}.{venue}.{symbol}`, where the kind is known: the two last places are believed whatever they say. */
  #readStandard(): void {
    const last = this.#segments.length - 1;
    if (this.#segments[0] !== 'data' || last < LEAST_LAST_PLACE) return;
    const kinds = this.#lexicon.terms(normalPhrase(this.#segments.slice(1, last - 1).join(' ')));
    const venue = this.#segments[last - 1] ?? '';
    const symbol = readSymbol(this.#segments[last] ?? '', {
      currencies: this.#lexicon.currencies,
      trusted: true,
      own: this.#lexicon.venue(venue.toLowerCase()).currencies,
    });
    if (kinds === undefined || symbol === undefined) return;
    for (const term of kinds) this.#addTerm(term);
    this.#addVenue(venue);
    this.#addSymbol(symbol);
    this.#read.fill(true);
  }

  /** The symbol is the last segment that nothing has explained; in its place beside a venue it is believed. */
  #readSymbol(): void {
    const trusted = this.#has('venue');
    const venue = this.#valueOf('venue');
    const own = venue === undefined ? undefined : this.#lexicon.venue(venue).currencies;
    for (let at = this.#segments.length - 1; at >= 0; at -= 1) {
      if (this.#read[at] === true) continue;
      const text = this.#segments[at] ?? '';
      const symbol = readSymbol(text, { currencies: this.#lexicon.currencies, trusted: trusted && at > 0, own });
      if (symbol !== undefined) {
        this.#addSymbol(symbol);
        this.#read[at] = true;
        return;
      }
    }
  }

  #readWords(): void {
    for (const [at, segment] of this.#segments.entries()) {
      if (this.#read[at] === true) continue;
      const phrase = normalPhrase(segment);
      const words = phrase.split(' ');
      for (const word of words) {
        const terms = this.#lexicon.terms(word)?.filter((term) => this.#mayBe(facetOf(term)));
        if (terms !== undefined && terms.length > 0) for (const term of terms) this.#addTerm(term);
        else if (word !== '' && !this.#lexicon.isFiller(word)) this.#terms.add(facetTerm('word', word));
      }
      // A name such as MM-001 is also asked for as a whole.
      if (words.length > 1) this.#terms.add(facetTerm('word', words.join('')));
    }
  }

  /** A word within a name: one venue is enough, and money is what symbols are about. */
  #mayBe(facet: string): boolean {
    if (facet === 'family' || facet === 'venue') return !this.#has('venue');
    return facet !== 'base' && facet !== 'quote';
  }

  /** Venue's family, instrument by default, and the pair. */
  #derive(): void {
    const venue = this.#valueOf('venue');
    const base = this.#valueOf('base');
    const quote = this.#valueOf('quote');
    if (venue !== undefined) this.#terms.add(facetTerm('family', this.#lexicon.venue(venue).family ?? venue));
    if (base === undefined) return;
    if (quote !== undefined) this.#terms.add(facetTerm('pair', `${base}/${quote}`));
    if (this.#has('instrument')) return;
    const usual = venue === undefined ? undefined : this.#lexicon.venue(venue).instrument;
    this.#terms.add(facetTerm('instrument', usual ?? 'spot'));
  }

  #addSymbol(symbol: SymbolReading): void {
    this.#terms.add(facetTerm('base', symbol.base));
    for (const facet of ['quote', 'instrument', 'expiry', 'strike', 'right'] as const) {
      const value = symbol[facet];
      // The symbol knows better than a segment that says `futures` for everything that is not spot.
      if (facet === 'instrument' && value !== undefined) this.#drop('instrument');
      if (value !== undefined) this.#terms.add(facetTerm(facet, value));
    }
  }

  /** In a topic the name of a family is that of a venue: the one that the family is called by. */
  #addTerm(term: FacetTerm): void {
    if (facetOf(term) === 'family') this.#addVenue(valueOf(term));
    else this.#terms.add(term);
  }

  #addVenue(name: string): void {
    this.#terms.add(facetTerm('venue', name.toLowerCase()));
  }

  #drop(facet: string): void {
    for (const term of this.#terms) if (facetOf(term) === facet) this.#terms.delete(term);
  }

  #has(facet: string): boolean {
    return this.#valueOf(facet) !== undefined;
  }

  #valueOf(facet: string): string | undefined {
    for (const term of this.#terms) if (facetOf(term) === facet) return valueOf(term);
    return undefined;
  }
}

const BAR = /^(.+)-(\d+)-([A-Z_]+)-[A-Z]+-(?:EXTERNAL|INTERNAL)$/;
const MAX_PHRASE_SEGMENTS = 2;
/** `data`, kind, venue, symbol: the last is the fourth. */
const LEAST_LAST_PLACE = 3;
