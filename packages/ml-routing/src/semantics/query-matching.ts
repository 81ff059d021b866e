import type { FacetTerm } from './facets.ts';
import type { PatternLearner } from './pattern-learner.ts';
import type { KnownContext } from './query-context.ts';
import type { QueryReading } from './query-reading.ts';
import { BestTopics, TopicSums } from './ranking.ts';
import { ReadMatch, type SemanticMatch, type SemanticMatches, type Shortfall } from './semantic-match.ts';
import type { TopicIndex } from './topic-index.ts';
import { fitsTopic, TopicSelection, type CompiledReading } from './topic-selection.ts';
import { wilsonInterval } from './wilson.ts';

/** A query that was read, and when it was asked. */
export interface AskedReading {
  readonly reading: QueryReading;
  readonly compiled: CompiledReading;
  readonly context: KnownContext;
}

/** What holds for all topics of a query. */
interface QueryVerdict {
  readonly shared: Shortfall;
  /** Whether any outcome of the query is known: without one its topics need not be looked up. */
  readonly hasRecord: boolean;
}

/** Decides which of the topics that fit a reading are accepted, and in which order they are shown. */
export class QueryMatching {
  readonly #index: TopicIndex;
  readonly #learner: PatternLearner;
  readonly #acceptFrom: number;
  readonly #selection = new TopicSelection();
  readonly #sums = new TopicSums();

  constructor(index: TopicIndex, learner: PatternLearner, acceptFrom: number) {
    this.#index = index;
    this.#learner = learner;
    this.#acceptFrom = acceptFrom;
  }

  all(asked: AskedReading, limit: number): SemanticMatches {
    const { reading, compiled } = asked;
    const selection = this.#selection;
    selection.select(compiled, this.#index);
    const { topics, size } = selection;
    const shared = this.#shortfall(reading);
    const hasRecord = this.#hasRecord(reading);
    const preferences = hasRecord ? new Map<number, number>() : undefined;
    const best = new BestTopics(limit);
    let accepted = shared === undefined ? size : 0;
    for (let at = 0; at < size; at += 1) {
      const topic = topics[at] as number;
      let score = -SPECIAL_COST * (this.#index.special[topic] as number);
      if (preferences !== undefined) {
        score += this.#preference(asked, topic, preferences);
        if (shared === undefined && this.#isDemoted(asked, topic)) {
          accepted -= 1;
          score -= DEMOTED_COST;
        }
      }
      best.offer(topic, score);
    }
    const matches: ReadMatch[] = [];
    for (const topic of best.topics) matches.push(this.#match(asked, topic, { shared, hasRecord }));
    if (matches.length === 0) this.#suggest(reading, limit, matches);
    return { query: reading.text, matches, accepted, unknown: reading.unknown };
  }

  /** The match of one topic; undefined when it does not fit. */
  one(asked: AskedReading, topic: number): SemanticMatch | undefined {
    if (!fitsTopic(asked.compiled, topic, this.#index)) return undefined;
    const { reading } = asked;
    const hasRecord = this.#hasRecord(reading);
    return this.#match(asked, topic, { shared: this.#shortfall(reading), hasRecord });
  }

  /** The key of a reading is made for this, and need not be while nothing was learned at all. */
  #hasRecord(reading: QueryReading): boolean {
    return this.#learner.size > 0 && this.#learner.knows(reading.key);
  }

  #match(asked: AskedReading, topic: number, { shared, hasRecord }: QueryVerdict): ReadMatch {
    const { reading } = asked;
    const shortfall = shared ?? (hasRecord && this.#isDemoted(asked, topic) ? 'outcomes' : undefined);
    const part = shared === 'unknown words' ? UNDERSTOOD_IN_PART : 1;
    return new ReadMatch({
      topic: this.#index.names[topic] as string,
      confidence: reading.confidence * part * (hasRecord ? this.#share(asked, topic) : 1),
      reading,
      shortfall,
    });
  }

  /** What keeps the whole query from being acted on. */
  #shortfall({ unknown, confidence, certain, corrected }: QueryReading): Shortfall {
    if (unknown.length > 0) return 'unknown words';
    if (corrected > certain) return 'corrections';
    return confidence < this.#acceptFrom ? 'confidence' : undefined;
  }

  /** Whether the topic has failed so often that half of its outcomes cannot be successes. */
  #isDemoted({ reading, context }: AskedReading, topic: number): boolean {
    const record = this.#learner.record(reading.key, this.#index.names[topic] as string, context.names);
    if (record === undefined || record.failures < LEAST_FAILURES) return false;
    const trials = record.successes + record.failures;
    return wilsonInterval(record.successes, trials, Z).upper < DEMOTE_BELOW;
  }

  /** The share of outcomes that failed takes confidence away, carefully. */
  #share({ reading, context }: AskedReading, topic: number): number {
    const record = this.#learner.record(reading.key, this.#index.names[topic] as string, context.names);
    return record === undefined ? 1 : (record.successes + PRIOR) / (record.successes + record.failures + PRIOR);
  }

  /** How well the topic itself, and topics like it, have done for this query. */
  #preference({ reading, context }: AskedReading, topic: number, known: Map<number, number>): number {
    const key = reading.key;
    const record = this.#learner.record(key, this.#index.names[topic] as string, context.names);
    let sum = 0;
    if (record !== undefined) {
      sum = (record.successes - record.failures) / (record.successes + record.failures + PREFERENCE_PRIOR);
    }
    for (const term of this.#index.termsOf[topic] as readonly number[]) {
      let preference = known.get(term);
      if (preference === undefined) {
        const isSettled = reading.settled.has(this.#index.facet(term));
        preference = isSettled ? 0 : this.#learner.preference(key, this.#index.term(term), context.names);
        known.set(term, preference);
      }
      sum += preference;
    }
    return sum / (1 + (this.#index.termsOf[topic]?.length ?? 0));
  }

  /** Where nothing fits: the topics that fit most of what was asked for, weighed by how rare it is. Never accepted. */
  #suggest(reading: QueryReading, limit: number, into: ReadMatch[]): void {
    const sums = this.#sums;
    let most = 0;
    for (const { terms, negated } of reading.constraints) {
      if (negated) continue;
      let topics = 0;
      for (const term of terms) topics += this.#posting(term).length;
      const weight = Math.log(1 + this.#index.size / Math.max(1, topics));
      most += weight;
      if (topics > MAX_SUGGESTED_TOPICS) continue;
      for (const term of terms) sums.add(this.#posting(term), weight);
    }
    const best = new BestTopics(limit);
    sums.drain(best);
    for (let at = 0; at < best.topics.length; at += 1) {
      const topic = this.#index.names[best.topics[at] as number] as string;
      const confidence = (UNDERSTOOD_IN_PART * reading.confidence * (best.scores[at] ?? 0)) / most;
      into.push(new ReadMatch({ topic, confidence, reading, shortfall: 'partly' }));
    }
  }

  #posting(term: FacetTerm): readonly number[] {
    const id = this.#index.termId(term);
    return id === undefined ? [] : this.#index.posting(id);
  }
}

const SPECIAL_COST = 0.1;
const DEMOTED_COST = 10;
const UNDERSTOOD_IN_PART = 0.5;
const LEAST_FAILURES = 2.7;
const DEMOTE_BELOW = 0.5;
const PRIOR = 4;
const PREFERENCE_PRIOR = 2;
/** A value that so many topics have suggests none of them. */
const MAX_SUGGESTED_TOPICS = 2_000;
/** One-sided 90 %. */
const Z = 1.28;
