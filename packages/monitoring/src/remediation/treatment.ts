import type { ResolvedRule } from './remediation-rule.ts';

/** Why a rule may not treat a component now. */
export type Restraint = 'cooling-down' | 'over-budget' | 'circuit-open';

/** A run that has begun: what it was for. */
export interface OpenRun {
  readonly atMs: number;
  readonly reason: string;
  readonly target: string;
}

/** The record of one rule on one component, as it is kept over a restart. */
export interface TreatmentState {
  readonly rule: string;
  readonly component: string;
  /** When it ran, within the time of its budget. */
  readonly ranAtMs: readonly number[];
  /** Runs in a row that did not heal. */
  readonly failures: number;
  /** Until when its circuit is open; in the past, or 0: it is closed. */
  readonly openUntilMs: number;
  /** What the audit trail was told last. */
  readonly restraint?: Restraint | undefined;
  /** The run that was under way. */
  readonly open?: OpenRun | undefined;
}

/**
 * The record of one rule on one component: when it ran, and whether it helped.
 *
 * After three runs in a row that did not heal, the circuit opens for ten cooldowns, at least ten minutes; then one more run decides whether
 * it closes.
 */
export class Treatment {
  readonly #rule: ResolvedRule;
  readonly #component: string;
  readonly #ranAtMs: number[] = [];
  #failures = 0;
  #openUntilMs = 0;
  #restraint: Restraint | undefined;
  #run: OpenRun | undefined;

  constructor(rule: ResolvedRule, component: string) {
    this.#rule = rule;
    this.#component = component;
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

  /** It is its turn, whether or not the remedy is then run. */
  ran(atMs: number): void {
    this.#ranAtMs.push(atMs);
  }

  /** The remedy is run now. */
  began(run: OpenRun): void {
    this.#run = run;
  }

  ended(healed: boolean, nowMs: number): void {
    this.#run = undefined;
    this.#failures = healed ? 0 : this.#failures + 1;
    if (this.#failures < MAX_FAILURES) return;
    this.#openUntilMs = nowMs + this.#restMs;
  }

  isOpen(nowMs: number): boolean {
    return nowMs < this.#openUntilMs;
  }

  /** What must not be forgotten; undefined where there is nothing. */
  state(nowMs: number): TreatmentState | undefined {
    const { budgetMs, cooldownMs, name } = this.#rule;
    const ranAtMs = this.#ranAtMs.filter((atMs) => atMs > nowMs - Math.max(budgetMs, cooldownMs));
    if (ranAtMs.length === 0 && this.#failures === 0 && !this.isOpen(nowMs) && this.#run === undefined)
      return undefined;
    return {
      rule: name,
      component: this.#component,
      ranAtMs,
      failures: this.#failures,
      openUntilMs: this.#openUntilMs,
      restraint: this.#restraint,
      open: this.#run,
    };
  }

  /**
   * Goes on from before a restart. Times that are later than now, because the clock was ahead, count as now: nobody rests for longer than the rule says.
   *
   * @returns The run that was under way; it counts as one that did not heal, because it may be what ended the process.
   */
  restore({ ranAtMs, failures, openUntilMs, restraint, open }: TreatmentState, nowMs: number): OpenRun | undefined {
    this.#ranAtMs.push(...ranAtMs.map((atMs) => Math.min(atMs, nowMs)));
    this.#failures = failures;
    this.#openUntilMs = Math.min(openUntilMs, nowMs + this.#restMs);
    this.#restraint = restraint;
    if (open !== undefined) this.ended(false, nowMs);
    return open;
  }

  /** How long an open circuit rests, in milliseconds. */
  get #restMs(): number {
    return Math.max(LEAST_OPEN_MS, this.#rule.cooldownMs * 10);
  }
}

const MAX_FAILURES = 3;
const LEAST_OPEN_MS = 600_000;
