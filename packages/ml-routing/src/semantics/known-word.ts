import { readBrokenPair } from './broken-pair.ts';
import { readExpiry } from './expiry.ts';
import type { FacetLexicon } from './facet-lexicon.ts';
import { facetOf, facetTerm, type FacetTerm } from './facets.ts';
import { readInterval } from './bar-interval.ts';
import { normalPhrase } from './phrase.ts';
import { hasProtectedWord, saysWhose } from './protected-topics.ts';
import { readSymbol, type SymbolReading } from './symbol.ts';

/** What a word says about the words beside it. */
export type Sign = 'list' | 'negation' | 'minus' | 'quote' | 'strong quote';

/**
 * A word of a query, and all that the lexicon alone says of it: nothing here changes when topics come or outcomes are learned.
 *
 * What takes long and is seldom wanted, symbols above all, is read when it is first asked for.
 */
export class KnownWord {
  readonly text: string;
  readonly upper: string;
  /** In the normal form, which may be of several words: `btc usdt` for `BTC-USDT`. */
  readonly phrase: string;
  /** The words of the phrase. */
  readonly tokens: readonly string[];
  readonly sign: Sign | undefined;
  readonly isFiller: boolean;
  /** One of its tokens is about orders, unless the next word tells otherwise. */
  readonly mayBeProtected: boolean;
  /** It says whose: `my`, `own`, `myTrades`. */
  readonly isOwner: boolean;
  /** The lexicon's terms; where it is a currency besides, that too. */
  readonly terms: readonly FacetTerm[] | undefined;
  /** Its terms as a length of time, where the lexicon has none. */
  readonly interval: readonly FacetTerm[] | undefined;
  /** The currency that it is the name of. */
  readonly ticker: string | undefined;
  /** It, or where it is a sign alone the word after it, may be the number of `4 hours`. */
  readonly beginsWithDigit: boolean;
  /** Whether it may be the first word of a phrase: the lexicon has such a one, or it may be the number of `4 hours`. */
  readonly beginsPhrase: boolean;
  readonly #lexicon: FacetLexicon;
  #symbol: SymbolReading | undefined | null = null;
  #believed: SymbolReading | undefined | null = null;
  #expiry: FacetTerm | undefined | null = null;
  #brokenPair: FacetTerm | undefined | null = null;

  constructor(text: string, lexicon: FacetLexicon) {
    const lower = text.toLowerCase();
    this.#lexicon = lexicon;
    this.text = text;
    this.upper = text.toUpperCase();
    this.phrase = normalPhrase(text);
    this.tokens = this.phrase.split(' ');
    const first = this.tokens[0] ?? '';
    this.sign = signOf(lower, lexicon);
    this.isFiller = lexicon.isFiller(this.phrase);
    this.isOwner = saysWhose(this.phrase);
    this.mayBeProtected = hasProtectedWord(this.phrase) || this.tokens.some((token) => hasProtectedWord(token));
    this.ticker = lexicon.currencies.canonical(this.upper);
    const terms = lexicon.terms(this.phrase);
    this.terms = terms === undefined ? undefined : withCurrency(terms, this.ticker);
    const interval = this.terms === undefined ? readInterval(this.phrase) : undefined;
    this.interval = interval === undefined ? undefined : [facetTerm('interval', interval)];
    this.beginsWithDigit = first === '' || STARTS_WITH_DIGIT.test(first);
    this.beginsPhrase = this.beginsWithDigit || lexicon.beginsPhrase(first);
  }

  /** Read as a symbol of currencies that are known. */
  get symbol(): SymbolReading | undefined {
    if (this.#symbol === null) {
      this.#symbol = readSymbol(this.text, { currencies: this.#lexicon.currencies, trusted: false });
    }
    return this.#symbol;
  }

  /** Read as a symbol whatever its base is. */
  get believedSymbol(): SymbolReading | undefined {
    if (this.#believed === null) {
      this.#believed = readSymbol(this.text, { currencies: this.#lexicon.currencies, trusted: true });
    }
    return this.#believed;
  }

  /** Read as the day or month on which a contract ends. */
  get expiry(): FacetTerm | undefined {
    if (this.#expiry === null) {
      const code = readExpiry(this.upper);
      this.#expiry = code === undefined ? undefined : facetTerm('expiry', code);
    }
    return this.#expiry;
  }

  /** Read as a symbol whose quote was mistyped. */
  get brokenPair(): FacetTerm | undefined {
    if (this.#brokenPair === null) this.#brokenPair = readBrokenPair(this.upper, this.#lexicon.currencies);
    return this.#brokenPair;
  }
}

/**
 * The words of queries, each read once.
 *
 * Workload: a few thousand words in all, a handful of them in every query, the same ones over and over. What is full is emptied: to read a
 * word again costs some microseconds.
 */
export class WordBook {
  readonly #lexicon: FacetLexicon;
  readonly #words = new Map<string, KnownWord>();

  constructor(lexicon: FacetLexicon) {
    this.#lexicon = lexicon;
  }

  read(text: string): KnownWord {
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    const word = new KnownWord(text, this.#lexicon);
    if (this.#words.size >= MAX_WORDS) this.#words.clear();
    this.#words.set(text, word);
    return word;
  }
}

/** `arb` is arbitrage or a token, `dydx` a venue or one: either is meant, and the rest of the query tells which. */
export function withCurrency(terms: readonly FacetTerm[], ticker: string | undefined): readonly FacetTerm[] {
  if (ticker === undefined) return terms;
  if (terms.some((term) => facetOf(term) === 'base' || facetOf(term) === 'quote')) return terms;
  return [...terms, facetTerm('base', ticker)];
}

function signOf(lower: string, lexicon: FacetLexicon): Sign | undefined {
  if (LIST_SIGNS.has(lower)) return 'list';
  if (lexicon.isNegation(lower) || LONE_DASHES.has(lower)) return 'negation';
  if (lower.length > 1 && lower.startsWith('-')) return 'minus';
  if (!lexicon.isQuoteMark(lower)) return undefined;
  return STRONG_QUOTE_MARKS.has(lower) ? 'strong quote' : 'quote';
}

const STARTS_WITH_DIGIT = /^\d/;
/** `kraken - btc` means what `kraken -btc` does. */
const LONE_DASHES: ReadonlySet<string> = new Set(['-', '\u2010', '\u2012', '\u2013', '\u2014', '\u2212']);
const LIST_SIGNS: ReadonlySet<string> = new Set([',', 'and', 'or', '&']);
/** These ask for a quote wherever they stand. */
const STRONG_QUOTE_MARKS: ReadonlySet<string> = new Set(['quoted', 'denominated', 'priced', 'vs', 'versus']);
const MAX_WORDS = 4_096;
