import { ValidationError, showValue } from '@tradewind/core-types';
import type { FacetLexicon } from './facet-lexicon.ts';
import { editDistance } from './edit-distance.ts';
import { readExpiry } from './expiry.ts';
import { facetOf, facetTerm, valueOf, type FacetTerm } from './facets.ts';
import { readInterval } from './interval.ts';
import type { LearnedMeaning } from './pattern-learner.ts';
import { normalPhrase } from './phrase.ts';
import { asksForOrders, isProtected } from './protected-topics.ts';
import type { LearnedMention, Mention, Mentions, QueryReading } from './query-reading.ts';
import { resolveMentions } from './query-resolution.ts';
import { readSymbol, type SymbolReading } from './symbol.ts';
import type { TopicIndex } from './topic-index.ts';

/** Where a query looks its words up. */
export interface QuerySources {
  readonly lexicon: FacetLexicon;
  readonly index: TopicIndex;
  /** What outcomes have taught of a word. */
  readonly learned: (word: string) => LearnedMeaning | undefined;
}

/**
 * What a query means.
 *
 * Words are taken from the left, up to three at a time: aliases of the lexicon, currencies, symbols, names in the catalog, then what was learned,
 * and a correction of a typing error last.
 *
 * @throws ValidationError `INVALID_OPTIONS` for a query that is no text of 1 to 255 characters and at most 24 words.
 */
export function readQuery(text: string, sources: QuerySources): QueryReading {
  checkQuery(text);
  const words = wordsOf(text);
  const scan = new QueryScan(words, sources);
  const isAboutOrders = asksForOrders(words.map((word) => normalPhrase(word)).join(' '));
  scan.run();
  return resolveMentions(scan.mentions, {
    text,
    currencies: sources.lexicon.currencies,
    isProtected: isAboutOrders,
    facets: sources.lexicon.facets,
    familyOf: (venue) => sources.lexicon.venue(venue).family ?? venue,
  });
}

class QueryScan {
  readonly mentions: Mentions = { terms: [], currencies: [], learned: [], unknown: [] };
  readonly #sources: QuerySources;
  readonly #words: string[];
  #at = 0;
  #negated = false;
  #asQuote = false;
  #listed = false;
  /** `eth in btc`, but not `subscribe to btc`. */
  #afterCurrency = false;
  /** Places whose word is a correction. */
  readonly #corrections = new Set<number>();

  constructor(words: string[], sources: QuerySources) {
    this.#words = words;
    this.#sources = sources;
  }

  run(): void {
    while (this.#at < this.#words.length) {
      const taken = this.#takeSign() || this.#takePhrase() || this.#takeWord();
      if (taken) continue;
      const word = this.#words[this.#at] ?? '';
      this.mentions.unknown.push(normalPhrase(word));
      this.#at += 1;
      this.#settle();
    }
  }

  /** Words about other words: `not`, `and`, `vs`; and those that say nothing. */
  #takeSign(): boolean {
    const { lexicon } = this.#sources;
    const word = this.#words[this.#at] ?? '';
    const lower = word.toLowerCase();
    if (lower === ',' || lower === 'and' || lower === 'or' || lower === '&') {
      this.#listed = true;
      this.#at += 1;
      return true;
    }
    if (lexicon.isNegation(lower)) {
      this.#negated = true;
      this.#at += 1;
      return true;
    }
    if (lower.length > 1 && lower.startsWith('-')) {
      this.#negated = true;
      this.#words[this.#at] = word.slice(1);
      return true;
    }
    if (!lexicon.isQuoteMark(lower)) return false;
    if (this.#afterCurrency || STRONG_QUOTE_MARKS.has(lower)) this.#asQuote = true;
    this.#at += 1;
    return true;
  }

  /** One to three words that lexicon or catalog know together. */
  #takePhrase(): boolean {
    const { lexicon, index } = this.#sources;
    const most = Math.min(MAX_PHRASE_WORDS, this.#words.length - this.#at);
    const phrases = this.#phrases(most);
    for (let length = most; length >= 1; length -= 1) {
      const phrase = phrases[length - 1] as string;
      const words = length === 1 ? (this.#words[this.#at] as string) : phrase;
      const terms = lexicon.terms(phrase);
      if (terms !== undefined) {
        this.#take(words, length, this.#withCurrency(words, terms), { confidence: 1, how: 'lexicon' });
        return true;
      }
      const interval = readInterval(phrase);
      if (interval !== undefined) {
        this.#take(words, length, [facetTerm('interval', interval)], { confidence: 1, how: 'lexicon' });
        return true;
      }
      const catalog = length > 1 ? index.vocabulary(phrase) : undefined;
      if (catalog !== undefined) {
        this.#take(words, length, catalog, { confidence: OF_CATALOG, how: 'catalog' });
        return true;
      }
    }
    return false;
  }

  /** The next word, the next two, … in their normal form. */
  #phrases(most: number): readonly string[] {
    const phrases: string[] = [];
    let phrase = '';
    for (let at = this.#at; at < this.#at + most; at += 1) {
      phrase =
        phrase === ''
          ? normalPhrase(this.#words[at] as string)
          : `${phrase} ${normalPhrase(this.#words[at] as string)}`;
      phrases.push(phrase);
    }
    return phrases;
  }

  /** `arb` is arbitrage or a token, `dydx` a venue or one: either is meant, and the rest of the query tells which. */
  #withCurrency(word: string, terms: readonly FacetTerm[]): readonly FacetTerm[] {
    const ticker = this.#sources.lexicon.currencies.canonical(word.toUpperCase());
    if (ticker === undefined || terms.some((term) => facetOf(term) === 'base' || facetOf(term) === 'quote'))
      return terms;
    return [...terms, facetTerm('base', ticker)];
  }

