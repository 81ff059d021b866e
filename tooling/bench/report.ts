import type { Fingerprint } from './fingerprint.ts';
import type { Verdict, WorkloadResult } from './statistics.ts';

export interface Report {
  /** The folder of the package, as `npm run bench --` takes it. */
  readonly subject: string;
  /** What the page is called. */
  readonly page: string;
  readonly fingerprint: Fingerprint;
  readonly rounds: number;
  /** Smaller workloads: for a first look, before a complete run. */
  readonly isQuick: boolean;
  /** Every workload, those with targets, or those without. */
  readonly part: 'whole' | 'targets' | 'others';
  readonly results: readonly WorkloadResult[];
}

/** How many rounds a run has whose figures are to hold. */
export const FULL_ROUNDS = 7;

/** The page of a run: what was to be reached and what was, then every figure. */
export function markdown({ subject, page, fingerprint, rounds, isQuick, part, results }: Report): string {
  const verdicts = results.flatMap((result) => result.verdicts);
  const reached = verdicts.filter((verdict) => verdict.isReached).length;
  const options = [
    isQuick ? '--quick --write' : '',
    part === 'whole' ? '' : `--${part}`,
    rounds === FULL_ROUNDS ? '' : `--rounds ${rounds}`,
  ]
    .filter((option) => option !== '')
    .join(' ');
  return [
    part === 'others' ? `# Benchmarks of ${subject}: workloads without a target` : `# Benchmarks of ${subject}`,
    '',
    `Written by \`npm run bench -- ${subject}${options === '' ? '' : ` ${options}`}\`; do not edit. Every contender runs in a fresh process, the contenders of a workload in direct succession,`,
    `round after round with rotating order; CPU time is user and system time of the whole process. Figures are medians of ${rounds} rounds,`,
    'and ratios are medians of the ratios within a round. A ratio is our figure divided by the figure of the other one: below 1 ours is less.',
    '',
    `${fingerprint.date}, commit ${fingerprint.commit}, Node ${fingerprint.node} (V8 ${fingerprint.v8}), ${fingerprint.cpu}, ` +
      `${fingerprint.cores} cores, ${fingerprint.memoryGib} GiB, ${fingerprint.system}; load average at the end ${fingerprint.loadAverage}${priorityText(fingerprint)}.`,
    ...contenders(fingerprint),
    ...(isQuick ? ['', '**A quick run with small workloads: startup weighs more in it than in a complete one.**'] : []),
    '',
    ...(part === 'others'
      ? []
      : [
          '## Targets',
          '',
          `Reached: ${reached} of ${verdicts.length}.`,
          ...(part === 'targets'
            ? [`Workloads without a target, such as the cost of validation: [${page}-others.md](${page}-others.md).`]
            : []),
          '',
          '| workload | of | compared with | target | measured | |',
          '|---|---|---|---|---|---|',
          ...results.flatMap((result) => result.verdicts.map((verdict) => targetRow(result, verdict))),
          '',
        ]),
    '## Figures',
    '',
    ...results.flatMap((result) => figures(result)),
  ].join('\n');
}

/** One line per target, for a terminal. */
export function summaryLines(results: readonly WorkloadResult[]): readonly string[] {
  return results.flatMap((result) => [
    `${result.title}: ${Object.entries(result.medians)
      .map(([name, metrics]) => `${name} ${metricsText(metrics)}`)
      .join(' | ')}`,
    ...result.verdicts.map(
      (verdict) =>
        `  ${verdict.isReached ? 'reached' : 'MISSED '} ${comparison(verdict)}: ${amount(verdict)} (at most ${bound(verdict)})`,
    ),
  ]);
}

/** The priority of the run, and nothing where it was not kept. */
function priorityText({ niceness, sessionNiceness }: Fingerprint): string {
  if (niceness === undefined) return '';
  return `, niceness ${niceness}${sessionNiceness === undefined ? '' : ` in a session of ${sessionNiceness}`}`;
}

function contenders({ packages }: Fingerprint): readonly string[] {
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return versions.length === 0 ? [] : [`Contenders: ${versions.join(', ')}.`];
}

function targetRow(result: WorkloadResult, verdict: Verdict): string {
  const metric = verdict.target.metric === 'cpuNsPerOperation' ? '' : ` (${verdict.target.metric})`;
  const cells = [
    `${result.title}${metric}`,
    verdict.target.of,
    verdict.against ?? '',
    bound(verdict),
    amount(verdict),
    verdict.isReached ? 'reached' : '**missed**',
  ];
  return `| ${cells.join(' | ')} |`;
}

function figures({ title, work, medians }: WorkloadResult): readonly string[] {
  const metrics = [...new Set(Object.values(medians).flatMap((values) => Object.keys(values)))];
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

function comparison({ target, against }: Verdict): string {
  return against === undefined ? `${target.of} ${target.metric}` : `${target.of} / ${against} ${target.metric}`;
}

function amount({ target, reached }: Verdict): string {
  return target.against === undefined ? `${number(reached)} ${target.unit}` : `${ratio(reached)}x`;
}

function bound({ target }: Verdict): string {
  return target.against === undefined ? `${target.atMost} ${target.unit}` : `${ratio(target.atMost)}x`;
}

function metricsText(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name} ${number(value)}`)
    .join(', ');
}

/** Three significant digits, so that a difference in the last one shown is not noise. */
function number(value: number | undefined): string {
  if (value === undefined) return '';
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function ratio(value: number): string {
  return String(Number(value.toPrecision(value < 0.1 ? 2 : 3)));
}
