import type { Alert } from '../../alerting/alert.ts';
import type { AuditEntry } from '../../alerting/audit-entry.ts';
import type { Silence, SilenceRequest } from '../../alerting/silences.ts';
import type { Runbook, Severity } from '../../rules/alert-rule.ts';

/** An alert, and whether it may be acted on. `undefined` fields of {@link Alert} are left out in JSON. */
export type AlertRow = Alert;

/** `GET /api/alerts`, and the event `alerts` of the stream. */
export interface AlertsAnswer {
  /** Firing first, then acknowledged, pending, resolved; within these by severity and time. Of those that are over the last 100. */
  readonly alerts: readonly AlertRow[];
  readonly silences: readonly Silence[];
  /** Newest first; the last 100. */
  readonly audit: readonly AuditEntry[];
  /** How many rules are evaluated, and how many keep quiet because their source is not installed. */
  readonly rules: number;
  readonly quietRules: number;
}

/** `GET /api/runbooks/NAME`: what to do about the alerts of a rule. */
export interface RunbookAnswer extends Omit<Runbook, 'remediation'> {
  /** What the standard rules of the remediation do about it, where they do something. */
  readonly remedy?: string | undefined;
  readonly rule: string;
  readonly group: string;
  readonly severity: Severity;
  readonly summary: string;
  /** As PromQL. */
  readonly expression: string;
  readonly inhibitedBy: readonly string[];
}

/** A moment at which a series went over to another level. */
interface ChangeRow {
  readonly atMs: number;
  readonly before: number;
  readonly after: number;
}

/** What was usual at this hour of this weekday, and how far the series is away from it now. */
interface UsualRow {
  readonly median: number;
  /** The median absolute deviation, scaled to a standard deviation. */
  readonly deviation: number;
  readonly weeks: number;
  /** In deviations, at most 1,000 either way. */
  readonly awayBy: number;
}

/** One series that the rule of an alert reads. */
export interface ExplainingSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `perSecond`: the growth of a counter. */
  readonly kind: 'value' | 'perSecond';
  /** The times, then the values. */
  readonly data: readonly [readonly number[], readonly (number | null)[]];
  readonly changes: readonly ChangeRow[];
  /** Not there while fewer than three of the last four weeks are kept. */
  readonly usual?: UsualRow | undefined;
}

/** `GET /api/alerts/explanation?id=`: what the series of its rule did from half an hour before until now; at most 8 of them. */
export interface ExplanationAnswer {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly series: readonly ExplainingSeries[];
}

/** `POST /api/alerts/acknowledge` */
export interface AcknowledgeBody {
  readonly id: string;
  readonly note?: string | undefined;
  readonly forMs?: number | undefined;
  readonly by?: string | undefined;
}

/** `POST /api/alerts/escalate` */
export interface EscalateBody {
  readonly id: string;
  readonly by?: string | undefined;
}

/** `{ ok: true, alert }` */
export interface AlertChanged {
  readonly ok: true;
  readonly alert: AlertRow;
}

/** `POST /api/silences` */
export interface SilenceBody extends Omit<SilenceRequest, 'by'> {
  readonly by?: string | undefined;
}

/** `{ ok: true, silence }` */
export interface SilenceMade {
  readonly ok: true;
  readonly silence: Silence;
}

/** `POST /api/silences/expire` */
export interface ExpireSilenceBody {
  readonly id: string;
  readonly by?: string | undefined;
}