  #takeWord(): boolean {
    const { lexicon, index } = this.#sources;
    const word = this.#words[this.#at] ?? '';
    const phrase = normalPhrase(word);
    if (phrase === '' || lexicon.isFiller(phrase)) {
      this.#at += 1;
      return true;
    }
    if (this.#takeCurrency(word) || this.#takeSymbol(word)) return true;
    const code = readExpiry(word.toUpperCase());
    if (code !== undefined && index.termId(facetTerm('expiry', code)) !== undefined) {
      this.#take(word, 1, [facetTerm('expiry', code)], { confidence: 1, how: 'symbol' });
      return true;
    }
    const catalog = index.vocabulary(phrase) ?? index.vocabulary(phrase.replaceAll(' ', ''));
    if (catalog !== undefined) {
      this.#take(word, 1, catalog, { confidence: OF_CATALOG, how: 'catalog' });
      return true;
    }
    return (
      this.#takeParts(word) || this.#takeSingular(phrase) || this.#takeLearned(phrase) || this.#takeCorrected(word)
    );
  }

  #takeCurrency(word: string): boolean {
    const ticker = this.#sources.lexicon.currencies.canonical(word.toUpperCase());
    if (ticker === undefined) return false;
    this.#addCurrency(word, ticker, this.#corrections.has(this.#at) ? CORRECTED : 1);
    this.#at += 1;
    this.#settle(true);
    return true;
  }

  #takeSymbol(word: string): boolean {
    const { currencies } = this.#sources.lexicon;
    const symbol = readSymbol(word, { currencies, trusted: false }) ?? this.#listedSymbol(word);
    if (symbol === undefined) return false;
    this.#addSymbol(word, symbol);
    this.#at += 1;
    this.#settle();
    return true;
  }

  /** A symbol of currencies that nobody knows but the catalog. */
  #listedSymbol(word: string): SymbolReading | undefined {
    const { lexicon, index } = this.#sources;
    if (word.length < LEAST_SYMBOL_LETTERS) return undefined;
    const symbol = readSymbol(word, { currencies: lexicon.currencies, trusted: true });
    if (symbol?.quote === undefined) return undefined;
    return index.termId(facetTerm('pair', `${symbol.base}/${symbol.quote}`)) === undefined ? undefined : symbol;
  }

  /** `okx:btc-usdt`, `tradeTick`, `binance/perp`: each part by itself. */
  #takeParts(word: string): boolean {
    const colon = word.split(/[:@|]/).filter((part) => part !== '');
    const parts = colon.length > 1 ? colon : normalPhrase(word).split(' ');
    if (parts.length < 2 || this.#words.length + parts.length > MAX_WORDS) return false;
    this.#words.splice(this.#at, 1, ...parts);
    return true;
  }

  #takeSingular(phrase: string): boolean {
    if (!phrase.endsWith('s') || phrase.length < LEAST_PLURAL_LETTERS) return false;
    const { lexicon, index } = this.#sources;
    for (const singular of [phrase.slice(0, -1), phrase.slice(0, -2)]) {
      if (this.#takeCurrency(singular)) return true;
      const terms = lexicon.terms(singular) ?? index.vocabulary(singular);
      if (terms === undefined) continue;
      this.#take(phrase, 1, terms, { confidence: OF_CATALOG, how: 'lexicon' });
      return true;
    }
    return false;
  }

  #takeLearned(phrase: string): boolean {
    const meaning = this.#sources.learned(phrase);
    if (meaning === undefined || this.#negated) return false;
    const { facets, free, confidence } = meaning;
    const mention: LearnedMention = { words: phrase, facets, free, confidence };
    this.mentions.learned.push(mention);
    this.#at += 1;
    this.#settle();
    return true;
  }

  /** Puts the word that was probably meant in its place, and reads on from there. */
  #takeCorrected(word: string): boolean {
    if (this.#corrections.has(this.#at)) return false;
    if (this.#takeBrokenSymbol(word.toUpperCase())) return true;
    const near = this.#sources.index.nearest(normalPhrase(word));
    // A guess never leads to orders: the word stays unknown.
    if (near === undefined || isProtected(near.word)) return false;
    this.#words[this.#at] = near.word;
    this.#corrections.add(this.#at);
    return true;
  }

  /** `BTCUDST`: a known base, and a quote of four letters that is one edit away. */
  #takeBrokenSymbol(word: string): boolean {
    const { currencies } = this.#sources.lexicon;
    for (
      let at = Math.min(MAX_BASE_LETTERS, word.length - LEAST_QUOTE_LETTERS + 1);
      at >= LEAST_BASE_LETTERS;
      at -= 1
    ) {
      const base = currencies.canonical(word.slice(0, at));
      const tail = word.slice(at).replace(/^[-/_]/, '');
      if (base === undefined || tail.length < LEAST_QUOTE_LETTERS - 1) continue;
      const near = [...currencies.quotes()].filter(
        (quote) => quote.length >= LEAST_QUOTE_LETTERS && quote !== base && editDistance(tail, quote, 1) === 1,
      );
      const [quote] = near;
      if (quote === undefined || near.length > 1) continue;
      const terms = [facetTerm('pair', `${base}/${quote}`)];
      this.#take(word, 1, terms, { confidence: CORRECTED, how: 'corrected' });
      return true;
    }
    return false;
  }

  #take(words: string, length: number, terms: readonly FacetTerm[], found: Pick<Mention, 'confidence' | 'how'>): void {
    let isCorrected = false;
    for (let at = this.#at; at < this.#at + length; at += 1) if (this.#corrections.has(at)) isCorrected = true;
    const how = isCorrected ? 'corrected' : found.how;
    const confidence = isCorrected ? Math.min(CORRECTED, found.confidence) : found.confidence;
    const currencies = terms.filter((term) => facetOf(term) === 'base');
    // Names of currencies are bases in lexicon and catalog; what they are here their neighbours say.
    const isCurrency = currencies.length > 0 && (currencies.length === terms.length || found.how === 'catalog');
    if (isCurrency) for (const term of currencies) this.#addCurrency(words, valueOf(term), confidence);
    else this.mentions.terms.push({ words, terms, negated: this.#negated, confidence, how });
    this.#at += length;
    this.#settle(isCurrency);
  }

  #addCurrency(words: string, ticker: string, confidence: number): void {
    const [negated, asQuote, listed] = [this.#negated, this.#asQuote, this.#listed];
    this.mentions.currencies.push({ words, ticker, asQuote, listed, negated, confidence });
  }

  #addSymbol(words: string, symbol: SymbolReading): void {
    const { base, quote, confidence } = symbol;
    const negated = this.#negated;
    if (quote === undefined) this.#addCurrency(words, base, confidence);
    else {
      const terms = [facetTerm('pair', `${base}/${quote}`)];
      this.mentions.terms.push({ words, terms, negated, confidence, how: 'symbol' });
    }
    for (const facet of ['instrument', 'expiry', 'strike', 'right'] as const) {
      const value = symbol[facet];
      if (value === undefined || negated) continue;
      this.mentions.terms.push({ words, terms: [facetTerm(facet, value)], negated, confidence, how: 'symbol' });
    }
  }

  /** Signs hold for the next word alone. */
  #settle(afterCurrency = false): void {
    this.#afterCurrency = afterCurrency;
    this.#negated = false;
    this.#asQuote = false;
    this.#listed = false;
  }
}

