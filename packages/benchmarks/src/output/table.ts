import type { ComparisonCell } from '../running/cells.ts';
import type { ComparisonResult, WorkloadComparison } from '../running/run-comparison.ts';
import type { ShownMetric } from '../workloads/workload.ts';
import { formatFigure } from './format-figure.ts';
import { percentileNote } from './percentile-note.ts';

/** What every run takes, whatever its workload: CPU time of the process, collections, heap and resident memory at their highest, and how busy its event loop was. */
export const RESOURCES_SHOWN: readonly ShownMetric[] = [
  { metric: 'cpuMsPer1000', better: 'less' },
  { metric: 'gcPauseMsPer1000', better: 'less' },
  { metric: 'gcLongestMs', better: 'less' },
  { metric: 'heapUsedPeakMb', better: 'less' },
  { metric: 'rssPeakMb', better: 'less' },
  { metric: 'eventLoopUtilization', better: 'less' },
];

/** The tables of a comparison for a terminal: two a workload, its figures and what they took; a contender a line, medians with the quartiles of the rounds behind them. */
export function comparisonTable(result: ComparisonResult): string {
  return result.workloads
    .flatMap((comparison) => {
      const { workload, shows } = comparison;
      const figures = [workload, ...rowsOf(comparison, shows), ...percentileNote(comparison)];
      const measured = measuredOf(comparison);
      if (measured.cells.length === 0) return [figures.join('\n')];
      return [figures.join('\n'), [`${workload}, resources`, ...rowsOf(measured, RESOURCES_SHOWN)].join('\n')];
    })
    .join('\n\n');
}

/** Without the contenders that have no figures: the first table has said why. */
export function measuredOf(comparison: WorkloadComparison): WorkloadComparison {
  return { ...comparison, cells: comparison.cells.filter(({ outcome }) => outcome === 'measured') };
}

function rowsOf({ cells }: WorkloadComparison, shows: readonly ShownMetric[]): readonly string[] {
  const rows = cells.map((cell) => [
    cell.contender,
    ...(cell.outcome === 'measured'
      ? shows.map(({ metric }) => figureText(cell, metric))
      : [`${cell.outcome}: ${cell.problems.join('; ')}`]),
  ]);
  return alignColumns([['', ...shows.map(({ metric }) => metric)], ...rows]);
}

/** `12.3 µs (11-14)`: the median and, from three rounds on, the quartiles. A dash where there is no figure. */
export function figureText(cell: ComparisonCell, metric: string): string {
  const spread = cell.metrics[metric];
  if (spread === undefined) return '–';
  const text = formatFigure(metric, spread.median);
  if ((cell.samples[metric]?.length ?? 0) < ROUNDS_FOR_QUARTILES) return text;
  return `${text} (${formatFigure('', spread.lowerQuartile)}-${formatFigure('', spread.upperQuartile)})`;
}

/** Lines with columns as wide as their widest cell; the last cell of a short row may be as long as it likes. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.filter((row) => row.length === columns).map((row) => row[column]?.length ?? 0)),
  );
  const first = Math.max(...rows.map(([name = '']) => name.length));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        if (column === 0) return cell.padEnd(first);
        return row.length === columns ? cell.padStart(widths[column] ?? 0) : cell;
      })
      .join('  ')
      .trimEnd(),
  );
}

const ROUNDS_FOR_QUARTILES = 3;
