import { barChart } from '../bar-chart.ts';
import type { EvalSection } from '../section.ts';
import { evaluatePatterns } from './evaluate.ts';
import { CONTENDERS, meanScores, patternsBody, patternTargets } from './report.ts';

/** Everything that was chosen by trying was chosen on the first; the figures on the page are of the second. */
const SEEDS = { tuning: [1, 2, 3], heldOut: [201, 202, 203] };

/** Queries with known answers on markets of some thousand topics: the matcher before and after feedback, beside glob, words and trigrams. */
export const patternsSection: EvalSection = {
  name: 'patterns',
  title: 'Patterns by meaning: `SemanticPatternMatcher`',
  async evaluate({ tuning, quick, scenario, log }) {
    if (scenario !== undefined) throw new Error(`Expected no scenario: this section has none; got "${scenario}".`);
    const allSeeds = tuning ? SEEDS.tuning : SEEDS.heldOut;
    const seeds = quick ? allSeeds.slice(0, 1) : allSeeds;
    const evaluations = seeds.map((seed) => {
      const evaluation = evaluatePatterns(seed, { quick, heldOut: !tuning });
      for (const [name, { ndcg, precision, recall, unrelated }] of Object.entries(evaluation.scores)) {
        log(
          `${seed} ${name}: nDCG@10 ${ndcg.toFixed(3)}, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, unrelated accepted ${unrelated}`,
        );
      }
      if (tuning) for (const miss of evaluation.misses) log(miss);
      return evaluation;
    });
    const chart = barChart({
      title: 'Meant topics: nDCG@10, precision and recall of what is accepted, held-out seeds',
      groups: (['ndcg', 'precision', 'recall'] as const).map((figure) => ({
        name: figure === 'ndcg' ? 'nDCG@10' : figure,
        values: CONTENDERS.map((name) => meanScores(evaluations, name)[figure]),
      })),
      series: CONTENDERS,
    });
    return {
      targets: patternTargets(evaluations),
      body: patternsBody(evaluations),
      pictures: [{ name: 'learned-routing-patterns.svg', svg: chart }],
    };
  },
};
