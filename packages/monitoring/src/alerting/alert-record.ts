import { createHash } from 'node:crypto';
import type { MetricLabels } from '@tradewind/core-types';
import type { AlertRule } from '../rules/alert-rule.ts';
import { signature } from '../rules/evaluation/sample.ts';
import type { Acknowledgement, Alert, AlertState } from './alert.ts';
import type { TrackedAlert } from './rule-tracker.ts';

/** When an alert was there the time before, and how far it was escalated. */
type FormerLife = Pick<AlertRecord, 'activeAtMs' | 'firedAtMs' | 'resolvedAtMs' | 'escalations'>;

/** What is kept of an alert; JSON-safe but for undefined. */
export interface AlertRecord {
  readonly id: string;
  readonly rule: string;
  readonly severity: AlertRule['severity'];
  readonly labels: MetricLabels;
  state: AlertState;
  summary: string;
  value: number;
  activeAtMs: number;
  firedAtMs?: number | undefined;
  resolvedAtMs?: number | undefined;
  /** While it is pending again: the life that it goes back to when nothing comes of it. */
  former?: FormerLife | undefined;
  acknowledgement?: Acknowledgement | undefined;
  silencedBy?: string | undefined;
  inhibitedBy?: string | undefined;
  /** When it began to fire, the last times. */
  firings: number[];
  /** Since when its rule does not hold, while its end is held back. */
  quietSinceMs?: number | undefined;
  /** From when the steps of its escalation count. */
  escalatesFromMs: number;
  /** How many steps have become due. */
  escalations: number;
  /** Which of these were due out of their hours, by their place in the policy: they wait for them. */
  waitingSteps?: readonly number[] | undefined;
  /** Somebody wants the next step now. */
  escalateNow?: boolean | undefined;
}

/** 16 hexadecimal digits of the labels. */
function idOf(labels: MetricLabels): string {
  return createHash('sha256').update(signature(labels)).digest('hex').slice(0, 16);
}

export function recordOf(tracked: TrackedAlert, rule: AlertRule): AlertRecord {
  return {
    id: idOf(tracked.labels),
    rule: rule.name,
    severity: rule.severity,
    labels: tracked.labels,
    state: 'pending',
    summary: tracked.summary,
    value: tracked.value,
    activeAtMs: tracked.activeAtMs,
    firings: [],
    escalatesFromMs: tracked.activeAtMs,
    escalations: 0,
  };
}

export function isOpen({ state }: Pick<AlertRecord, 'state'>): boolean {
  return state === 'firing' || state === 'acknowledged';
}

/** A record as others see it. */
export function viewOf(record: AlertRecord, runbookBase?: string): Alert {
  const {
    firings: _firings,
    former: _former,
    quietSinceMs,
    escalatesFromMs: _from,
    escalateNow: _now,
    waitingSteps: _waiting,
    ...shown
  } = record;
  return {
    ...shown,
    firedAtMs: record.firedAtMs,
    resolvedAtMs: record.resolvedAtMs,
    acknowledgement: record.acknowledgement,
    silencedBy: record.silencedBy,
    inhibitedBy: record.inhibitedBy,
    isFlapping: quietSinceMs !== undefined,
    runbook: runbookOf(record.rule, runbookBase),
  };
}

/** `TradewindBusDown` as `docs/runbooks/tradewind-bus-down.md`, or below another base. */
export function runbookOf(rule: string, base = 'docs/runbooks/'): string {
  return `${base}${base.endsWith('/') ? '' : '/'}${rule.replaceAll(/(?<!^)(?=[A-Z])/gu, '-').toLowerCase()}.md`;
}
