import { invalidOptions } from '../options.ts';
import type { ValidationIssue } from '@tradewind/core-types';
import { SEVERITIES, type Severity } from '../rules/alert-rule.ts';
import type { AlertRecord } from './alert-record.ts';

/** Hours and days in which something holds. UTC. */
export interface Hours {
  /** From this hour, 0 to 23. */
  readonly from: number;
  /** Up to this hour and not in it, 1 to 24; less than `from`: over midnight. */
  readonly to: number;
  /** Days of the week, 0 for Sunday. Default: all. */
  readonly days?: readonly number[] | undefined;
}

/** One step: who is told when. */
export interface EscalationStep {
  /** After it has fired, or an acknowledgement has run out, for so long. Milliseconds. */
  readonly afterMs: number;
  /** Names of channels. */
  readonly channels: readonly string[];
  /** Only then; what is due at another time waits for it, and is told if it still fires. Default: always. */
  readonly during?: Hours | undefined;
}

/** Who is told of what, and who next when nobody acknowledges it. A severity without steps is not told. */
export type EscalationPolicy = Readonly<Partial<Record<Severity, readonly EscalationStep[]>>>;

/** The policy where none is given: everybody is told of critical alerts and warnings at once, and again of critical ones after 15 minutes. */
export function defaultPolicy(channels: readonly string[]): EscalationPolicy {
  return {
    critical: [
      { afterMs: 0, channels },
      { afterMs: 15 * 60_000, channels },
    ],
    warning: [{ afterMs: 0, channels }],
  };
}

/** @throws ValidationError `INVALID_OPTIONS` for channels that nobody has, and steps out of order. */
export function checkPolicy(policy: EscalationPolicy, channels: ReadonlySet<string>): void {
  const issues: ValidationIssue[] = [];
  for (const severity of SEVERITIES) {
    let beforeMs = 0;
    for (const [index, { afterMs, channels: named }] of (policy[severity] ?? []).entries()) {
      const path = `escalation.${severity}[${index}]`;
      if (!(afterMs >= beforeMs)) {
        issues.push({ path: `${path}.afterMs`, expected: `at least ${beforeMs}`, received: String(afterMs) });
      }
      beforeMs = afterMs;
      for (const name of named) {
        if (channels.has(name)) continue;
        issues.push({ path: `${path}.channels`, expected: [...channels].join(', '), received: name });
      }
    }
  }
  if (issues.length > 0) throw invalidOptions(issues);
}

/** Takes the steps of an alert that are due now, and notes them as taken. Those out of their hours wait for them; what is acknowledged takes none. */
export function takeSteps(record: AlertRecord, policy: EscalationPolicy, nowMs: number): readonly EscalationStep[] {
  if (record.state === 'acknowledged') return [];
  const steps = policy[record.severity] ?? [];
  const nextMs = steps[record.escalations]?.afterMs ?? 0;
  const sinceMs = record.escalateNow === true ? nextMs : nowMs - record.escalatesFromMs;
  const due = [...(record.waitingSteps ?? [])];
  const dueCount = dueSteps(steps, record.escalations, sinceMs).length;
  for (let at = 0; at < dueCount; at += 1) due.push(record.escalations + at);
  record.escalations += dueCount;
  record.escalateNow = undefined;
  record.waitingSteps = undefined;
  const taken: EscalationStep[] = [];
  for (const at of due) {
    const step = steps[at];
    // After a restart with another policy there may be none.
    if (step === undefined) continue;
    if (holdsAt(step, nowMs)) taken.push(step);
    else record.waitingSteps = [...(record.waitingSteps ?? []), at];
  }
  return taken;
}

/** Has an alert take its steps from the first one again. */
export function beginAnew(record: AlertRecord, nowMs: number): void {
  record.escalations = 0;
  record.escalatesFromMs = nowMs;
  record.waitingSteps = undefined;
}

/** The steps that are due, after those that were taken. */
function dueSteps(steps: readonly EscalationStep[], taken: number, sinceMs: number): readonly EscalationStep[] {
  const due: EscalationStep[] = [];
  for (const step of steps.slice(taken)) {
    if (step.afterMs > sinceMs) break;
    due.push(step);
  }
  return due;
}

/** Whether a step holds at a time. */
function holdsAt({ during }: EscalationStep, nowMs: number): boolean {
  if (during === undefined) return true;
  const date = new Date(nowMs);
  const hour = date.getUTCHours();
  const isInHours =
    during.from < during.to ? hour >= during.from && hour < during.to : hour >= during.from || hour < during.to;
  return isInHours && (during.days === undefined || during.days.includes(date.getUTCDay()));
}
