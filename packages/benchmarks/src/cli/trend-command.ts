import { resolve } from 'node:path';
import { alignColumns } from '../output/table.ts';
import { BaselineStore } from '../regression/baselines.ts';
import { readTrend, type TrendReport } from '../regression/trend.ts';
import { callersFolder } from './callers-folder.ts';
import type { CommandLine } from './options.ts';

/** Tells where the figures of a trend changed for good. The exit code is 2 where there is no trend: it judges nothing, gates do. */
export function trendCommand({ folder, json }: Extract<CommandLine, { readonly command: 'trend' }>): number {
  const path = resolve(callersFolder(), folder);
  const report = readTrend(new BaselineStore(path).trend());
  if (report.runs === 0) {
    console.error(`Expected the runs of a trend in ${path}; there are none. Run with --baselines ${folder} first.`);
    return 2;
  }
  console.log(json ? JSON.stringify(report) : trendLines(report).join('\n'));
  return 0;
}

/** A sentence about what was looked at, and a row a change. */
export function trendLines({ runs, runsElsewhere, figures, changes }: TrendReport): readonly string[] {
  const others = runsElsewhere === 0 ? '' : ` ${runsElsewhere} runs of another machine or Node were not looked at.`;
  const head = `${figures} figures of ${runs} runs, ${changes.length} changes that lasted.${others}`;
  if (changes.length === 0)
    return [head, `A change shows after about ${ENOUGH_RUNS} runs: eight before it and eight after it.`];
  const rows = changes.map(({ figure, ratio, isWorse, p, takenAt, commit }) => [
    figure,
    `${ratio.toFixed(2)}x`,
    isWorse ? 'worse' : 'better',
    p < SMALLEST_P ? `<${SMALLEST_P}` : p.toFixed(4),
    takenAt.slice(0, 'YYYY-MM-DDThh:mm'.length),
    commit ?? '-',
  ]);
  return [head, ...alignColumns([['', 'ratio', 'is', 'p', 'since', 'commit'], ...rows])];
}

const SMALLEST_P = 0.0001;
/** With fewer the rank test cannot be as sure as is asked of it, however great the change. */
const ENOUGH_RUNS = 16;
