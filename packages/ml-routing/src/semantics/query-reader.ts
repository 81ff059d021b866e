import { ValidationError, showValue } from '@tradewind/core-types';
import type { FacetLexicon } from './facet-lexicon.ts';
import { facetOf, facetTerm, valueOf, type FacetTerm } from './facets.ts';
import { readInterval } from './bar-interval.ts';
import { withCurrency, type KnownWord, type WordBook } from './known-word.ts';
import type { LearnedMeaning } from './learned-meaning.ts';
import { asksForOrders, hasProtectedWord } from './protected-topics.ts';
import type { LearnedMention, Mention, Mentions, QueryReading } from './query-reading.ts';
import { resolveMentions } from './query-resolution.ts';
import { splitQuery } from './query-words.ts';
import type { SymbolReading } from './symbol.ts';
import type { TopicIndex } from './topic-index.ts';

/** Where a query looks its words up. */
export interface QuerySources {
  readonly lexicon: FacetLexicon;
  /** What the lexicon says of single words. */
  readonly words: WordBook;
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
  const words = knownWords(splitQuery(text), sources.words);
  const isAboutOrders = wantsOrders(words);
  const scan = new QueryScan(words, sources);
  const isOwn = saysWhose(words);
  scan.run();
  return resolveMentions(scan.mentions, {
    text,
    currencies: sources.lexicon.currencies,
    isProtected: isAboutOrders || (isOwn && namesTrades(scan.mentions)),
    facets: sources.lexicon.facets,
    familyOf: (venue) => sources.lexicon.venue(venue).family ?? venue,
  });
}

function knownWords(texts: readonly string[], book: WordBook): KnownWord[] {
  if (texts.length > MAX_WORDS) throw refused(`at most ${MAX_WORDS} words`, `${texts.length} words`);
  const words: KnownWord[] = [];
  for (let at = 0; at < texts.length; at += 1) words.push(book.read(texts[at] as string));
  return words;
}

/** Whether orders are asked for. Most queries have no such word: only where there is one its neighbours are looked at. */
function wantsOrders(words: readonly KnownWord[]): boolean {
  for (let at = 0; at < words.length; at += 1) {
    if (words[at]?.mayBeProtected === true) return asksForOrders(words.map(({ phrase }) => phrase).join(' '));
  }
  return false;
}

function saysWhose(words: readonly KnownWord[]): boolean {
  for (let at = 0; at < words.length; at += 1) if (words[at]?.isOwner === true) return true;
  return false;
}

/** In whatever words: `my prints` are executions as `my trades` are. */
function namesTrades({ terms }: Mentions): boolean {
  for (let at = 0; at < terms.length; at += 1) if (terms[at]?.terms.includes(TRADES) === true) return true;
  return false;
}

class QueryScan {
  readonly mentions: Mentions = { terms: [], currencies: [], learned: [], unknown: [] };
  readonly #sources: QuerySources;
  readonly #words: KnownWord[];
  #at = 0;
  #negated = false;
  #asQuote = false;
  #listed = false;
  /** `eth in btc`, but not `subscribe to btc`. */
  #afterCurrency = false;
  /** Places whose word is a correction, a bit for each. */
  #corrections = 0;

  constructor(words: KnownWord[], sources: QuerySources) {
    this.#words = words;
    this.#sources = sources;
  }

  run(): void {
    while (this.#at < this.#words.length) {
      const taken = this.#takeSign() || this.#takePhrase() || this.#takeWord();
      if (taken) continue;
      this.mentions.unknown.push(this.#word.phrase);
      this.#at += 1;
      this.#settle();
    }
  }

  get #word(): KnownWord {
    return this.#words[this.#at] as KnownWord;
  }

  /** Words about other words: `not`, `and`, `vs`; and those that say nothing. */
  #takeSign(): boolean {
    const { sign, text } = this.#word;
    if (sign === undefined) return false;
    if (sign === 'minus') {
      this.#negated = true;
      this.#words[this.#at] = this.#sources.words.read(text.slice(1));
      return true;
    }
    if (sign === 'list') this.#listed = true;
    else if (sign === 'negation') this.#negated = true;
    else if (sign === 'strong quote' || this.#afterCurrency) this.#asQuote = true;
    this.#at += 1;
    return true;
  }

  /** One to three words that lexicon or catalog know together. */
  #takePhrase(): boolean {
    const word = this.#word;
    if (this.#mayBeginPhrase(word) && this.#takeLongPhrase()) return true;
    const terms = word.terms ?? word.interval;
    if (terms === undefined) return false;
    this.#take(word.text, 1, terms, OF_LEXICON);
    return true;
  }

