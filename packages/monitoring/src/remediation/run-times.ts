import type { ResolvedRule } from './remediation-rule.ts';

/** When something was done, and whether it may be done again: so many times within the time of a budget, with a rest after each. */
export class RunTimes {
  readonly #rule: Pick<ResolvedRule, 'budget' | 'budgetMs' | 'cooldownMs'>;
  #atMs: number[] = [];

  constructor(rule: Pick<ResolvedRule, 'budget' | 'budgetMs' | 'cooldownMs'>) {
    this.#rule = rule;
  }

  /** Undefined when it may be done. */
  restraint(nowMs: number): 'cooling-down' | 'over-budget' | undefined {
    const { cooldownMs, budget, budgetMs } = this.#rule;
    while ((this.#atMs[0] ?? Infinity) <= nowMs - Math.max(budgetMs, cooldownMs)) this.#atMs.shift();
    if (nowMs < (this.#atMs.at(-1) ?? -Infinity) + cooldownMs) return 'cooling-down';
    const within = this.#atMs.filter((atMs) => atMs > nowMs - budgetMs).length;
    return within >= budget ? 'over-budget' : undefined;
  }

  add(atMs: number): void {
    this.#atMs.push(atMs);
  }

  clear(): void {
    this.#atMs = [];
  }

  /** What still counts, oldest first. */
  kept(nowMs: number): readonly number[] {
    const { budgetMs, cooldownMs } = this.#rule;
    return this.#atMs.filter((atMs) => atMs > nowMs - Math.max(budgetMs, cooldownMs));
  }

  /** Goes on from before a restart. Times that are later than now, because the clock was ahead, count as now. */
  restore(atMs: readonly number[], nowMs: number): void {
    this.#atMs = atMs.map((each) => Math.min(each, nowMs));
  }
}
