import { patternMatches } from '@tradewind/core-types';
import { SemanticError, SemanticPatternMatcher, type SessionPhase } from '../../src/index.ts';

/** What a contender says to a query. */
interface Answer {
  /** Best first; for the ranking. */
  readonly ranked: readonly string[];
  readonly accepted: readonly string[];
}

export interface Contender {
  readonly name: string;
  ask(query: string, session: SessionPhase | undefined): Answer;
  learn?(outcome: {
    readonly query: string;
    readonly topic: string;
    readonly succeeded: boolean;
    readonly session: SessionPhase | undefined;
  }): void;
}

/** The words of the query in their order, with anything between: what one can do with the bus alone. */
export function globContender(topics: readonly string[]): Contender {
  return {
    name: 'glob',
    ask: (query) => {
      const words = query.split(/\s+/).slice(0, 3);
      const glob = `*${words.join('*')}*`.toLowerCase();
      const accepted = topics.filter((topic) => patternMatches(glob, topic.toLowerCase()));
      return { ranked: accepted.slice(0, LISTED), accepted };
    },
  };
}

/** The share of the words that stand in the topic; accepted when all do. */
export function wordContender(topics: readonly string[]): Contender {
  const lower = topics.map((topic) => topic.toLowerCase());
  return {
    name: 'words',
    ask: (query) => {
      const words = query
        .toLowerCase()
        .split(/[\s,:/_-]+/)
        .filter((word) => word !== '');
      return rank(topics, (at) => words.filter((word) => lower[at]?.includes(word)).length / words.length, 0.99);
    },
  };
}

/** The share of the query's trigrams that the topic has; accepted from 0.8, which did best on the tuning seeds. */
export function trigramContender(topics: readonly string[]): Contender {
  const grams = topics.map((topic) => trigrams(topic));
  return {
    name: 'trigrams',
    ask: (query) => {
      const wanted = [...trigrams(query)];
      return rank(
        topics,
        (at) => wanted.filter((gram) => grams[at]?.has(gram)).length / Math.max(1, wanted.length),
        0.8,
      );
    },
  };
}

/** The matcher of this package. */
export function semanticContender(
  topics: readonly string[],
  name: string,
): Contender & { readonly matcher: SemanticPatternMatcher } {
  const matcher = new SemanticPatternMatcher();
  for (const topic of topics) matcher.add(topic);
  return {
    name,
    matcher,
    ask: (query, session) =>
      unlessRefused(NOTHING, () => {
        const { matches } = matcher.match(query, { session, limit: Infinity });
        return {
          ranked: matches.slice(0, LISTED).map(({ topic }) => topic),
          accepted: matches.filter(({ accepted }) => accepted).map(({ topic }) => topic),
        };
      }),
    learn: (outcome) => unlessRefused(undefined, () => void matcher.learn(outcome)),
  };
}

/** A query that is taken for one about orders is refused, and then nothing is found. */
function unlessRefused<Result>(refused: Result, ask: () => Result): Result {
  try {
    return ask();
  } catch (error) {
    if (error instanceof SemanticError && error.code === 'ORDERS_ARE_EXACT') return refused;
    throw error;
  }
}

function rank(topics: readonly string[], score: (at: number) => number, acceptFrom: number): Answer {
  const scored = topics.map((topic, at) => ({ topic, score: score(at) })).filter((each) => each.score > 0);
  const sorted = scored.toSorted((a, b) => b.score - a.score);
  return {
    ranked: sorted.slice(0, LISTED).map(({ topic }) => topic),
    accepted: sorted.filter((each) => each.score >= acceptFrom).map(({ topic }) => topic),
  };
}

function trigrams(text: string): ReadonlySet<string> {
  const grams = new Set<string>();
  for (const word of text.toLowerCase().split(/[^a-z0-9]+/)) {
    for (let at = 0; at + 3 <= word.length; at += 1) grams.add(word.slice(at, at + 3));
  }
  return grams;
}

const LISTED = 10;
const NOTHING: Answer = { ranked: [], accepted: [] };
