import {
  patternMatches,
  systemClock,
  type Clock,
  type Health,
  type HealthSource,
  type MetricsSink,
  type MetricsSource,
  type Remediable,
  type Remedy,
  type StateOwner,
} from '@tradewind/core-types';
import { KillSwitch, switchRemedies } from '../kill-switch.ts';
import { isExactQuery } from './exact-query.ts';
import { FacetLexicon } from './facet-lexicon.ts';
import { facetTerm, type FacetTerm } from './facets.ts';
import { WordBook } from './known-word.ts';
import { PatternLearner } from './pattern-learner.ts';
import { QueryCache } from './query-cache.ts';
import { NO_CONTEXT, checkIsObject, checkLimit, checkText, checkedContext } from './match-input.ts';
import type { KnownContext, QueryContext } from './query-context.ts';
import { readQuery } from './query-reader.ts';
import type { QueryReading } from './query-reading.ts';
import { QueryMatching } from './query-matching.ts';
import { SemanticError } from './semantic-error.ts';
import { ExactMatch, type SemanticMatch, type SemanticMatches } from './semantic-match.ts';
import { readSemanticOptions, type SemanticMatcherOptions, type SemanticSettings } from './semantic-options.ts';
import { compileReading, type CompiledReading } from './topic-selection.ts';
import { MOST_BEYOND, TopicIndex } from './topic-index.ts';

/** In which session and regime a query is asked, by default none in particular, and how many matches it lists. */
export interface MatchOptions extends QueryContext {
  /** At most so many matches; `Infinity` for all. Default: that of the matcher. Another one than the default is not cached. */
  readonly limit?: number | undefined;
}

/** What became of offering a topic to whoever asked, and in which session and regime. */
export interface QueryOutcome extends QueryContext {
  readonly query: string;
  readonly topic: string;
  /** Whether it was what was meant. */
  readonly succeeded: boolean;
}

/** A query that was read, and the same in numbers. */
interface KnownReading {
  readonly reading: QueryReading;
  readonly compiled: CompiledReading;
}

/**
 * Finds the topics that a query means: `binance xbt perp trades`, `L2 depth eth/usdt okx`, `bitcoin futures expiring 24JUN22 not deribit`.
 *
 * A topic is what it says in each facet: kind, venue and its family, base, quote, instrument, event, interval, expiry. A query names values of
 * facets, in any of the ways the lexicon knows, as a symbol, by a name of the catalog, with a typing error, or in a word whose meaning was learned
 * from outcomes. A topic is accepted when it has a value of every facet that the query names.
 *
 * - Nothing is accepted while a word of the query means nothing, or when less than `acceptFrom` confidence is left.
 * - A learned meaning allows only values that have succeeded: it is never wider than the evidence.
 * - Topics of orders, executions and commands are not indexed; a query for them throws `ORDERS_ARE_EXACT`.
 * - A query that is a pattern (no space, a dot or a wildcard) matches as on the bus, with confidence 1.
 * - `disable()` is the kill switch: patterns match, words find nothing.
 * - Same topics, outcomes and queries: same matches. No clock, no chance; only health asks for the time.
 *
 * Cost: a cached query is a look-up in a map; any other takes tens of microseconds, more where a word comes for the first time (4,096 words are kept).
 * `npm run bench -- ml-routing` prints the figures.
 */
export class SemanticPatternMatcher implements HealthSource, MetricsSource, Remediable {
  readonly name = 'semantic-patterns';
  readonly learner: PatternLearner;
  /** What was learned. Topics and lexicon are not part of it: catalog and options bring them. */
  readonly state: StateOwner;
  readonly #settings: SemanticSettings;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #lexicon: FacetLexicon;
  readonly #words: WordBook;
  readonly #index: TopicIndex;
  readonly #matching: QueryMatching;
  /** Results without context or limit, emptied with everything that changes them: the one look-up of a hit. */
  #plain = new Map<string, SemanticMatches>();
  /** Those that came before, given up when the younger are full again. */
  #olderPlain = new Map<string, SemanticMatches>();
  /** Results by session and regime. */
  readonly #results: QueryCache<SemanticMatches>;
  readonly #readings: QueryCache<KnownReading>;
  readonly #listeners = new Set<() => void>();
  #learned = 0;
  readonly #switch = new KillSwitch();
  #hits = 0;
  #misses = 0;
  #refusedOrders = 0;

