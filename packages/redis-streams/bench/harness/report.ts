import type { Fingerprint } from './fingerprint.ts';
import type { Verdict, WorkloadResult } from './statistics.ts';

export interface Report {
  readonly fingerprint: Fingerprint;
  readonly rounds: number;
  /** Smaller workloads: for a first look, before a complete run. */
  readonly isQuick: boolean;
  readonly results: readonly WorkloadResult[];
}

/** The page of a run: what was to be reached and what was, then every figure. */
export function markdown({ fingerprint, rounds, isQuick, results }: Report): string {
  const verdicts = results.flatMap((result) => result.verdicts);
  const reached = verdicts.filter((verdict) => verdict.isReached).length;
  const packages = Object.entries(fingerprint.packages).map(([name, version]) => `${name} ${version}`);
  return [
    '# Benchmarks of redis-streams',
    '',
    `Written by \`npm run bench -- redis-streams ${isQuick ? '--quick --write ' : ''}--rounds ${rounds}\`; do not edit. Producer, consumer and server are processes of their own, the server fresh for`,
    'each run; every tick is counted by its number, and a run in which one is missing, comes twice or comes out of order fails. The contenders of a',
    `workload run in direct succession, round after round in rotating order. Figures are medians of ${rounds} rounds, ratios are medians of the ratios`,
    'within a round. CPU time is that of all three processes. Redis keeps no append-only file in these runs, and JetStream keeps its stream in memory.',
    '',
    `${fingerprint.date}, commit ${fingerprint.commit}, Node ${fingerprint.node}, ${fingerprint.cpu}, ${fingerprint.cores} cores, ${fingerprint.memoryGib} GiB, ${fingerprint.system}.`,
    `Load averages at the end: ${fingerprint.loadAverages.join(', ')}; the run itself keeps two or three processes busy, and what is above that`,
    'was others at work on the same machine: latencies most of all are then those of a crowded machine.',
    `Contenders: ${[...fingerprint.servers, ...packages].join(', ')}.`,
    ...(isQuick
      ? ['', '**A quick run with a tenth of the messages: startup weighs more in it than in a complete one.**']
      : []),
    '',
    '## Targets',
    '',
    `Reached: ${reached} of ${verdicts.length}.`,
    '',
    '| workload | figure | of | compared with | target | measured | |',
    '|---|---|---|---|---|---|---|',
    ...results.flatMap((result) => result.verdicts.map((verdict) => targetRow(result, verdict))),
    '',
    '## Figures',
    '',
    ...results.flatMap((result) => figures(result)),
  ].join('\n');
}

/** One line per contender and target, for a terminal. */
export function summaryLines(results: readonly WorkloadResult[]): readonly string[] {
  return results.flatMap((result) => [
    result.title,
    ...Object.entries(result.medians).map(
      ([name, metrics]) =>
        `  ${name}: ${result.metrics.map((metric) => `${metric} ${number(metrics[metric])}`).join(', ')}`,
    ),
    ...result.verdicts.map((verdict) => {
      const { target, isReached } = verdict;
      const against = target.against === undefined ? '' : ` / ${target.against}`;
      return `  ${isReached ? 'reached' : 'MISSED '} ${target.of}${against} ${target.metric}: ${amount(verdict)} (${bound(verdict)})`;
    }),
  ]);
}

function targetRow(result: WorkloadResult, verdict: Verdict): string {
  const { target, isReached } = verdict;
  const cells = [
    result.title,
    target.metric,
    target.of,
    target.against ?? '',
    bound(verdict),
    amount(verdict),
    isReached ? 'reached' : '**missed**',
  ];
  return `| ${cells.join(' | ')} |`;
}

function figures({ title, work, metrics, medians }: WorkloadResult): readonly string[] {
  return [
    `### ${title}`,
    '',
    work,
    '',
    `| | ${metrics.join(' | ')} |`,
    `|---|${metrics.map(() => '---:|').join('')}`,
    ...Object.entries(medians).map(
      ([name, values]) => `| ${name} | ${metrics.map((metric) => number(values[metric])).join(' | ')} |`,
    ),
    '',
  ];
}

function amount({ target, reached }: Verdict): string {
  return target.against === undefined ? `${number(reached)} ${target.unit}` : `${number(reached)}x`;
}

function bound({ target }: Verdict): string {
  const word = target.atLeast === undefined ? 'at most' : 'at least';
  const value = target.atLeast ?? target.atMost ?? Number.NaN;
  return `${word} ${value}${target.against === undefined ? ` ${target.unit}` : 'x'}`;
}

/** Three significant digits, so that a difference in the last one shown is not noise. */
function number(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '';
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
