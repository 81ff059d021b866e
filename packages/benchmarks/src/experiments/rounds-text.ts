import { formatNumber } from '../output/format-figure.ts';
import type { RecordedExperiment } from './report.ts';

const MS_PER_SECOND = 1000;

/**
 * How often an experiment was repeated and how long that took, as a sentence without its beginning: `3 rounds, …`. One that has fewer rounds than
 * usual says why: nothing on a page is a single run by accident.
 */
export function roundsText(record: RecordedExperiment): string {
  return `${countText(record)}; ${timeText(record)}.`;
}

function countText({ rounds, roundsWanted = rounds, roundsAsked, whyFewer }: RecordedExperiment): string {
  const count = `${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
  const spread = rounds === 1 ? 'no spread' : 'medians, in brackets the least and the greatest of the rounds';
  if (rounds < roundsWanted) return `**${count} of ${roundsWanted}: the time was over**, ${spread}`;
  if (roundsAsked !== undefined && rounds === 1) return `one round, as the command says, ${spread}`;
  if (roundsAsked === undefined && whyFewer !== undefined) return `${count}, since ${whyFewer}`;
  return `${count}, ${spread}`;
}

function timeText({ tookMs, runsTookMs }: RecordedExperiment): string {
  return runsTookMs === undefined
    ? `all that ran together took ${formatNumber(tookMs / MS_PER_SECOND)} s`
    : `its runs took ${formatNumber(runsTookMs / MS_PER_SECOND)} s`;
}
