import { formatNumber } from '../output/format-figure.ts';
import { environmentLine } from '../output/markdown.ts';
import type { ExperimentReport, RecordedExperiment } from './report.ts';
import { roundsText } from './rounds-text.ts';
import type { ContenderResult, ExperimentResult, Range, Verdict } from './verdicts.ts';

/** What stands on a page beside its figures. */
export interface PageText {
  readonly title: string;
  /** What the page is about and how it is measured, as paragraphs. */
  readonly introduction: readonly string[];
  /** Of the table of what is to be reached. */
  readonly targetsTitle: string;
  /** What runs all of it again, from the root of the workspace; `--only NAME` runs one. */
  readonly command: string;
}

/** The paths of the pictures of each experiment, relative to the page, by its name. */
export type PicturePaths = ReadonlyMap<string, readonly string[]>;

/** The page of a report: what was to be reached and what was, each row with its command, then every figure. */
export function experimentPage(
  text: PageText,
  { recorded }: ExperimentReport,
  pictures: PicturePaths = new Map(),
): string {
  const verdicts = recorded.flatMap(({ result }) => result.verdicts);
  const reached = verdicts.filter(({ isReached }) => isReached).length;
  return [
    `# ${text.title}`,
    '',
    `Written by \`${text.command} --write\`; do not edit.`,
    ...text.introduction.flatMap((paragraph) => [paragraph, '']),
    `## ${text.targetsTitle}`,
    '',
    `Reached: ${reached} of ${verdicts.length}.`,
    '',
    '| what | figure | of | as a ratio to | wanted | measured | | repeat with |',
    '|---|---|---|---|---|---|---|---|',
    ...recorded.flatMap((record) =>
      record.result.verdicts.map((verdict) => targetRow(record.result, verdict, commandOf(text, record))),
    ),
    '',
    '## Figures',
    '',
    ...recorded.flatMap((record) => figures(text, record, pictures.get(record.result.name) ?? [])),
  ].join('\n');
}

/** One line per contender and target, for a terminal. */
export function experimentLines(results: readonly ExperimentResult[]): readonly string[] {
  return results.flatMap(({ title, metrics, contenders, verdicts }) => [
    title,
    ...contenders.map((contender) => contenderLine(contender, metrics)),
    ...verdicts.map((verdict) => {
      const { target, isReached } = verdict;
      const against = target.against === undefined ? '' : ` / ${target.against}`;
      return `  ${isReached ? 'reached' : 'MISSED '} ${target.of}${against} ${target.metric}: ${amount(verdict)} (${bound(verdict)})${failuresText(verdict)}`;
    }),
  ]);
}

function contenderLine(result: ContenderResult, metrics: readonly string[]): string {
  const { contender, medians, failures, cannot } = result;
  if (cannot !== undefined) return `  ${contender}: cannot: ${cannot}`;
  const told = metrics.flatMap((metric) => (metric in medians ? [`${metric} ${figure(result, metric)}`] : []));
  return [`  ${contender}: ${told.join(', ')}`, ...failures.map((failure) => `FAILED: ${failure}`)].join(' ');
}

function commandOf({ command }: PageText, { result, isQuick, roundsAsked }: RecordedExperiment): string {
  const rounds = roundsAsked === undefined ? '' : ` --rounds ${roundsAsked}`;
  return `${command} --only ${result.name}${isQuick ? ' --quick' : ''}${rounds}`;
}

function targetRow(result: ExperimentResult, verdict: Verdict, command: string): string {
  const { target } = verdict;
  const cells = [
    result.title,
    target.metric,
    target.of,
    target.against ?? '',
    bound(verdict),
    amount(verdict),
    outcome(verdict),
    `\`${command}\``,
  ];
  return `| ${cells.map((cell) => escaped(cell)).join(' | ')} |`;
}

/** A miss is told with its size, and rounds that failed are told with either. */
function outcome(verdict: Verdict): string {
  return `${outcomeOfFigures(verdict)}${failuresText(verdict)}`;
}

function outcomeOfFigures({ target, reached, isReached }: Verdict): string {
  if (isReached) return 'reached';
  const wanted = target.atLeast ?? target.atMost ?? Number.NaN;
  if (reached === null) return '**missed**: not measured';
  const factor = target.atLeast === undefined ? reached / wanted : wanted / reached;
  // The rounds with figures would have reached it.
  if (factor <= 1) return '**missed**';
  return `**missed** by ${formatNumber(factor)}x`;
}

/** `: 1 of 3 rounds failed`; nothing where none did. */
function failuresText({ failedRounds }: Verdict): string {
  return failedRounds === undefined ? '' : `: ${failedRounds.failed} of ${failedRounds.of} rounds failed`;
}

function figures(text: PageText, record: RecordedExperiment, pictures: readonly string[]): readonly string[] {
  const { result, fingerprint, servers, isQuick } = record;
  const { title, work, metrics, contenders } = result;
  const shown = metrics.filter((metric) => contenders.some(({ medians }) => metric in medians));
  const heads = shown.length === 0 ? ['outcome'] : shown;
  return [
    `### ${title}`,
    '',
    work,
    '',
    ...(isQuick
      ? ['**A quick run: a look at whether everything works, too short for its figures to mean much.**', '']
      : []),
    `| | ${heads.join(' | ')} |`,
    `|---|${heads.map(() => '---:|').join('')}`,
    ...contenders.map((contender) => contenderRow(contender, shown)),
    '',
    ...pictures.flatMap((path) => [`![${title}](${path})`, '']),
    `\`${commandOf(text, record)}\`: ${roundsText(record)}`,
    `${environmentLine(fingerprint)}${servers.length === 0 ? '' : ` ${servers.join(', ')}.`}`,
    '',
  ];
}

function contenderRow(result: ContenderResult, shown: readonly string[]): string {
  const { contender, medians, failures, cannot } = result;
  const isWithout = Object.keys(medians).length === 0;
  const why = cannot === undefined ? `failed: ${failures.join('; ')}` : `cannot: ${cannot}`;
  const cells = isWithout ? [why, ...shown.slice(1).map(() => '')] : shown.map((metric) => figure(result, metric));
  const name =
    failures.length > 0 && !isWithout ? `${contender} (some rounds failed: ${failures.join('; ')})` : contender;
  return `| ${[name, ...cells].map((cell) => escaped(cell)).join(' | ')} |`;
}

function amount({ target, reached, range }: Verdict): string {
  if (reached === null) return '-';
  const value = formatNumber(reached);
  return `${target.against === undefined ? withUnit(value, target.unit) : `${value}x`}${rangeText(range)}`;
}

/** ` (11-14)`: the least and the greatest of the rounds; nothing of a single one. */
function rangeText(range: Range | undefined): string {
  return range === undefined ? '' : ` (${formatNumber(range.least)}-${formatNumber(range.greatest)})`;
}

function bound({ target }: Verdict): string {
  const word = target.atLeast === undefined ? 'at most' : 'at least';
  const value = formatNumber(target.atLeast ?? target.atMost ?? Number.NaN);
  return `${word} ${target.against === undefined ? withUnit(value, target.unit) : `${value}x`}`;
}

function withUnit(value: string, unit: string): string {
  return unit === '' ? value : `${value} ${unit}`;
}

/** Empty for a figure that a contender does not have. */
function figure({ medians, ranges }: ContenderResult, metric: string): string {
  const value = medians[metric];
  return value === undefined ? '' : `${formatNumber(value)}${rangeText(ranges?.[metric])}`;
}

function escaped(cell: string): string {
  return cell.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
}
