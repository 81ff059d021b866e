import { SemanticError } from '../../src/index.ts';
import { Dice } from '../random.ts';
import { globContender, semanticContender, trigramContender, wordContender, type Contender } from './contenders.ts';
import { handWritten, unrelated } from './hand-written.ts';
import { makeMarket, pick, sample, type TopicTruth } from './market.ts';
import { makeQueries, makeSlang, type LabelledQuery } from './queries.ts';

/** How well a contender did on a set of queries. */
export interface Score {
  readonly ndcg: number;
  /** Means over queries: of what was accepted, the part that was meant; of what was meant, the part that was accepted. */
  readonly precision: number;
  readonly recall: number;
  readonly queries: number;
  /** Unrelated queries for which something was accepted. */
  readonly unrelated: number;
  /** Topics of orders that were accepted. */
  readonly orders: number;
}

export interface Evaluation {
  readonly seed: number;
  readonly topics: number;
  readonly scores: Readonly<Record<string, Score>>;
  /** Of the matcher after feedback, by group of queries. */
  readonly byGroup: Readonly<Record<string, Score>>;
  /** Queries that fell short, as lines for people. */
  readonly misses: readonly string[];
}

/** One market with its own slang, taught by one half of its queries and asked the other. */
export function evaluatePatterns(
  seed: number,
  { quick, heldOut }: { readonly quick: boolean; readonly heldOut: boolean },
): Evaluation {
  const market = makeMarket(seed);
  const topics = market.map(({ topic }) => topic);
  const slang = makeSlang(market, seed);
  const count = quick ? 120 : 500;
  const practice = makeQueries(market, slang, { seed: seed * 7 + 1, count: count * 2 });
  const test = [...makeQueries(market, slang, { seed: seed * 7 + 2, count }), ...handWritten(heldOut)].filter(
    ({ means }) => market.some((truth) => !truth.isOrder && means(truth)),
  );
  const before = semanticContender(topics, 'semantic, untaught');
  const after = semanticContender(topics, 'semantic');
  teach(after, practice, market, new Dice(seed * 7 + 3));
  const contenders: readonly Contender[] = [
    globContender(topics),
    wordContender(topics),
    trigramContender(topics),
    before,
    after,
  ];
  const misses: string[] = [];
  const strange = unrelated(heldOut);
  const scores = Object.fromEntries(
    contenders.map((contender) => [
      contender.name,
      score(contender, { test, strange, market, misses: contender === after ? misses : [] }),
    ]),
  );
  const groups = [...new Set(test.map(({ group }) => group))];
  const byGroup = Object.fromEntries(
    groups.map((group) => [
      group,
      score(after, { test: test.filter((query) => query.group === group), strange, market, misses: [] }),
    ]),
  );
  return { seed, topics: topics.length, scores, byGroup, misses };
}

/**
 * What a desk's use teaches: of every query some topics that were meant, found in the end one way or another, and some that were shown in vain.
 * Three of a hundred outcomes are the wrong way round.
 */
function teach(
  contender: Contender,
  practice: readonly LabelledQuery[],
  market: readonly TopicTruth[],
  dice: Dice,
): void {
  const open = market.filter(({ isOrder }) => !isOrder);
  for (const { text, session, means } of practice) {
    // Whoever is served takes what was meant first, if there is any of it.
    const all = open.filter((truth) => means(truth));
    const first = all.filter((truth) => gain(truth, means) === 2);
    const meant = sample(dice, first.length >= 4 ? first : all, 4);
    const shown = contender.ask(text, session).ranked;
    const vain = open.filter((truth) => !means(truth) && shown.includes(truth.topic)).slice(0, 2);
    for (const truth of [...meant, ...vain, pick(dice, open)]) {
      const succeeded = means(truth) !== dice.next() < NOISE;
      contender.learn?.({ query: text, topic: truth.topic, succeeded, session });
    }
  }
}

/** What a contender is asked, and where its shortfalls are noted. */
interface Examination {
  readonly test: readonly LabelledQuery[];
  readonly strange: readonly string[];
  readonly market: readonly TopicTruth[];
  readonly misses: string[];
}

function score(contender: Contender, { test, strange, market, misses }: Examination): Score {
  const truths = new Map(market.map((truth) => [truth.topic, truth]));
  const sums = { ndcg: 0, precision: 0, recall: 0, answered: 0, orders: 0 };
  for (const { text, session, means, group } of test) {
    const meant = market.filter((truth) => !truth.isOrder && means(truth));
    const { ranked, accepted } = contender.ask(text, session);
    const right = accepted.filter((topic) => {
      const truth = truths.get(topic);
      return truth !== undefined && !truth.isOrder && means(truth);
    }).length;
    const ndcg = ndcgOf(
      ranked.map((topic) => gain(truths.get(topic), means)),
      meant.map((truth) => gain(truth, means)),
    );
    sums.ndcg += ndcg;
    sums.recall += right / meant.length;
    sums.orders += accepted.filter((topic) => truths.get(topic)?.isOrder === true).length;
    if (accepted.length > 0) {
      sums.precision += right / accepted.length;
      sums.answered += 1;
    }
    if (ndcg < 0.95 || right < meant.length || right < accepted.length) {
      misses.push(
        `${group}: "${text}" ${session ?? ''} nDCG ${ndcg.toFixed(2)}, ${right} right of ${accepted.length} accepted, ${meant.length} meant`,
      );
    }
  }
  return {
    ndcg: sums.ndcg / test.length,
    precision: sums.answered === 0 ? 1 : sums.precision / sums.answered,
    recall: sums.recall / test.length,
    queries: test.length,
    unrelated: strange.filter((query) => acceptsAny(contender, query)).length,
    orders: sums.orders,
  };
}

/** A refusal is no acceptance. */
function acceptsAny(contender: Contender, query: string): boolean {
  try {
    return contender.ask(query, undefined).accepted.length > 0;
  } catch (error) {
    if (error instanceof SemanticError) return false;
    throw error;
  }
}

/** Spot is what is meant first when nobody says otherwise; a perpetual or an option is right too. */
function gain(truth: TopicTruth | undefined, means: (truth: TopicTruth) => boolean): number {
  if (truth === undefined || truth.isOrder || !means(truth)) return 0;
  return truth.instrument === undefined || truth.instrument === 'spot' ? 2 : 1;
}

function ndcgOf(gains: readonly number[], ideal: readonly number[]): number {
  const best = dcg(ideal.toSorted((a, b) => b - a).slice(0, RANKS));
  return best === 0 ? 1 : dcg(gains.slice(0, RANKS)) / best;
}

function dcg(gains: readonly number[]): number {
  return gains.reduce((sum, each, at) => sum + (2 ** each - 1) / Math.log2(at + 2), 0);
}

const RANKS = 10;
const NOISE = 0.03;
