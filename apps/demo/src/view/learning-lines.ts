import type { LearningSummary } from '../learning/learned-desk.ts';
import { span, type StyledLine } from './styled-text.ts';

/** What learned routing does now and what it has saved, for a line that has other things to say too. */
export function learningPhrase(learning: LearningSummary): string {
  return `${marketText(learning)}learned ${policyText(learning)} ${savedSoFarText(learning)}: ${evidenceText(learning)}`;
}

/** The same as a line of its own. */
export function learningLine(learning: LearningSummary): StyledLine {
  const { market, gain } = learning;
  const regime: StyledLine =
    market === null ? [] : [span('  market ', 'label'), span(`${regimeText(market)} `, 'value')];
  const style = gain.low !== null && gain.low > 0 ? 'good' : gain.high !== null && gain.high < 0 ? 'bad' : 'value';
  return [
    ...regime,
    span('  learned ', 'label'),
    span(policyText(learning), 'value'),
    span(`  ${savedSoFarText(learning)} `, style),
    span(evidenceText(learning), 'faint'),
  ];
}

/** The policies in force; one name where it is the same whatever waits. */
export function policyText({ policies }: LearningSummary): string {
  const names = [...new Set(policies.map(({ policy }) => policy))];
  if (names.length === 1) return names[0] ?? '';
  return policies.map(({ waiting, policy }) => `${policy} (${waiting})`).join(', ');
}

/** While the program runs: nothing yet where the interval is wider than all that there is to save, as in the first second, in which little has been compiled. */
function savedSoFarText(learning: LearningSummary): string {
  const { low, high } = learning.gain;
  if (low !== null && high !== null && high - low > 1) return `too early to say what it saves over ${learning.against}`;
  return savedText(learning);
}

/** `saves 3.1 % (1.0 to 5.2) over --static`. */
export function savedText({ gain, against }: LearningSummary): string {
  const { saved, low, high } = gain;
  const interval = low === null || high === null ? 'too early to say how sure' : `${percent(low)} to ${percent(high)}`;
  return `saves ${percent(saved)} % (${interval}) over ${against}`;
}

export function regimeText({ regime, confidence, newsEvent }: NonNullable<LearningSummary['market']>): string {
  return `${regime} ${Math.round(100 * confidence)} %${newsEvent ? ' NEWS' : ''}`;
}

/** Why: the evidence of the policy that is the surest of being worth it; where nothing is adopted, how it stands with the best of the others. */
function evidenceText({ policies, alternatives }: LearningSummary): string {
  const adopted = policies.filter(({ policy }) => policy !== 'strict');
  const [surest] = adopted.toSorted((a, b) => b.t - a.t);
  if (surest !== undefined)
    return `${surest.policy} ${percent(surest.gain)} % at ${surest.t.toFixed(1)} standard errors`;
  const [best] = alternatives.toSorted((a, b) => b.t - a.t);
  const windows = Math.round(Math.max(...policies.map((policy) => policy.windows)));
  if (best === undefined || windows === 0) return 'nothing has been replayed yet';
  return `the best other in ${windows} windows, ${best.policy}, ${percent(best.gain)} % at ${best.t.toFixed(1)} standard errors`;
}

function marketText({ market }: LearningSummary): string {
  return market === null ? '' : `market ${regimeText(market)}  `;
}

function percent(part: number): string {
  // Without the sign of a negative zero.
  return (Math.round(1_000 * part) / 10 + 0).toFixed(1);
}
