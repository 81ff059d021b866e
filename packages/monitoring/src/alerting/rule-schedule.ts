import type { AlertRule } from '../rules/alert-rule.ts';
import { seriesOf } from '../rules/expressions/walk.ts';

/**
 * When a rule is to be evaluated. One that reads an hour does not change within a second: it is evaluated every hundredth of the longest stretch that it
 * reads, at most every minute. So the rules about minutes and days cost together about as much as those about the present.
 */
export class RuleSchedule {
  readonly #everyMs: number;
  readonly #share: number;
  #dueAtMs = -Infinity;

  /** @param index Its place among all rules: those of one rhythm are spread over it. */
  constructor({ expression }: AlertRule, index: number) {
    const longestMs = Math.max(0, ...seriesOf(expression).map(({ rangeMs }) => rangeMs));
    this.#everyMs = longestMs <= SHORT_MS ? 0 : Math.min(longestMs / PARTS, SLOWEST_MS);
    this.#share = (index % PLACES) / PLACES;
  }

  /** Whether it is due; then it counts as done. */
  take(nowMs: number): boolean {
    if (nowMs < this.#dueAtMs) return false;
    const spreadMs = this.#dueAtMs === -Infinity ? this.#everyMs * this.#share : 0;
    this.#dueAtMs = nowMs + this.#everyMs + spreadMs;
    return true;
  }
}

const PARTS = 100;
const PLACES = 8;
const SHORT_MS = 120_000;
const SLOWEST_MS = 60_000;
