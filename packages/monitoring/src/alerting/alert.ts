import type { MetricLabels } from '@tradewind/core-types';
import type { Severity } from '../rules/alert-rule.ts';

/** `pending`: not long enough yet. `firing`: somebody should look. `acknowledged`: somebody does. `resolved`: over. */
export type AlertState = 'pending' | 'firing' | 'acknowledged' | 'resolved';

/** Who looks after an alert, and until when that counts. */
export interface Acknowledgement {
  readonly by: string;
  readonly note: string;
  readonly atMs: number;
  /** After this it fires again, and escalates again. */
  readonly untilMs: number;
}

/** One alert as an operator sees it. Times are in milliseconds since the epoch. */
export interface Alert {
  /** The same for the same labels, over restarts: 16 hexadecimal digits. */
  readonly id: string;
  /** The name of its rule. */
  readonly rule: string;
  readonly severity: Severity;
  readonly state: AlertState;
  /** Of the series, with `alertname` and `severity`. */
  readonly labels: MetricLabels;
  /** One line for people. */
  readonly summary: string;
  /** What the expression of the rule had last. */
  readonly value: number;
  /** Since when its rule holds. */
  readonly activeAtMs: number;
  readonly firedAtMs: number | undefined;
  readonly resolvedAtMs: number | undefined;
  readonly acknowledgement: Acknowledgement | undefined;
  /** The id of the silence that keeps it from being told. */
  readonly silencedBy: string | undefined;
  /** The rule whose alert explains this one, so that it is not told. */
  readonly inhibitedBy: string | undefined;
  /** It came and went so often that its end is held back. */
  readonly isFlapping: boolean;
  /** How many steps of its escalation were taken. */
  readonly escalations: number;
  /** Where its runbook is: `tradewind-bus-down.md` below `runbookBase` of the alerting. */
  readonly runbook: string;
}
