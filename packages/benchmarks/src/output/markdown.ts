import type { Fingerprint } from '../measuring/fingerprint.ts';
import type { ComparisonResult, WorkloadComparison } from '../running/run-comparison.ts';
import { figureText } from './table.ts';

/** The page of a comparison: where it ran, a table a workload, and its pictures. `command` is what prints the figures again. */
export function comparisonPage(
  result: ComparisonResult,
  options: { readonly command: string; readonly pictures: readonly string[] },
): string {
  const { rounds, measureMs, seed, tookMs, fingerprint } = result;
  return [
    '# Comparison of buses in one process',
    '',
    `Written by \`${options.command}\`; do not edit. How it is measured: [method.md](method.md). Every run has a process of its own, contenders in`,
    `random order (seed ${seed}), ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of about ${measureMs} ms a run, ${Math.round(tookMs / 1000)} s in all. Figures are medians; from three rounds on with quartiles in brackets.`,
    '',
    environmentLine(fingerprint),
    '',
    ...result.workloads.flatMap((workload) => section(workload, options.pictures)),
  ].join('\n');
}

/** Machine, Node and versions in a sentence. */
export function environmentLine(fingerprint: Fingerprint): string {
  const { takenAt, commit, node, v8, cpu, cores, memoryGib, system, loadAverage, packages } = fingerprint;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return (
    `${takenAt.slice(0, 10)}, ${commit === undefined ? '' : `commit ${commit}, `}Node ${node} (V8 ${v8}), ${cpu}, ${cores} cores, ${memoryGib} GiB, ${system}, ` +
    `load average ${loadAverage.toFixed(1)} at the end. ${versions.join(', ')}.`
  );
}

function section({ workload, work, shows, cells }: WorkloadComparison, drawn: readonly string[]): readonly string[] {
  const heads = shows.map(({ metric, better }) => `${metric}, ${better} is better`);
  const rows = cells.map((cell) =>
    cell.outcome === 'measured'
      ? [cell.contender, ...shows.map(({ metric }) => figureText(cell, metric))]
      : [cell.contender, `${cell.outcome}: ${cell.problems.join('; ')}`, ...shows.slice(1).map(() => '')],
  );
  const own = [`${workload}.svg`, `${workload}-percentiles.svg`, `${workload}-cdf.svg`];
  const shown = drawn.filter(
    (file) => own.includes(file) || (workload === 'fan-out-100' && file === 'fan-out-scaling.svg'),
  );
  return [
    `## ${workload}`,
    '',
    work,
    '',
    `| | ${heads.join(' | ')} |`,
    `|---|${heads.map(() => '---:|').join('')}`,
    ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`),
    '',
    ...shown.flatMap((file) => [`![${file.slice(0, -'.svg'.length)}](comparison/${file})`, '']),
  ];
}
