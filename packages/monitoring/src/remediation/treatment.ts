import type { ResolvedRule } from './remediation-rule.ts';

/** Why a rule may not treat a component now. */
export type Restraint = 'cooling-down' | 'over-budget' | 'circuit-open';

/**
 * The record of one rule on one component: when it ran, and whether it helped.
 *
 * After three runs in a row that did not heal, the circuit opens for ten cooldowns, at least ten minutes; then one more run decides whether
 * it closes.
 */
export class Treatment {
  readonly #rule: ResolvedRule;
  readonly #ranAtMs: number[] = [];
  #failures = 0;
  #openUntilMs = -Infinity;
  #restraint: Restraint | undefined;

  constructor(rule: ResolvedRule) {
    this.#rule = rule;
  }

  /** Undefined when it may run. */
  restraint(nowMs: number): Restraint | undefined {
    if (nowMs < this.#openUntilMs) return 'circuit-open';
    const { cooldownMs, budget, budgetMs } = this.#rule;
    while ((this.#ranAtMs[0] ?? Infinity) <= nowMs - budgetMs) this.#ranAtMs.shift();
    if (nowMs < (this.#ranAtMs.at(-1) ?? -Infinity) + cooldownMs) return 'cooling-down';
    return this.#ranAtMs.length >= budget ? 'over-budget' : undefined;
  }

  /** Whether this restraint is another one than when it was last asked: an audit trail tells of a change, not of each second. */
  isNews(restraint: Restraint | undefined): boolean {
    const isNews = restraint !== this.#restraint;
    this.#restraint = restraint;
    return isNews;
  }

  ran(atMs: number): void {
    this.#ranAtMs.push(atMs);
  }

  ended(healed: boolean, nowMs: number): void {
    this.#failures = healed ? 0 : this.#failures + 1;
    if (this.#failures < MAX_FAILURES) return;
    this.#openUntilMs = nowMs + Math.max(LEAST_OPEN_MS, this.#rule.cooldownMs * 10);
  }

  isOpen(nowMs: number): boolean {
    return nowMs < this.#openUntilMs;
  }
}

const MAX_FAILURES = 3;
const LEAST_OPEN_MS = 600_000;
