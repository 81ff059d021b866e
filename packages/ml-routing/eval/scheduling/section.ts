import { barChart } from '../bar-chart.ts';
import type { EvalSection } from '../section.ts';
import { CONTENDERS, evaluate, type Evaluation } from './evaluate.ts';
import { evaluateOnBus } from './evaluate-on-bus.ts';
import { busLine, busSummary, schedulingBody, schedulingLine, summarize } from './report.ts';
import { SCENARIOS } from './scenarios.ts';

/** Everything that was chosen by trying was chosen on the first; the figures on the page are of the second. */
const SEEDS = { tuning: [1, 2, 3], heldOut: [101, 102, 103, 104, 105] };
const MESSAGES = 30_000;
const QUICK_MESSAGES = 14_000;

/** Eleven loads under strict priority, first-in first-out, two plainer learners, the router of this package and an oracle; three of them on the bus. */
export const schedulingSection: EvalSection = {
  name: 'scheduling',
  title: 'Dynamic priority: `QLearningRouter`',
  async evaluate({ tuning, quick, scenario, log }) {
    const scenarios = SCENARIOS.filter(({ name }) => scenario === undefined || name === scenario);
    if (scenarios.length === 0) {
      const known = SCENARIOS.map(({ name }) => name).join(', ');
      throw new Error(`Expected a scenario, one of ${known}; got "${scenario}".`);
    }
    const allSeeds = tuning ? SEEDS.tuning : SEEDS.heldOut;
    const seeds = quick ? allSeeds.slice(0, 1) : allSeeds;
    const messages = quick ? QUICK_MESSAGES : MESSAGES;

    const evaluations: Evaluation[] = [];
    for (const each of scenarios) {
      for (const seed of seeds) {
        const evaluation = evaluate(each, seed, messages);
        evaluations.push(evaluation);
        log(schedulingLine(evaluation));
      }
    }
    const summary = summarize(evaluations);
    log(CONTENDERS.map((name) => `${name} ${summary.geometricMean[name].toFixed(3)}`).join(', '));

    const onBus = scenario === undefined ? await evaluateOnBus(seeds, messages >> 1) : [];
    for (const evaluation of onBus) log(busLine(evaluation));
    if (onBus.length > 0) log(busSummary(onBus));

    const chart = barChart({
      title: 'Cost over the oracle, geometric mean of the held-out seeds (logarithmic)',
      groups: scenarios.map(({ name }) => {
        const own = summarize(evaluations.filter((evaluation) => evaluation.scenario === name)).geometricMean;
        return { name, values: CONTENDERS.map((contender) => own[contender]) };
      }),
      series: CONTENDERS,
    });
    return {
      targets: summary.targets,
      body: schedulingBody({ evaluations, onBus, summary, seeds, messages }),
      pictures: [{ name: 'learned-routing-cost.svg', svg: chart }],
    };
  },
};
