import type { MetricLabels } from '@tradewind/core-types';
import type { AlertRule } from '../rules/alert-rule.ts';
import { signature, type Sample } from '../rules/evaluation/sample.ts';
import { seriesOf } from '../rules/expressions/walk.ts';
import { rendered } from './template.ts';

/** One series for which a rule holds. */
export interface TrackedAlert {
  /** Of the series and of the rule: `alertname` and `severity`. */
  readonly labels: MetricLabels;
  /** The text of the rule with its holes filled. */
  summary: string;
  value: number;
  /** Since when the rule holds; of what was pending over a restart later by the time in which nobody looked. */
  activeAtMs: number;
  /** Since when it has held long enough; undefined: pending. */
  firedAtMs: number | undefined;
  /** Since when the rule does not hold any more, or nobody has looked, while the alert is kept. */
  missingSinceMs: number | undefined;
}

/** A tracked alert as it is kept over a restart. */
export type TrackedState = Readonly<TrackedAlert>;

/**
 * Follows the series of one rule from evaluation to evaluation: which are pending, which fire. The rules are those of Prometheus: a series fires when
 * it has been there for `for`, and ends when it has been away for `keep_firing_for`.
 */
export class RuleTracker {
  readonly rule: AlertRule;
  /** Until when what was there before a restart is kept, seen or not. */
  #graceEndsMs = -Infinity;
  readonly #alerts = new Map<string, TrackedAlert>();

  constructor(rule: AlertRule) {
    this.rule = rule;
  }

  get alerts(): Iterable<TrackedAlert> {
    return this.#alerts.values();
  }

  /** Takes what an evaluation has found. */
  update(samples: readonly Sample[], nowMs: number): void {
    const seen = new Set<string>();
    for (const sample of samples) seen.add(this.#found(sample, nowMs));
    for (const [key, alert] of this.#alerts) {
      // Nothing begins to fire that was not seen.
      if (seen.has(key)) alert.firedAtMs ??= nowMs - alert.activeAtMs >= this.rule.forMs ? nowMs : undefined;
      else if (!this.#isKept(alert, nowMs)) this.#alerts.delete(key);
    }
  }

  /**
   * Goes on with what was there before a restart. It does not end before its rule has had time to see again what it reads. Of what was pending the time
   * from `savedAtMs` until it is seen again does not count towards `for`: nobody knows what it did.
   */
  restore(alerts: Iterable<TrackedState>, savedAtMs: number, nowMs: number): void {
    this.#graceEndsMs = nowMs + graceOf(this.rule);
    for (const alert of alerts) {
      const missingSinceMs = alert.firedAtMs === undefined ? (alert.missingSinceMs ?? savedAtMs) : alert.missingSinceMs;
      this.#alerts.set(signature(alert.labels), { ...alert, missingSinceMs });
    }
  }

  #found({ labels, value }: Sample, nowMs: number): string {
    const { name, severity, summary } = this.rule;
    const all = { ...labels, alertname: name, severity };
    const key = signature(all);
    const text = rendered(summary, labels, value);
    const known = this.#alerts.get(key);
    if (known === undefined) {
      const times = { activeAtMs: nowMs, firedAtMs: undefined, missingSinceMs: undefined };
      this.#alerts.set(key, { labels: all, summary: text, value, ...times });
    } else {
      const awayMs = known.missingSinceMs === undefined ? 0 : Math.max(0, nowMs - known.missingSinceMs);
      if (known.firedAtMs === undefined) known.activeAtMs += awayMs;
      known.summary = text;
      known.value = value;
      known.missingSinceMs = undefined;
    }
    return key;
  }

  #isKept(alert: TrackedAlert, nowMs: number): boolean {
    if (nowMs < this.#graceEndsMs) return true;
    if (alert.firedAtMs === undefined || this.rule.keepFiringMs === 0) return false;
    alert.missingSinceMs ??= nowMs;
    return nowMs - alert.missingSinceMs < this.rule.keepFiringMs;
  }
}

/** As long as the longest stretch that the rule reads, at least ten seconds and at most ten minutes. */
function graceOf({ expression }: AlertRule): number {
  const longestMs = Math.max(0, ...seriesOf(expression).map(({ rangeMs }) => rangeMs));
  return Math.min(Math.max(longestMs, 10_000), 600_000);
}
