import type { Expression } from './expressions/expression.ts';

/** How urgent: `critical` wakes somebody, `warning` is looked at today, `info` is told and not sent on. */
export type Severity = 'critical' | 'warning' | 'info';

/** All of them, the most urgent first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

/** What a page of the runbooks says about a rule. Sentences. */
export interface Runbook {
  /** What is the case when it fires, and what follows from it. */
  readonly means: string;
  /** What to look at, in this order. */
  readonly look: readonly string[];
  /** What to do by hand, in this order. */
  readonly act: readonly string[];
  /** Names of the remediation rules that treat it where they are given and enabled, in the table of `STANDARD_RULES`; undefined where none does. */
  readonly remediation?: readonly string[] | undefined;
}

/**
 * One rule: the single source of its evaluation in the process, its line in the Prometheus rule file, its unit tests and its runbook page.
 */
export interface AlertRule {
  /** Unique, in PascalCase: `TradewindLaneFull`. Released names keep their meaning. */
  readonly name: string;
  /** Rules of one group stand together. */
  readonly group: string;
  readonly severity: Severity;
  /** Every series that it has is a reason for an alert, with the labels of the series. */
  readonly expression: Expression;
  /** How long a series has to be there before its alert fires, in milliseconds. 0: at once. */
  readonly forMs: number;
  /** How long an alert keeps firing after its series is gone, in milliseconds: damps flapping. 0: it ends at once. */
  readonly keepFiringMs: number;
  /** One line, with `{{ $labels.name }}` and `{{ $value }}`, which may be followed by `| humanize`, `| humanizePercentage` or `| humanizeDuration`. */
  readonly summary: string;
  /** Rules whose alerts explain this one: while one of theirs fires for the same bus, lane, part or venue, this one is not sent. */
  readonly inhibitedBy: readonly string[];
  /**
   * `prometheus`: it reads what only a Prometheus knows, as whether a process answers at all, and the engine in the process leaves it out. Default: both
   * evaluate it.
   */
  readonly only?: 'prometheus' | undefined;
  readonly runbook: Runbook;
}

/** A rule as it is written in the table: what most rules have in common is left out. */
export interface RuleDraft extends Omit<AlertRule, 'group' | 'forMs' | 'keepFiringMs' | 'inhibitedBy'> {
  readonly forMs?: number | undefined;
  readonly keepFiringMs?: number | undefined;
  readonly inhibitedBy?: readonly string[] | undefined;
}

/** Makes rules of drafts: 0 for both times, nothing that inhibits them but a bus that is down. */
export function group(name: string, drafts: readonly RuleDraft[]): readonly AlertRule[] {
  return drafts.map(({ forMs = 0, keepFiringMs = 0, inhibitedBy = [], ...draft }) => ({
    ...draft,
    group: name,
    forMs,
    keepFiringMs,
    inhibitedBy: [...(name === 'availability' ? [] : ['TradewindBusDown']), ...inhibitedBy],
  }));
}

/** The remediation of a lane that is full, which LOW itself does not have. */
export const SHED_LOW: readonly string[] = ['shed-low-for-critical', 'shed-low-for-high', 'shed-low-for-normal'];
