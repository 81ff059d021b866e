import { barChart } from '../bar-chart.ts';
import { scenariosNamed, type EvalSection } from '../section.ts';
import { CONTENDERS, evaluate, type Evaluation } from './evaluate.ts';
import { evaluateOnBus } from './evaluate-on-bus.ts';
import { ablateRegime, type RegimeRun } from './regime-ablation.ts';
import { REGIME_LOADS } from './regime-load.ts';
import { regimeLine } from './regime-report.ts';
import { busLine, busSummary, schedulingBody, schedulingLine, summarize } from './report.ts';
import { SCENARIOS } from './scenarios.ts';

/** Everything that was chosen by trying was chosen on the first; the figures on the page are of the second. */
const SEEDS = { tuning: [1, 2, 3, 4, 5, 6, 7, 8], heldOut: [101, 102, 103, 104, 105] };
/** A run with and without the regime differs by little: more of them. */
const REGIME_SEEDS = {
  tuning: [1, 2, 3, 4, 5, 6],
  heldOut: [101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112],
};
const MESSAGES = 30_000;
const QUICK_MESSAGES = 14_000;

/** Eleven loads under strict priority, first-in first-out, two plainer learners, the router of this package and an oracle; three of them on the bus; two more with and without the market's regime. */
export const schedulingSection: EvalSection = {
  name: 'scheduling',
  title: 'Dynamic priority: `QLearningRouter`',
  async evaluate({ tuning, quick, scenario, log }) {
    const scenarios = scenariosNamed(SCENARIOS, scenario);
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

    const regimeRuns: RegimeRun[] = [];
    for (const load of scenario === undefined ? REGIME_LOADS : []) {
      for (const seed of tuning ? REGIME_SEEDS.tuning : quick ? seeds : REGIME_SEEDS.heldOut) {
        const run = ablateRegime(load, seed, 2 * messages);
        regimeRuns.push(run);
        log(regimeLine(run));
      }
    }

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
      body: schedulingBody({ evaluations, onBus, regimeRuns, summary, seeds, messages }),
      pictures: [{ name: 'learned-routing-cost.svg', svg: chart }],
    };
  },
};
