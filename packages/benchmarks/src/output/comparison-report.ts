import { readFileSync } from 'node:fs';
import { errorCode } from '@tradewind/core-types';
import { BenchmarkError } from '../errors.ts';
import type { ComparisonResult, WorkloadComparison } from '../running/run-comparison.ts';

/** A comparison and how it came about. */
export interface RecordedComparison {
  /** What repeats it, from the root of the workspace; results that were stored before it was kept have none. */
  readonly command?: string | undefined;
  /** With those of its workloads that none ran after it. */
  readonly result: ComparisonResult;
}

/** What the page of comparisons is written from: each workload in one of its runs, the last that measured it. Plain data. */
export interface ComparisonReport {
  /** Oldest first. */
  readonly recorded: readonly RecordedComparison[];
}

/**
 * The report with a newer comparison, whose workloads take the place of older ones of their names. A workload that it had no time for at all stays as it was.
 * Contenders are not mixed: those of a table ran side by side.
 */
export function withNewerComparison(report: ComparisonReport, newer: RecordedComparison): ComparisonReport {
  const before = new Set(report.recorded.flatMap(({ result }) => namesOf(result)));
  const ran = newer.result.workloads.filter((one) => hasRun(one) || !before.has(one.workload));
  const names = new Set(ran.map(({ workload }) => workload));
  const older = report.recorded.map((one) =>
    having(
      one,
      one.result.workloads.filter(({ workload }) => !names.has(workload)),
    ),
  );
  return { recorded: [...older, having(newer, ran)].filter(({ result }) => result.workloads.length > 0) };
}

/** Reads a stored report; one without comparisons where there is none yet. @throws BenchmarkError `UNREADABLE_RESULT`. */
export function readComparisonReport(path: string): ComparisonReport {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { recorded: [] };
    throw error;
  }
  const stored = parsed(text, path) as Partial<ComparisonReport & ComparisonResult> | null;
  if (Array.isArray(stored?.recorded)) return { recorded: stored.recorded };
  // Stored before a page could be of several runs, at first without a length for each workload.
  if (stored?.workloads === undefined || stored.measureMs === undefined) throw unreadable(path, undefined);
  const result = stored as ComparisonResult;
  const { measureMs } = result;
  return {
    recorded: [
      having(
        { result },
        result.workloads.map((one) => ({ ...one, measureMs: one.measureMs ?? measureMs })),
      ),
    ],
  };
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): BenchmarkError {
  return new BenchmarkError('UNREADABLE_RESULT', {
    message: `Expected stored comparisons in ${path}.`,
    hint: 'Restore the file from version control, or delete it and measure again.',
    cause,
  });
}

function namesOf({ workloads }: ComparisonResult): readonly string[] {
  return workloads.map(({ workload }) => workload);
}

function hasRun({ cells }: WorkloadComparison): boolean {
  return cells.some(({ outcome }) => outcome !== 'left-out');
}

function having(recorded: RecordedComparison, workloads: readonly WorkloadComparison[]): RecordedComparison {
  return { ...recorded, result: { ...recorded.result, workloads } };
}
