import type { ResampleResult } from '../regression/resample.ts';
import type { SelfTestRates, SelfTestResult } from '../regression/self-test.ts';
import { formatNumber } from './format-figure.ts';
import { environmentLine } from './markdown.ts';

/** Of results from before fingerprints had it: what these figures need to be repeated is then only told, not recorded. */
const PRIORITY_NOT_STORED =
  'The priority of this run was not stored with it: fingerprints did not have it then. [method.md](method.md#regressions) tells which it was.';
const HEADS = ['', 'real comparisons', '1,000 drawn from their rounds', 'wanted'];
const MS_PER_S = 1000;
const PERCENT = 100;
const MOST_FALSE = 0.01;
const LEAST_FOUND = 0.95;
const LONGEST_MS = 120_000;

/** The rows of a table, heads first: how often head was called slower, and how long a comparison took. */
export function selfTestRows({ rates, slowdown, longestRunMs }: SelfTestResult): readonly (readonly string[])[] {
  return [
    HEADS,
    ...rates.flatMap((rate) => rowsOf(rate, slowdown)),
    [
      'longest comparison',
      `${formatNumber(longestRunMs / MS_PER_S)} s`,
      '',
      wanted('at most 120 s', longestRunMs <= LONGEST_MS),
    ],
  ];
}

function rowsOf(rate: SelfTestRates, slowdown: number): readonly (readonly string[])[] {
  const { contender, plant, same, slowed, slowedRatio, falseAlarms, foundMultiplied, foundSlowed } = rate;
  const isQuiet = shareOf(falseAlarms) <= MOST_FALSE && same.slower <= MOST_FALSE * same.runs;
  const isFound = shareOf(foundSlowed) >= LEAST_FOUND && slowed.slower >= LEAST_FOUND * slowed.runs;
  return [
    [`${contender}, same build`, real(same), shown(falseAlarms), wanted('at most 1 %', isQuiet)],
    [
      `${contender}, same build, one side multiplied by ${1 + slowdown}`,
      '',
      shown(foundMultiplied),
      wanted('at least 95 %', shareOf(foundMultiplied) >= LEAST_FOUND),
    ],
    [
      `${contender}, with a loop that cost ${percent(slowedRatio)}${plant === undefined ? '' : `, measured out at ${percent(plant.ratio)}`}`,
      real(slowed),
      shown(foundSlowed),
      wanted('at least 95 %', isFound),
    ],
  ];
}

/** By how much a ratio is above one. */
function percent(ratio: number): string {
  return `${((ratio - 1) * PERCENT).toFixed(1)} %`;
}

function real({ runs, slower }: SelfTestRates['same']): string {
  return `${slower} of ${runs}`;
}

function line(row: readonly string[]): string {
  return `| ${row.join(' | ')} |`;
}

function shareOf({ slower, comparisons }: ResampleResult): number {
  return slower / comparisons;
}

function shown(result: ResampleResult): string {
  return result.comparisons === 0 ? '-' : `${(shareOf(result) * PERCENT).toFixed(1)} %`;
}

function wanted(text: string, isReached: boolean): string {
  return isReached ? text : `${text}: **missed**`;
}

/** How far the rounds of the same build lie apart: the standard deviation of the logarithms of their ratios, whose mean is 0. */
function scatterLine({ runs, rates }: SelfTestResult): string {
  const texts = rates.map(({ contender }) => {
    const logs = runs
      .filter(({ kind }) => kind === 'same')
      .flatMap(({ verdicts }) => verdicts.filter((verdict) => verdict.contender === contender))
      .flatMap(({ pairs }) => pairs.map(([base, head]) => Math.log(head / base)));
    const squares = logs.reduce((sum, log) => sum + log * log, 0);
    return `${(PERCENT * Math.sqrt(squares / logs.length)).toFixed(1)} % on ${contender}`;
  });
  return `Rounds of the same build scatter by ${texts.join(' and ')} (standard deviation of their ratios).`;
}

/** The page of a self-test: what was run where, and how often a difference was found. */
export function selfTestPage(result: SelfTestResult): string {
  const { fingerprint, rounds, slices, runs } = result;
  const [heads = [], ...rows] = selfTestRows(result);
  return [
    '# Regression detection, put to the test',
    '',
    'Written by `npm run bench -- self-test --out docs/benchmarks/regression-runs`; do not edit. How it works: [method.md](method.md#regressions).',
    `${runs.length} real comparisons of CPU time, in turn of a build with itself and with itself slowed down, ${rounds} rounds each of ${slices} slices a`,
    'side, and what 1,000 comparisons found that were drawn from all of their rounds: how often head was called slower.',
    `Every round is in [regression-runs.json](regression-runs.json).`,
    '',
    environmentLine(fingerprint),
    '',
    ...(fingerprint.niceness === undefined ? [PRIORITY_NOT_STORED, ''] : []),
    line(heads),
    `|---|${heads
      .slice(1)
      .map(() => '---:|')
      .join('')}`,
    ...rows.map((row) => line(row)),
    '',
    scatterLine(result),
    '',
  ].join('\n');
}
