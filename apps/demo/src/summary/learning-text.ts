import type { LearningSummary } from '../learning/learned-desk.ts';
import { formatCount } from '../view/format.ts';
import { policyText, regimeText, savedText } from '../view/learning-lines.ts';
import { span, type StyledLine } from '../view/styled-text.ts';
import { renderTable, type Column } from '../view/table.ts';

/** What learned routing found out and what it was worth, for people; one line where it was turned off. */
export function learningLines(learning: LearningSummary | null, width: number): readonly StyledLine[] {
  const heading: StyledLine = [span('  LEARNED ROUTING ', 'title'), span('(different in every run)', 'faint')];
  if (learning === null) return [heading, fact('', "turned off: the client's own scheduler decided")];
  const { market, gain, policies, alternatives, corrections, changes, reversals } = learning;
  const moved = corrections
    .slice(0, MOST_CORRECTIONS)
    .map(({ topic, declared, lane }) => `${topic} ${declared} > ${lane}`);
  const further = corrections.length > moved.length ? ` and ${corrections.length - moved.length} more` : '';
  return [
    heading,
    ...(market === null ? [] : [fact('market', `${regimeText(market)}, session ${market.session}`)]),
    fact('policy', policyText(learning)),
    fact(
      'gain',
      `${savedText(learning)}, 95 % interval; ${formatCount(gain.windows)} windows of this run's own traffic, replayed under both`,
    ),
    fact('changes', `${changes} policies adopted, ${reversals} of them taken back to what had been left`),
    ...(moved.length === 0 ? [] : [fact('lanes', `${moved.join(', ')}${further}`)]),
    [],
    ...renderTable({
      columns: COLUMNS,
      rows: policies.map(({ waiting, policy, gain: saved, t, windows }, at) => [
        waiting,
        policy,
        policy === 'strict' ? '–' : `${(100 * saved).toFixed(1)} %, t ${t.toFixed(1)}`,
        alternativeText(alternatives[at]),
        formatCount(Math.round(windows)),
      ]),
      width,
    }),
  ];
}

function alternativeText(best: LearningSummary['alternatives'][number] | undefined): string {
  return best === undefined ? '–' : `${best.policy} ${(100 * best.gain).toFixed(1)} %, t ${best.t.toFixed(1)}`;
}

function fact(name: string, value: string): StyledLine {
  return [span(`  ${name.padEnd(FACT_WIDTH)}`, 'label'), span(value)];
}

const MOST_CORRECTIONS = 3;
const FACT_WIDTH = 16;
const COLUMNS: readonly Column[] = [
  { header: 'WAITING', align: 'left', rank: 0 },
  { header: 'policy in force', align: 'left', rank: 0 },
  { header: 'saves over strict', align: 'right', rank: 0 },
  { header: 'best other, over that in force', align: 'left', rank: 2 },
  { header: 'windows', align: 'right', rank: 1 },
];
