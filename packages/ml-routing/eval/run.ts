// What learning gains, and what it costs at worst: node --conditions=@tradewind/source eval/run.ts [--tuning] [--quick] [--scenario NAME] [--write]
//
// Plays eleven loads under strict priority, first-in first-out, two plainer learners, the router of this package and an oracle. By default the held-out
// seeds, on which nothing was tuned; with --tuning the others. Nothing is timed: the figures are the same on every machine.
// With --write the page in docs/benchmarks and its pictures are written anew.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { barChart } from './bar-chart.ts';
import { CONTENDERS, evaluate, type Evaluation } from './scheduling/evaluate.ts';
import { evaluateOnBus } from './scheduling/evaluate-on-bus.ts';
import { busLine, busSummary, schedulingLine, schedulingPage, summarize } from './scheduling/report.ts';
import { SCENARIOS } from './scheduling/scenarios.ts';

/** Everything that was chosen by trying was chosen on the first; the figures on the page are of the second. */
const SEEDS = { tuning: [1, 2, 3], heldOut: [101, 102, 103, 104, 105] };
const MESSAGES = 30_000;
const QUICK_MESSAGES = 14_000;

const { values } = parseArgs({
  options: {
    tuning: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    scenario: { type: 'string' },
  },
});
const scenarios = SCENARIOS.filter(({ name }) => values.scenario === undefined || name === values.scenario);
if (scenarios.length === 0) {
  throw new Error(
    `Expected a scenario, one of ${SCENARIOS.map(({ name }) => name).join(', ')}; got "${values.scenario}".`,
  );
}
if (values.write && (values.tuning || values.quick || values.scenario !== undefined)) {
  throw new Error('Expected --write alone: the page shows the whole run on the held-out seeds.');
}
const allSeeds = values.tuning ? SEEDS.tuning : SEEDS.heldOut;
const seeds = values.quick ? allSeeds.slice(0, 1) : allSeeds;
const messages = values.quick ? QUICK_MESSAGES : MESSAGES;

const evaluations: Evaluation[] = [];
for (const scenario of scenarios) {
  for (const seed of seeds) {
    const evaluation = evaluate(scenario, seed, messages);
    evaluations.push(evaluation);
    console.log(schedulingLine(evaluation));
  }
}
const summary = summarize(evaluations);
for (const { what, target, measured, reached } of summary.targets) {
  console.log(`${what}: ${measured} (to reach: ${target})${reached ? '' : ' MISSED'}`);
}
console.log(CONTENDERS.map((name) => `${name} ${summary.geometricMean[name].toFixed(3)}`).join(', '));

const onBus = values.scenario === undefined ? await evaluateOnBus(seeds, messages >> 1) : [];
for (const evaluation of onBus) console.log(busLine(evaluation));
if (onBus.length > 0) console.log(busSummary(onBus));

if (values.write) {
  const docs = join(import.meta.dirname, '../../../docs/benchmarks');
  mkdirSync(docs, { recursive: true });
  writeFileSync(join(docs, 'learned-routing.md'), schedulingPage({ evaluations, onBus, summary, seeds, messages }));
  writeFileSync(
    join(docs, 'learned-routing-cost.svg'),
    barChart({
      title: 'Cost over the oracle, geometric mean of the held-out seeds (logarithmic)',
      groups: scenarios.map(({ name }) => {
        const own = summarize(evaluations.filter(({ scenario }) => scenario === name)).geometricMean;
        return { name, values: CONTENDERS.map((contender) => own[contender]) };
      }),
      series: CONTENDERS,
    }),
  );
}
