import { barChart } from '../bar-chart.ts';
import { scenariosNamed, type EvalSection } from '../section.ts';
import { ESTIMATORS, judge, type Judgement } from './evaluate.ts';
import { tryLikePath } from './like-paths.ts';
import { evaluationBody, likeLines, line, meanError, summarize } from './report.ts';
import { WORLDS } from './worlds.ts';

/** The first were used to choose features of the estimators; the figures on the page are of the second. */
const SEEDS = { tuning: 1, heldOut: 1_001 };
const RUNS = 25;
const CHOICES = 20_000;
const QUICK_CHOICES = 4_000;
/** Trials of a candidate that is no better: seeds, messages each, and by how much its path is slower. */
const LIKE_RUNS = 40;
const LIKE_MESSAGES = 25_000;
const LIKE_EXCESSES = [0, 0.02, 0.05] as const;

/** Eight kinds of logs whose truth is known, each judged by four estimators. */
export const evaluationSection: EvalSection = {
  name: 'evaluation',
  title: 'Feedback and evaluation: `OffPolicyLog`',
  async evaluate({ tuning, quick, scenario, log }) {
    const worlds = scenariosNamed(WORLDS, scenario);
    const first = tuning ? SEEDS.tuning : SEEDS.heldOut;
    const runs = quick ? 2 : RUNS;
    const choices = quick ? QUICK_CHOICES : CHOICES;

    const judgements: Judgement[] = [];
    for (const world of worlds) {
      const own = Array.from({ length: runs }, (_, run) => judge(world, first + run, choices)).flat();
      judgements.push(...own);
      log(line(world.name, own));
    }
    const likeRuns = LIKE_EXCESSES.flatMap((excess) =>
      Array.from({ length: quick ? 2 : LIKE_RUNS }, (_, run) => tryLikePath(first + run, excess, LIKE_MESSAGES)),
    );
    for (const text of likeLines(likeRuns)) log(text);
    const chart = barChart({
      title: 'Mean error in per cent of the truth, held-out seeds (logarithmic)',
      groups: worlds.map(({ name }) => {
        const own = judgements.filter(({ world }) => world === name);
        return { name, values: ESTIMATORS.map((estimator) => 100 * meanError(own, estimator)) };
      }),
      series: ESTIMATORS,
    });
    return {
      targets: summarize(judgements),
      body: evaluationBody({
        judgements,
        seeds: `${first} to ${first + runs - 1}`,
        choices,
        likeRuns,
        likeMessages: LIKE_MESSAGES,
      }),
      pictures: [{ name: 'learned-routing-evaluation.svg', svg: chart }],
    };
  },
};