  /** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
  constructor(options: SemanticMatcherOptions = {}) {
    this.#settings = readSemanticOptions(options);
    this.#clock = options.clock ?? systemClock;
    this.#switch.sinceMs = this.#clock.now();
    this.#lexicon = new FacetLexicon(options.lexicon);
    this.#words = new WordBook(this.#lexicon);
    this.#index = new TopicIndex(this.#lexicon, this.#settings.maxTopics);
    this.learner = options.learner ?? new PatternLearner();
    this.#matching = new QueryMatching(this.#index, this.learner, this.#settings.acceptFrom);
    this.#results = new QueryCache(this.#settings.maxCachedQueries);
    this.#readings = new QueryCache(this.#settings.maxCachedQueries);
    this.state = {
      snapshot: () => this.learner.state.snapshot(),
      restore: (state) => {
        this.learner.state.restore(state);
        this.#changed();
      },
    };
  }

  /** Whether words find anything. */
  get enabled(): boolean {
    return this.#switch.reason === undefined;
  }

  /** Topics that can be found. */
  get size(): number {
    return this.#index.size;
  }

  /**
   * Makes a topic known. Again: nothing happens.
   *
   * @returns Whether it can be found: not when it is one of orders or commands, nor beyond `maxTopics`.
   */
  add(topic: string): boolean {
    return this.#add(topic) >= 0;
  }

