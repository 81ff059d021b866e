import { PredictiveRouter } from '../../src/paths/predictive-router.ts';
import { barChart } from '../bar-chart.ts';
import { scenariosNamed, type EvalSection } from '../section.ts';
import { PATH_CONTENDERS, evaluatePaths, type PathEvaluation } from './evaluate.ts';
import { readOrderLatencies, replayOrders } from './order-latencies.ts';
import { ablatePathRegime } from './regime-ablation.ts';
import { pathLine, pathTargets, pathsBody, ratiosOf } from './report.ts';
import { PATH_SCENARIOS } from './scenarios.ts';

/** Everything that was chosen by trying was chosen on the first; the figures on the page are of the second. */
const SEEDS = { tuning: [1, 2, 3, 4, 5, 6, 7, 8], heldOut: [101, 102, 103, 104, 105, 106, 107, 108] };
const MESSAGES = 20_000;
const QUICK_MESSAGES = 6_000;

/** Eight loads under four plain strategies, the router of this package and an oracle; and recorded order latencies. */
export const pathsSection: EvalSection = {
  name: 'paths',
  title: 'Path latency: `PredictiveRouter`',
  async evaluate({ tuning, quick, scenario, log }) {
    const scenarios = scenariosNamed(PATH_SCENARIOS, scenario);
    const allSeeds = tuning ? SEEDS.tuning : SEEDS.heldOut;
    const seeds = quick ? allSeeds.slice(0, 1) : allSeeds;
    const messages = quick ? QUICK_MESSAGES : MESSAGES;
    const evaluations: PathEvaluation[] = [];
    for (const each of scenarios) {
      for (const seed of seeds) {
        const evaluation = evaluatePaths(each, seed, messages);
        evaluations.push(evaluation);
        log(pathLine(evaluation));
      }
    }
    const regimeRuns = scenario === undefined ? seeds.map((seed) => ablatePathRegime(seed, messages)) : [];
    const orders = readOrderLatencies()?.map((series) => replayOrders(series, new PredictiveRouter()));
    for (const { name, chosenMs, bestFixedMs } of orders ?? [])
      log(`${name}: ${(chosenMs / bestFixedMs).toFixed(3)} of the best fixed place`);
    const chart = barChart({
      title: 'Mean latency over the oracle, geometric mean of the held-out seeds (logarithmic, cut at 10)',
      groups: scenarios.map(({ name }) => {
        const own = evaluations.filter((evaluation) => evaluation.scenario === name);
        return { name, values: PATH_CONTENDERS.map((contender) => Math.min(10, ratiosOf(own, contender).mean)) };
      }),
      series: PATH_CONTENDERS,
    });
    return {
      targets: pathTargets(evaluations, orders),
      body: pathsBody({ evaluations, regimeRuns, orders, seeds, messages }),
      pictures: [{ name: 'learned-routing-paths.svg', svg: chart }],
    };
  },
};
