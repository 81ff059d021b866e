import type { ComparisonCell, ComparisonResult, WorkloadComparison } from '../running/run-comparison.ts';
import { formatFigure } from './format-figure.ts';

/** The tables of a comparison for a terminal: a workload each, a contender a line, medians with the quartiles of the rounds behind them. */
export function comparisonTable(result: ComparisonResult): string {
  return result.workloads.map((workload) => workloadTable(workload)).join('\n\n');
}

function workloadTable({ workload, shows, cells }: WorkloadComparison): string {
  const rows = cells.map((cell) => [
    cell.contender,
    ...(cell.outcome === 'measured'
      ? shows.map(({ metric }) => figureText(cell, metric))
      : [`${cell.outcome}: ${cell.problems.join('; ')}`]),
  ]);
  return [workload, ...alignColumns([['', ...shows.map(({ metric }) => metric)], ...rows])].join('\n');
}

/** `12.3 µs (11-14)`: the median and, from three rounds on, the quartiles. */
export function figureText(cell: ComparisonCell, metric: string): string {
  const spread = cell.metrics[metric];
  if (spread === undefined) return '-';
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
