import type { LearningSummary } from '../learning/learned-desk.ts';
import type { RejectedLine } from '../replay/recording-cursor.ts';
import type { Accounts } from './accounts.ts';
import type { BusinessSummary } from './business-summary.ts';
import type { PerformanceSummary } from './performance.ts';

/** The whole report: what `--json` prints, described by `schema/demo-report.schema.json`. */
export interface DemoReport {
  readonly schemaVersion: 1;
  /** Whether the market was stopped before its end. */
  readonly interrupted: boolean;
  readonly business: BusinessSummary;
  readonly performance: PerformanceSummary;
  /** What learned routing found out; null with `--static`. */
  readonly learning: LearningSummary | null;
  readonly accounts: Accounts;
  /** The first lines that were rejected, with the reason; empty for simulated venues. */
  readonly rejections: readonly RejectedLine[];
  readonly exitCode: 0 | 1;
}

/** What a report is put together from; its exit code follows from the accounts. */
export type ReportParts = Omit<DemoReport, 'schemaVersion' | 'exitCode'>;

export function demoReport(parts: ReportParts): DemoReport {
  return { schemaVersion: 1, ...parts, exitCode: parts.accounts.problems.length === 0 ? 0 : 1 };
}