function wordsOf(text: string): string[] {
  const words = text
    .normalize('NFKC')
    .replaceAll(LIST, ' , ')
    .split(SPACE)
    .filter((word) => word !== '');
  if (words.length <= MAX_WORDS) return words;
  throw refused(`at most ${MAX_WORDS} words`, `${words.length} words`);
}

function checkQuery(text: unknown): void {
  if (typeof text === 'string' && text.trim() !== '' && text.length <= MAX_CHARACTERS) return;
  throw refused(`a text of 1 to ${MAX_CHARACTERS} characters`, showValue(text));
}

function refused(expected: string, received: string): ValidationError {
  const hint = 'Say in a few words which topics are meant, such as "binance btc perp trades".';
  return new ValidationError('INVALID_OPTIONS', { path: 'query', expected, received, hint });
}

const SPACE = /\s+/;
const LIST = /,(?=\s|$)|[;()"]/g;
const MAX_CHARACTERS = 255;
const MAX_WORDS = 24;
const MAX_PHRASE_WORDS = 3;
const LEAST_PLURAL_LETTERS = 4;
const LEAST_SYMBOL_LETTERS = 5;
const LEAST_BASE_LETTERS = 2;
const MAX_BASE_LETTERS = 6;
const LEAST_QUOTE_LETTERS = 4;
/** How sure it is that a word means what a catalog or a correction says. */
const OF_CATALOG = 0.98;
const CORRECTED = 0.85;
/** These ask for a quote wherever they stand. */
const STRONG_QUOTE_MARKS: ReadonlySet<string> = new Set(['quoted', 'denominated', 'priced', 'vs', 'versus']);