  /** Whether lexicon or catalog have a phrase that begins with its first two words, or the word is a number that may go on as a length of time. */
  #mayBeginPhrase(word: KnownWord): boolean {
    if (word.beginsWithDigit) return true;
    const { lexicon, index } = this.#sources;
    const first = word.tokens[0] as string;
    const inLexicon = word.beginsPhrase;
    if (!inLexicon && !index.beginsPhrase(first)) return false;
    const second = word.tokens[1] ?? this.#words[this.#at + 1]?.tokens[0];
    if (second === undefined) return false;
    return (inLexicon && lexicon.beginsPhraseWith(first, second)) || index.beginsPhraseWith(first, second);
  }

  #takeLongPhrase(): boolean {
    const { lexicon, index } = this.#sources;
    const isNumber = this.#word.beginsWithDigit;
    const phrases = this.#phrases(Math.min(MAX_PHRASE_WORDS, this.#words.length - this.#at));
    for (let length = phrases.length; length > 1; length -= 1) {
      const phrase = phrases[length - 1] as string;
      const terms = lexicon.terms(phrase);
      if (terms !== undefined) {
        const ticker = lexicon.currencies.canonical(phrase.toUpperCase());
        this.#take(phrase, length, withCurrency(terms, ticker), OF_LEXICON);
        return true;
      }
      const interval = isNumber ? readInterval(phrase) : undefined;
      if (interval !== undefined) {
        this.#take(phrase, length, [facetTerm('interval', interval)], OF_LEXICON);
        return true;
      }
      const catalog = index.vocabulary(phrase);
      if (catalog !== undefined) {
        this.#take(phrase, length, catalog, OF_CATALOG);
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
      const next = (this.#words[at] as KnownWord).phrase;
      phrase = phrase === '' ? next : `${phrase} ${next}`;
      phrases.push(phrase);
    }
    return phrases;
  }

  #takeWord(): boolean {
    const { index } = this.#sources;
    const word = this.#word;
    const { phrase } = word;
    if (phrase === '' || word.isFiller) {
      this.#at += 1;
      return true;
    }
    if (this.#takeCurrency(word.text, word.ticker) || this.#takeSymbol(word)) return true;
    const { expiry } = word;
    if (expiry !== undefined && index.termId(expiry) !== undefined) {
      this.#take(word.text, 1, [expiry], { confidence: 1, how: 'symbol' });
      return true;
    }
    const catalog =
      index.vocabulary(phrase) ?? (word.tokens.length > 1 ? index.vocabulary(word.tokens.join('')) : undefined);
    if (catalog !== undefined) {
      this.#take(word.text, 1, catalog, OF_CATALOG);
      return true;
    }
    return (
      this.#takeParts(word) || this.#takeSingular(phrase) || this.#takeLearned(phrase) || this.#takeCorrected(word)
    );
  }

  #takeCurrency(text: string, ticker: string | undefined): boolean {
    if (ticker === undefined) return false;
    this.#addCurrency(text, ticker, this.#isCorrected(this.#at) ? CORRECTED : 1);
    this.#at += 1;
    this.#settle(true);
    return true;
  }

  #takeSymbol(word: KnownWord): boolean {
    const symbol = word.symbol ?? this.#listedSymbol(word);
    if (symbol === undefined) return false;
    this.#addSymbol(word.text, symbol);
    this.#at += 1;
    this.#settle();
    return true;
  }

  /** A symbol of currencies that nobody knows but the catalog. */
  #listedSymbol(word: KnownWord): SymbolReading | undefined {
    if (word.text.length < LEAST_SYMBOL_LETTERS) return undefined;
    const symbol = word.believedSymbol;
    if (symbol?.quote === undefined) return undefined;
    const pair = facetTerm('pair', `${symbol.base}/${symbol.quote}`);
    return this.#sources.index.termId(pair) === undefined ? undefined : symbol;
  }

  /** `okx:btc-usdt`, `tradeTick`, `binance/perp`: each part by itself. */
  #takeParts({ text, tokens }: KnownWord): boolean {
    const colon = text.split(PART_MARK).filter((part) => part !== '');
    const parts = colon.length > 1 ? colon : tokens;
    if (parts.length < 2 || this.#words.length + parts.length > MAX_WORDS) return false;
    this.#words.splice(this.#at, 1, ...parts.map((part) => this.#sources.words.read(part)));
    return true;
  }

  #takeSingular(phrase: string): boolean {
    if (!phrase.endsWith('s') || phrase.length < LEAST_PLURAL_LETTERS) return false;
    const { lexicon, index } = this.#sources;
    for (const singular of [phrase.slice(0, -1), phrase.slice(0, -2)]) {
      if (this.#takeCurrency(singular, lexicon.currencies.canonical(singular.toUpperCase()))) return true;
      const terms = lexicon.terms(singular) ?? index.vocabulary(singular);
      if (terms === undefined) continue;
      this.#take(phrase, 1, terms, { confidence: OF_CATALOG.confidence, how: 'lexicon' });
      return true;
    }
    return false;
  }

  #takeLearned(phrase: string): boolean {
    const meaning = this.#sources.learned(phrase);
    if (meaning === undefined || this.#negated) return false;
    const { facets, free, confidence, context } = meaning;
    const mention: LearnedMention = { words: phrase, facets, free, confidence, context };
    this.mentions.learned.push(mention);
    this.#at += 1;
    this.#settle();
    return true;
  }

  /** Puts the word that was probably meant in its place, and reads on from there. */
  #takeCorrected(word: KnownWord): boolean {
    if (this.#isCorrected(this.#at)) return false;
    if (this.#takeBrokenSymbol(word)) return true;
    const near = this.#sources.index.nearest(word.phrase);
    if (near === undefined) return false;
    const meant = this.#sources.words.read(near.word);
    // A guess never leads to orders: the word stays unknown.
    if (hasProtectedWord(meant.phrase)) return false;
    this.#words[this.#at] = meant;
    this.#corrections |= 1 << this.#at;
    return true;
  }

  #takeBrokenSymbol(word: KnownWord): boolean {
    const pair = word.brokenPair;
    if (pair === undefined) return false;
    this.#take(word.text.toUpperCase(), 1, [pair], { confidence: CORRECTED, how: 'corrected' });
    return true;
  }

  #isCorrected(at: number): boolean {
    return (this.#corrections & (1 << at)) !== 0;
  }

  #take(words: string, length: number, terms: readonly FacetTerm[], found: Found): void {
    let isCorrected = false;
    for (let at = this.#at; at < this.#at + length; at += 1) if (this.#isCorrected(at)) isCorrected = true;
    const how = isCorrected ? 'corrected' : found.how;
    const confidence = isCorrected ? Math.min(CORRECTED, found.confidence) : found.confidence;
    let currencies = 0;
    for (let i = 0; i < terms.length; i += 1) if (facetOf(terms[i] as FacetTerm) === 'base') currencies += 1;
    // Names of currencies are bases in lexicon and catalog; what they are here their neighbours say.
    const isCurrency = currencies > 0 && (currencies === terms.length || found.how === 'catalog');
    if (isCurrency) this.#addCurrencies(words, terms, confidence);
    else this.mentions.terms.push({ words, terms, negated: this.#negated, confidence, how });
    this.#at += length;
    this.#settle(isCurrency);
  }

  #addCurrencies(words: string, terms: readonly FacetTerm[], confidence: number): void {
    for (let i = 0; i < terms.length; i += 1) {
      const term = terms[i] as FacetTerm;
      if (facetOf(term) === 'base') this.#addCurrency(words, valueOf(term), confidence);
    }
  }

  #addCurrency(words: string, ticker: string, confidence: number): void {
    this.mentions.currencies.push({
      words,
      ticker,
      asQuote: this.#asQuote,
      listed: this.#listed,
      negated: this.#negated,
      confidence,
    });
  }

  #addSymbol(words: string, symbol: SymbolReading): void {
    const { base, quote, confidence } = symbol;
    const negated = this.#negated;
    if (quote === undefined) this.#addCurrency(words, base, confidence);
    else {
      const terms = [facetTerm('pair', `${base}/${quote}`)];
      this.mentions.terms.push({ words, terms, negated, confidence, how: 'symbol' });
    }
    for (const facet of SYMBOL_FACETS) {
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

function checkQuery(text: unknown): void {
  if (typeof text === 'string' && text.trim() !== '' && text.length <= MAX_CHARACTERS) return;
  throw refused(`a text of 1 to ${MAX_CHARACTERS} characters`, showValue(text));
}

function refused(expected: string, received: string): ValidationError {
  const hint = 'Say in a few words which topics are meant, such as "binance btc perp trades".';
  return new ValidationError('INVALID_OPTIONS', { path: 'query', expected, received, hint });
}

type Found = Pick<Mention, 'confidence' | 'how'>;

const TRADES = facetTerm('kind', 'trades');
const PART_MARK = /[:@|]/;
const SYMBOL_FACETS = ['instrument', 'expiry', 'strike', 'right'] as const;
const MAX_CHARACTERS = 255;
/** Below 32: corrections are kept as bits. */
const MAX_WORDS = 24;
const MAX_PHRASE_WORDS = 3;
const LEAST_PLURAL_LETTERS = 4;
const LEAST_SYMBOL_LETTERS = 5;
/** How sure it is that a word means what the lexicon, a catalog or a correction says. */
const OF_LEXICON: Found = { confidence: 1, how: 'lexicon' };
const OF_CATALOG: Found = { confidence: 0.98, how: 'catalog' };
const CORRECTED = 0.85;
