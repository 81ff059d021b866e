import { PatternLearner } from '../../src/index.ts';
import { MARKET_REGIMES } from '../../src/regimes/market-regime.ts';
import { facetTerm, type FacetTerm } from '../../src/semantics/facets.ts';
import { meanInterval, type MeanInterval } from '../interval.ts';
import { Dice } from '../random.ts';
import { HOME_MARKET } from '../regimes/characters.ts';
import { detectIn, type Readings } from '../regimes/replay.ts';

/** What the learner is told with each outcome and each question: nothing, the trading session, the regime that the detector says, or the true one. */
export const PATTERN_CONTEXTS = ['none', 'session', 'detected', 'truth'] as const;
export type PatternContext = (typeof PATTERN_CONTEXTS)[number];

/** Of the questions of one seed, the part that was answered rightly: with the pair that the word means then, and nothing else. */
export interface PatternRegimeRun {
  readonly seed: number;
  readonly right: Readonly<Record<PatternContext, number>>;
  /** The same of words that mean one thing at all times: what a context costs where it says nothing. */
  readonly rightOfPlain: Readonly<Record<PatternContext, number>>;
}

interface Word {
  readonly text: string;
  /** The pair that it means, by the place of the regime. */
  readonly pairs: readonly number[];
  readonly turns: boolean;
}

/** Twelve words of a desk's own, of which four mean another pair in volatile markets, as the outcomes of a few hundred questions teach them. */
export function ablatePatternRegime(seed: number): PatternRegimeRun {
  const dice = new Dice(seed * 13 + 3);
  const readings = detectIn(HOME_MARKET, seed, OBSERVATIONS);
  const words = Array.from({ length: WORDS }, (_, at): Word => {
    const usual = Math.floor(dice.next() * PAIRS);
    const volatile = (usual + 1 + Math.floor(dice.next() * (PAIRS - 1))) % PAIRS;
    const turns = at < TURNING;
    return {
      text: `word${at}`,
      turns,
      pairs: MARKET_REGIMES.map((regime) => (turns && regime === 'VOLATILE' ? volatile : usual)),
    };
  });
  const moments = Array.from({ length: OUTCOMES }, () => ({
    word: words[Math.floor(dice.next() * WORDS)] as Word,
    // Outcomes come in the order of time, questions at any later one.
    observation: Math.floor(dice.next() * OBSERVATIONS * TAUGHT),
    isVain: dice.next() < VAIN,
    isNoise: dice.next() < NOISE,
    other: Math.floor(dice.next() * PAIRS),
  })).toSorted((a, b) => a.observation - b.observation);
  const asked = Array.from({ length: QUESTIONS }, () => ({
    word: words[Math.floor(dice.next() * WORDS)] as Word,
    observation: Math.floor(OBSERVATIONS * (TAUGHT + (1 - TAUGHT) * dice.next())),
  }));
  const partRight = (context: PatternContext, turning: boolean): number => {
    const learner = new PatternLearner();
    const tell = (at: number): string | undefined => contextAt(readings, context, at);
    for (const { word, observation, isVain, isNoise, other } of moments) {
      const meant = word.pairs[readings.truth.regime[observation] as number] as number;
      const shown = isVain ? other : meant;
      learner.learn({
        word: word.text,
        topic: `data.trades.VENUE.${shown}`,
        terms: termsOf(shown),
        succeeded: (shown === meant) !== isNoise,
        context: tell(observation),
      });
    }
    const questions = asked.filter(({ word }) => word.turns === turning);
    const right = questions.filter(({ word, observation }) => {
      const meaning = learner.meaning(word.text, tell(observation));
      const meant = termsOf(word.pairs[readings.truth.regime[observation] as number] as number);
      return meaning !== undefined && [...meaning.facets.values()].flat().toSorted().join() === meant.toSorted().join();
    });
    return right.length / questions.length;
  };
  return {
    seed,
    right: byContext((context) => partRight(context, true)),
    rightOfPlain: byContext((context) => partRight(context, false)),
  };
}

/** By how much more is right with the regime than without a context: above 0 it is worth something. */
export function worthToPatterns(
  runs: readonly PatternRegimeRun[],
  by: PatternContext,
  of: 'right' | 'rightOfPlain',
): MeanInterval {
  return meanInterval(runs.map((run) => run[of][by] - run[of].none));
}

function byContext(of: (context: PatternContext) => number): Readonly<Record<PatternContext, number>> {
  return { none: of('none'), session: of('session'), detected: of('detected'), truth: of('truth') };
}

function contextAt({ truth, regime }: Readings, context: PatternContext, observation: number): string | undefined {
  if (context === 'none') return undefined;
  if (context === 'session') return observation % DAY < DAY / 2 ? 'open' : 'close';
  return MARKET_REGIMES[(context === 'truth' ? truth.regime : regime)[observation] as number];
}

function termsOf(pair: number): FacetTerm[] {
  return [facetTerm('base', `B${Math.floor(pair / QUOTES)}`), facetTerm('quote', `Q${pair % QUOTES}`)];
}

const OBSERVATIONS = 12_000;
const DAY = 400;
/** The part of the time from which outcomes are taught; questions are asked in the rest. */
const TAUGHT = 0.75;
const OUTCOMES = 1_200;
const QUESTIONS = 600;
const WORDS = 12;
const TURNING = 4;
const QUOTES = 4;
const PAIRS = 40;
const VAIN = 0.3;
const NOISE = 0.03;
