import type { Target } from '../section.ts';
import type { Evaluation, Score } from './evaluate.ts';
import { PATTERN_CONTEXTS, worthToPatterns, type PatternContext, type PatternRegimeRun } from './regime-ablation.ts';
import { percent } from '../percent.ts';

/** In the order of tables and pictures. */
export const CONTENDERS = ['glob', 'words', 'trigrams', 'semantic, untaught', 'semantic'] as const;

/** The mean of a contender's scores over the seeds; counts are added up. */
export function meanScores(evaluations: readonly Evaluation[], contender: string): Score {
  return mean(evaluations.flatMap(({ scores }) => scores[contender] ?? []));
}

/** The targets of matching, from the worst seed. */
export function patternTargets(evaluations: readonly Evaluation[]): readonly Target[] {
  const own = evaluations.flatMap(({ scores }) => scores['semantic'] ?? []);
  const least = (figure: 'ndcg' | 'precision' | 'recall'): number => Math.min(...own.map((score) => score[figure]));
  const all = meanScores(evaluations, 'semantic');
  return [
    atLeast('nDCG@10 after feedback, worst seed', least('ndcg'), 0.96),
    atLeast('precision of what is accepted, worst seed', least('precision'), 0.97),
    atLeast('recall of what is accepted, worst seed', least('recall'), 0.9),
    none('unrelated queries for which something is accepted', all.unrelated),
    none('topics of orders and commands accepted', all.orders),
  ];
}

/** What the page says below the targets. */
export function patternsBody(evaluations: readonly Evaluation[], regimeRuns: readonly PatternRegimeRun[]): string {
  const groups = [...new Set(evaluations.flatMap(({ byGroup }) => Object.keys(byGroup)))];
  const own = meanScores(evaluations, 'semantic');
  const topics = evaluations.map((evaluation) => evaluation.topics.toLocaleString('en')).join(', ');
  return [
    `Markets of ${topics} topics (seeds ${evaluations.map(({ seed }) => seed).join(', ')}): seventeen venues with their own spellings and three layouts of topics, three venues and ten`,
    'tokens that no lexicon knows, dated futures, options, bars, events and orders. What a query means is known from how it was made, never from the matcher: facets of a topic,',
    'said in many ways, in any order, every seventh with a slip of the finger; a quarter of them with one of ten words of a desk’s own, two of which mean one thing at the open and',
    `another at the close; and a set written by hand after all choices were made. ${own.queries} queries in all, none of which was practised on. The queries practised on are twice as many: of each,`,
    'four topics that were meant and up to three that were not are told as outcomes, three in a hundred of them the wrong way round.',
    '',
    '![nDCG, precision and recall](learned-routing-patterns.svg)',
    '',
    '| | nDCG@10 | precision | recall | unrelated accepted | orders accepted |',
    '|---|---|---|---|---|---|',
    ...CONTENDERS.map((name) => row(name, meanScores(evaluations, name))),
    '',
    'Precision is the mean over the queries for which something is accepted, recall over all. **glob**: the first three words with anything between. **words**: the share of the words that',
    'stand in the topic, all of them to be accepted. **trigrams**: the share of the query’s trigrams that the topic has, 0.8 to be accepted.',
    '',
    '| queries, after feedback | number | nDCG@10 | precision | recall |',
    '|---|---|---|---|---|',
    ...groups.map((group) => {
      const score = mean(evaluations.flatMap(({ byGroup }) => byGroup[group] ?? []));
      return `| ${group} | ${score.queries} | ${score.ndcg.toFixed(3)} | ${score.precision.toFixed(3)} | ${score.recall.toFixed(3)} |`;
    }),
    '',
    ...regimePart(regimeRuns),
    '### What falls short, and why',
    '',
    '- A learned word accepts only values that its outcomes have shown: a venue, a quote or a length of bars that never came up for it is suggested, not accepted. That is the recall that slang',
    '  lacks, on purpose.',
    '- The ways to say things come from whoever wrote lexicon and evaluation; a desk says other things. What it says and the lexicon does not know is accepted once outcomes have taught it.',
    '- A word that is two things (`arb` is a token and a strategy) is taken for either, and the rest of the query has to tell which.',
    ...shortfalls(evaluations),
    '',
  ].join('\n');
}

/** What the regime is worth to words that are learned. */
function regimePart(runs: readonly PatternRegimeRun[]): readonly string[] {
  const cell = (by: PatternContext, of: 'right' | 'rightOfPlain'): string => {
    const worth = worthToPatterns(runs, by, of);
    const all = runs.reduce((sum, run) => sum + run[of][by], 0) / runs.length;
    return by === 'none'
      ? percent(all, 1)
      : `${percent(all, 1)}: ${percent(worth.mean, 1)} (${percent(worth.from, 1)} to ${percent(worth.to, 1)})`;
  };
  const names = {
    none: 'nothing',
    session: 'the session',
    detected: 'the regime, as detected',
    truth: 'the true regime',
  };
  return [
    '### What the market\u2019s regime is worth to learned words',
    '',
    'The `PatternLearner` alone, whose context may be any text (the matcher gives it session and regime; here one of them at a time): twelve words of a desk, four of which mean one pair in VOLATILE markets and another one at all other times, taught by 1,200',
    `outcomes along a simulated market, three in ten of them of a topic that was not meant and three in a hundred the wrong way round; then 600 questions in the rest of that market, on ${runs.length} seeds. A question is answered rightly by the pair that`,
    'the word means at that moment and nothing else. Behind the colon the difference to no context, with its 95 % interval by Student\u2019s t over the seeds; above zero the context is worth something.',
    '',
    '| the learner is told | words that turn with the regime | words that do not |',
    '|---|---|---|',
    ...PATTERN_CONTEXTS.map((by) => `| ${names[by]} | ${cell(by, 'right')} | ${cell(by, 'rightOfPlain')} |`),
    '',
    'That words turn with the regime was assumed here: the row says what is lost where they do, not how often they do.',
    '',
  ];
}

/** Up to twelve of the queries that fell short, as they are. */
function shortfalls(evaluations: readonly Evaluation[]): readonly string[] {
  const plain = evaluations.flatMap(({ misses }) => misses).filter((miss) => !miss.startsWith('slang'));
  if (plain.length === 0) return [];
  const shown = [...new Set(plain)].slice(0, 12).map((miss) => `  - ${miss}`);
  return [`- Other queries than slang that fell short: ${plain.length}, among them`, ...shown];
}

function mean(scores: readonly Score[]): Score {
  const of = (figure: keyof Score): number => scores.reduce((sum, score) => sum + score[figure], 0);
  return {
    ndcg: of('ndcg') / scores.length,
    precision: of('precision') / scores.length,
    recall: of('recall') / scores.length,
    queries: of('queries'),
    unrelated: of('unrelated'),
    orders: of('orders'),
  };
}

function row(name: string, { ndcg, precision, recall, unrelated, orders }: Score): string {
  return `| ${name} | ${ndcg.toFixed(3)} | ${precision.toFixed(3)} | ${recall.toFixed(3)} | ${unrelated} | ${orders} |`;
}

function atLeast(what: string, value: number, limit: number): Target {
  return { what, target: `at least ${limit}`, measured: value.toFixed(3), reached: value >= limit };
}

function none(what: string, value: number): Target {
  return { what, target: 'none', measured: String(value), reached: value === 0 };
}