  /** What a topic says, facet by facet, as text: `base=BTC`. */
  facets(topic: string): readonly FacetTerm[] {
    const id = this.#add(topic);
    return (this.#index.termsOf[id] ?? []).map((term) => this.#index.term(term));
  }

  /**
   * The topics that a query means, best first.
   *
   * @throws ValidationError `INVALID_OPTIONS` for a query that is no text of 1 to 255 characters and at most 24 words, a `limit` that is no count, and a session or a regime that
   * there is not.
   * @throws SemanticError `ORDERS_ARE_EXACT` for one that asks for orders or commands.
   */
  match(query: string, options?: MatchOptions): SemanticMatches {
    if (options !== undefined) return this.#matchWith(query, options);
    const known = this.#plain.get(query);
    if (known === undefined) return this.#matchAnew(query);
    this.#hits += 1;
    return known;
  }

  /**
   * Whether a query means this one topic, which becomes known by it. A reading of a `MarketRegimeDetector` can be the context as it is.
   *
   * @returns The match; undefined when the topic is not accepted.
   * @throws As {@link match} does.
   */
  accepts(query: string, topic: string, when?: QueryContext): SemanticMatch | undefined {
    checkText('query', query);
    if (isExactQuery(query)) return patternMatches(query, topic) ? new ExactMatch(topic) : undefined;
    const id = this.#add(topic);
    const context = checkedContext(when);
    const { reading, compiled } = this.#read(query, context);
    if (!this.enabled || id < 0) return undefined;
    const match = this.#matching.one({ reading, compiled, context }, id);
    return match?.accepted === true ? match : undefined;
  }

  /** What a query means, word by word, as sentences; and the words that mean nothing. */
  explain(
    query: string,
    when?: QueryContext,
  ): { readonly means: readonly string[]; readonly unknown: readonly string[] } {
    checkText('query', query);
    if (isExactQuery(query)) return { means: ['an exact pattern'], unknown: [] };
    const { reading } = this.#read(query, checkedContext(when));
    return { means: reading.constraints.map((constraint) => constraint.because()), unknown: reading.unknown };
  }

  /**
   * Learns from what became of a topic that was offered, accepted or suggested: what the words without a meaning of their own mean, and which
   * topics to rank first, or to leave out, for this query.
   *
   * @returns Whether something else is accepted from now on; those who registered with {@link onChange} have then been told.
   * @throws As {@link match} does.
   */
  learn(outcome: QueryOutcome): boolean {
    checkIsObject('outcome', 'a query, a topic and whether it was meant', outcome);
    const { query, topic, succeeded } = outcome;
    checkText('query', query);
    const context = checkedContext(outcome);
    if (isExactQuery(query)) return false;
    const id = this.#add(topic);
    if (id < 0) return false;
    const { names } = context;
    const { reading, compiled } = this.#read(query, context);
    const wasAccepted = this.#matching.one({ reading, compiled, context }, id)?.accepted === true;
    const terms = this.#openTerms(id, reading.settled);
    let hasChanged = false;
    for (const word of reading.open) {
      if (this.learner.learn({ word, topic, terms, succeeded, context: names })) hasChanged = true;
    }
    this.learner.learn({ word: reading.key, topic, terms, succeeded, context: names });
    this.#learned += 1;
    this.#forgetPlain();
    const now = this.#read(query, context);
    const isAccepted = this.#matching.one({ ...now, context }, id)?.accepted === true;
    if (!hasChanged && isAccepted === wasAccepted) return false;
    this.#changed();
    return true;
  }

  /** Calls back whenever what is accepted may have changed by learning, restoring or the kill switch. Not for new topics. */
  onChange(listener: () => void): Disposable {
    const own = (): void => listener();
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  /** The kill switch: words find nothing until {@link enable}; patterns stay what they are. */
  disable(reason = 'switched off'): void {
    this.#switch.turnOff(reason, this.#switchedAtMs);
    this.#changed();
  }

  enable(): void {
    this.#switch.turnOn(this.#switchedAtMs);
    this.#changed();
  }

  /** Degraded while it is switched off, or more topics came than it has room for; `sinceMs` by the clock of the options. */
  health(): Health {
    const { refused } = this.#index;
    const count = refused < MOST_BEYOND ? `${refused}` : `at least ${refused}`;
    const full = `${count} topics came beyond the ${this.#settings.maxTopics} that are indexed: raise maxTopics`;
    return this.#switch.health(refused > 0 ? full : '');
  }

  remedies(): readonly Remedy[] {
    return switchRemedies(this, 'semantic-patterns', {
      off: 'Let words find nothing; patterns go on.',
      on: 'Let words find topics again.',
    });
  }

  collect(into: MetricsSink): void {
    into.describe('tradewind_semantic_queries_total', 'Queries by whether their result was kept.');
    into.counter('tradewind_semantic_queries_total', this.#hits, { cache: 'hit' });
    into.counter('tradewind_semantic_queries_total', this.#misses, { cache: 'miss' });
    into.describe('tradewind_semantic_topics', 'Topics that can be found by words.');
    into.gauge('tradewind_semantic_topics', this.#index.size);
    into.describe(
      'tradewind_semantic_topics_refused_total',
      `Topics beyond the bound of the index, each once; ${MOST_BEYOND.toLocaleString('en')} at most are told apart.`,
    );
    into.counter('tradewind_semantic_topics_refused_total', this.#index.refused);
    into.describe('tradewind_semantic_orders_refused_total', 'Queries for orders or commands, which are refused.');
    into.counter('tradewind_semantic_orders_refused_total', this.#refusedOrders);
    into.describe('tradewind_semantic_learned_words', 'Words and queries with evidence from outcomes.');
    into.gauge('tradewind_semantic_learned_words', this.learner.size);
    into.describe('tradewind_semantic_outcomes_total', 'Outcomes learned from, by word.');
    into.counter('tradewind_semantic_outcomes_total', this.learner.outcomes);
    into.describe('tradewind_semantic_enabled', 'Whether words find topics.');
    into.gauge('tradewind_semantic_enabled', this.enabled ? 1 : 0);
  }

  /** A plain query that is not among the younger results. */
  #matchAnew(query: string): SemanticMatches {
    let found = this.#olderPlain.get(query);
    if (found === undefined) {
      this.#misses += 1;
      found = this.#find(query, NO_CONTEXT, this.#settings.limit);
    } else this.#hits += 1;
    if (this.#plain.size >= Math.max(1, this.#settings.maxCachedQueries >> 1)) {
      const emptied = this.#olderPlain;
      emptied.clear();
      this.#olderPlain = this.#plain;
      this.#plain = emptied;
    }
    this.#plain.set(query, found);
    return found;
  }

  #matchWith(query: string, options: MatchOptions): SemanticMatches {
    checkIsObject('options', 'an object of options', options);
    const { limit = this.#settings.limit } = options;
    checkLimit(limit);
    const context = checkedContext(options);
    const isUsual = limit === this.#settings.limit;
    if (isUsual && context === NO_CONTEXT) return this.match(query);
    const epoch = this.#learned + this.#index.size;
    const known = isUsual ? this.#results.get(query, context, epoch) : undefined;
    if (known !== undefined) {
      this.#hits += 1;
      return known;
    }
    this.#misses += 1;
    const found = this.#find(query, context, limit);
    if (isUsual) this.#results.set(query, context, { value: found, epoch });
    return found;
  }

  /** What is full is degraded on and off: its health tells of that moment. */
  get #switchedAtMs(): number {
    return this.#index.refused > 0 ? this.#switch.sinceMs : this.#clock.now();
  }

  #forgetPlain(): void {
    if (this.#plain.size > 0) this.#plain.clear();
    if (this.#olderPlain.size > 0) this.#olderPlain.clear();
  }

  #add(topic: string): number {
    checkText('topic', topic);
    const before = this.#index.size;
    const wasFull = this.#index.refused > 0;
    const id = this.#index.add(topic);
    // While it is switched off that is what its health tells of.
    if (!wasFull && this.#index.refused > 0 && this.enabled) this.#switch.sinceMs = this.#clock.now();
    if (this.#index.size > before) this.#forgetPlain();
    return id;
  }

  #find(query: string, context: KnownContext, limit: number): SemanticMatches {
    if (typeof query === 'string' && isExactQuery(query)) {
      const topics = this.#index.names.filter((topic) => patternMatches(query, topic));
      const matches = topics.slice(0, limit).map((topic) => new ExactMatch(topic));
      return { query, matches, accepted: topics.length, unknown: [] };
    }
    // The result is kept, so the reading need not be.
    const known = this.#readings.get(query, context, this.#learned + this.#index.size);
    const { reading, compiled } = known ?? this.#readAnew(query, context);
    if (!this.enabled) return { query, matches: [], accepted: 0, unknown: reading.unknown };
    return this.#matching.all({ reading, compiled, context }, limit);
  }

  #read(query: string, context: KnownContext): KnownReading {
    const epoch = this.#learned + this.#index.size;
    const known = this.#readings.get(query, context, epoch);
    if (known !== undefined) return known;
    const value = this.#readAnew(query, context);
    this.#readings.set(query, context, { value, epoch });
    return value;
  }

  #readAnew(query: string, context: KnownContext): KnownReading {
    const reading = readQuery(query, {
      lexicon: this.#lexicon,
      words: this.#words,
      index: this.#index,
      learned: (word) => this.learner.meaning(word, context.names),
    });
    if (reading.isProtected) {
      this.#refusedOrders += 1;
      throw new SemanticError(
        'ORDERS_ARE_EXACT',
        `Expected a query for market data or events, received "${query}", which asks for orders or commands. Subscribe to these by an exact topic or pattern, such as events.order.*.`,
      );
    }
    return { reading, compiled: compileReading(reading, this.#index) };
  }

  /** What a topic says in the facets that a query leaves open; `facet=` where it says nothing. */
  #openTerms(id: number, settled: ReadonlySet<string>): readonly FacetTerm[] {
    const terms = this.#index.termsOf[id] ?? [];
    return this.#lexicon.facets
      .filter((facet) => !settled.has(facet))
      .flatMap((facet) => {
        const own = terms.filter((term) => this.#index.facet(term) === facet).map((term) => this.#index.term(term));
        return own.length > 0 ? own : [facetTerm(facet, '')];
      });
  }

  #changed(): void {
    this.#learned += 1;
    this.#forgetPlain();
    for (const listener of this.#listeners) listener();
  }
}
