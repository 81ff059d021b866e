import type { Fingerprint } from '../measuring/fingerprint.ts';
import type { ComparisonResult, WorkloadComparison } from '../running/run-comparison.ts';
import { WORKLOADS } from '../workloads/builtin.ts';
import type { ShownMetric } from '../workloads/workload.ts';
import type { ComparisonReport, RecordedComparison } from './comparison-report.ts';
import { percentileNote } from './percentile-note.ts';
import { figureText, measuredOf, RESOURCES_SHOWN } from './table.ts';

/** A workload on its page, and the run that it is of. */
export interface PlacedWorkload {
  readonly workload: WorkloadComparison;
  readonly recorded: RecordedComparison;
}

/** The workloads of a report in the order of the built-in ones, others behind them. */
export function inPageOrder({ recorded }: ComparisonReport): readonly PlacedWorkload[] {
  const places = new Map(WORKLOADS.map(({ name }, place) => [name, place]));
  const placeOf = ({ workload: { workload } }: PlacedWorkload): number => places.get(workload) ?? places.size;
  return recorded
    .flatMap((one) => one.result.workloads.map((workload) => ({ workload, recorded: one })))
    .toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** The page of comparisons: where most of them ran, a table a workload, and the pictures. What was run apart says so itself. Empty of an empty report. */
export function comparisonPage(report: ComparisonReport, drawn: readonly string[]): string {
  const [most] = report.recorded.toSorted((a, b) => b.result.workloads.length - a.result.workloads.length);
  if (most === undefined) return '';
  const { result } = most;
  const { measureMs, seed, tookMs, fingerprint } = result;
  const placed = inPageOrder(report);
  return [
    '# Comparison of buses in one process',
    '',
    `Written by \`${commandText(most)}\`; do not edit. How it is measured: [method.md](method.md). Every run has a process of its own, contenders in`,
    `random order (seed ${seed}), ${roundsText(result)} of about ${measureMs} ms a run, ${Math.round(tookMs / 1000)} s in all. Figures are medians; from three rounds on with quartiles in brackets. A percentile that one round has too few messages for is that of all rounds together, and has none.`,
    ...fewerContenders(placed.map(({ workload }) => workload)),
    'In open loops nearly all of the CPU time, and a busy event loop, are those of the pacing, which does not sleep.',
    '',
    ...shortfalls(result).flatMap((line) => [`**${line}**`, '']),
    environmentLine(fingerprint),
    '',
    ...placed.flatMap((one) => section(one, one.recorded === most, drawn)),
  ].join('\n');
}

function commandText({ command = 'npm run bench -- --write' }: RecordedComparison): string {
  return command;
}

/** Where a section is not of the run that the head of the page is about: what repeats it, where it ran, and what it is short of. */
function apartText({ command, result }: RecordedComparison): readonly string[] {
  return [
    `Run apart, by \`${commandText({ command, result })}\`, ${roundsText(result)}, seed ${result.seed}. ${environmentLine(result.fingerprint)}`,
    '',
    ...shortfalls(result).flatMap((line) => [`**${line}**`, '']),
  ];
}

/** Says so where a workload has not been run by all. */
function fewerContenders(workloads: readonly WorkloadComparison[]): readonly string[] {
  const most = Math.max(...workloads.map(({ cells }) => cells.length));
  const names = workloads.filter(({ cells }) => cells.length < most).map(({ workload }) => workload);
  if (names.length === 0) return [];
  return [
    `For the sake of time some workloads ran on fewer contenders: ${names.join(', ')}. \`--only NAME\` runs all.`,
  ];
}

function roundsText({ rounds }: ComparisonResult): string {
  return `${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
}

/** What a comparison is short of because its time was over, a sentence each; nothing when it is complete. */
export function shortfalls(result: ComparisonResult): readonly string[] {
  const { rounds, roundsWanted = rounds, runsLeftOut = 0, workloads } = result;
  const leftOut = workloads.flatMap(({ workload, cells }) =>
    cells.flatMap(({ contender, outcome }) => (outcome === 'left-out' ? [`${workload} on ${contender}`] : [])),
  );
  const few = rounds < FEW_ROUNDS ? ': its figures have no spread' : '';
  return [
    ...(rounds < roundsWanted
      ? [
          `The time was over after ${roundsText(result)} of ${roundsWanted}${few}. With --rounds ${roundsWanted} there is no bound of time.`,
        ]
      : []),
    ...(runsLeftOut > leftOut.length
      ? [`The last round is short of ${runsLeftOut} runs: some cells have a round less than others.`]
      : []),
    ...(leftOut.length === 0 ? [] : [`Left out, because the time was over before they began: ${leftOut.join(', ')}.`]),
  ];
}

/** From so many on, the spread of the rounds is told. */
const FEW_ROUNDS = 3;

/** Machine, Node and versions in a sentence. */
export function environmentLine(fingerprint: Fingerprint): string {
  const { takenAt, commit, node, v8, cpu, cores, memoryGib, system, loadAverage, packages } = fingerprint;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return (
    `${takenAt.slice(0, 10)}, ${commit === undefined ? '' : `commit ${commitText(commit)}, `}Node ${node} (V8 ${v8}), ${cpu}, ${cores} cores, ${memoryGib} GiB, ${system}, ` +
    `load average ${loadAverage.toFixed(1)} at the end${priorityText(fingerprint)}. ${versions.join(', ')}.`
  );
}

/** Of a folder that was being edited no checkout repeats the figures. */
function commitText(commit: string): string {
  return commit.endsWith('-dirty') ? `${commit} (with changes that were not committed: no checkout has them)` : commit;
}

/** Which priority the run had: nothing of a result that was stored before it was kept. */
function priorityText({ niceness, sessionNiceness }: Fingerprint): string {
  if (niceness === undefined) return '';
  return `, niceness ${niceness}${sessionNiceness === undefined ? '' : ` in a session of ${sessionNiceness}`}`;
}

function section(
  { workload: comparison, recorded }: PlacedWorkload,
  isOfMost: boolean,
  drawn: readonly string[],
): readonly string[] {
  const { workload, work, shows, measureMs } = comparison;
  const measured = measuredOf(comparison);
  const own = [`${workload}.svg`, `${workload}-percentiles.svg`, `${workload}-cdf.svg`];
  const shown = drawn.filter(
    (file) => own.includes(file) || (workload === 'fan-out-100' && file === 'fan-out-scaling.svg'),
  );
  const length = isOfMost && measureMs === recorded.result.measureMs ? '' : ` Runs of about ${measureMs} ms.`;
  return [
    `## ${workload}`,
    '',
    `${work}${length}`,
    '',
    ...(isOfMost ? [] : apartText(recorded)),
    ...tableOf(comparison, shows),
    '',
    ...percentileNote(comparison).flatMap((note) => [note, '']),
    ...(measured.cells.length === 0 ? [] : ['What it took:', '', ...tableOf(measured, RESOURCES_SHOWN), '']),
    ...shown.flatMap((file) => [`![${file.slice(0, -'.svg'.length)}](comparison/${file})`, '']),
  ];
}

function tableOf({ cells }: WorkloadComparison, shows: readonly ShownMetric[]): readonly string[] {
  const heads = shows.map(({ metric, better }) => (better === 'neither' ? metric : `${metric}, ${better} is better`));
  const rows = cells.map((cell) =>
    cell.outcome === 'measured'
      ? [cell.contender, ...shows.map(({ metric }) => figureText(cell, metric))]
      : [cell.contender, `${cell.outcome}: ${cell.problems.join('; ')}`, ...shows.slice(1).map(() => '')],
  );
  return [
    `| | ${heads.join(' | ')} |`,
    `|---|${heads.map(() => '---:|').join('')}`,
    ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`),
  ];
}
