import type { AlertRule } from './alert-rule.ts';
import { withTimes } from './expressions/transform.ts';

/** How much shorter the times of a rule become. */
export interface HastenOptions {
  /** All times are divided by it: 60 makes minutes of seconds. Above 0. */
  readonly by: number;
  /** The least that a stretch of a series may have, in milliseconds: two scrapes at least have to lie in it. Default 3,000. */
  readonly leastRangeMs?: number | undefined;
}

/**
 * A rule that decides on shorter stretches, fires sooner and ends sooner: for drills, demonstrations and tests, in which nobody waits for minutes.
 *
 * Thresholds stay as they are, those in seconds too. What it finds is noisier than what the rule itself finds: no operator should be paged by it.
 */
export function hasten(rule: AlertRule, { by, leastRangeMs = 3_000 }: HastenOptions): AlertRule {
  const shorter = (ms: number): number => Math.round(ms / by);
  return {
    ...rule,
    expression: withTimes(rule.expression, {
      rangeMs: (rangeMs) => Math.max(leastRangeMs, shorter(rangeMs)),
      distanceMs: (distanceMs) => Math.max(1, shorter(distanceMs)),
    }),
    forMs: shorter(rule.forMs),
    keepFiringMs: shorter(rule.keepFiringMs),
  };
}
