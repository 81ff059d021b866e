import type { ResolvedRule } from './remediation-rule.ts';
import { RunTimes } from './run-times.ts';

/**
 * Why a rule may not treat a component now. `waiting`: for its turn. `held-up`: for longer than a turn takes.
 */
export type Restraint = 'cooling-down' | 'over-budget' | 'circuit-open' | 'waiting' | 'held-up';

/** A run that has begun: what it was for. */
export interface OpenRun {
  readonly atMs: number;
  readonly reason: string;
  readonly target: string;
}

/** A rule that rests on a component because three runs in a row did not heal it. Immutable. */
export interface OpenCircuit {
  readonly rule: string;
  readonly component: string;
  /** Until then it is not run; then one more run decides. */
  readonly openUntilMs: number;
}

/** The record of one rule on one component, as it is kept over a restart. */
export interface TreatmentState {
  readonly rule: string;
  readonly component: string;
  /** When it ran, within the time of its budget. */
  readonly ranAtMs: readonly number[];
  /** When it was its turn and it was only written down, within the same time. */
  readonly writtenAtMs?: readonly number[] | undefined;
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
 * it closes. What was only written down, by a dry run or for want of a remedy, is paced as runs are, by a count of its own: it uses up nothing.
 */
export class Treatment {
  readonly #rule: ResolvedRule;
  readonly #component: string;
  readonly #ran: RunTimes;
  readonly #written: RunTimes;
  #failures = 0;
  #openUntilMs = 0;
  #restraint: Restraint | undefined;
  #run: OpenRun | undefined;

  constructor(rule: ResolvedRule, component: string) {
    this.#rule = rule;
    this.#component = component;
    this.#ran = new RunTimes(rule);
    this.#written = new RunTimes(rule);
  }

  /** Undefined when it may run. */
  restraint(nowMs: number): Restraint | undefined {
    return nowMs < this.#openUntilMs ? 'circuit-open' : this.#ran.restraint(nowMs);
  }

  /** Whether this restraint is another one than when it was last asked: an audit trail tells of a change, not of each second. */
  isNews(restraint: Restraint | undefined): boolean {
    const isNews = restraint !== this.#restraint;
    this.#restraint = restraint;
    return isNews;
  }

  /** Whether it is time to write down again what would be done. */
  mayWrite(nowMs: number): boolean {
    return this.#written.restraint(nowMs) === undefined;
  }

  /** It was its turn, and nothing was run. */
  wrote(atMs: number): void {
    this.#written.add(atMs);
  }

  /** What would be done is written down anew: whether remedies are run has changed. */
  forgetWritten(): void {
    this.#written.clear();
  }

  /** The remedy is run now. */
  began(run: OpenRun): void {
    this.#ran.add(run.atMs);
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

  /** The circuit, where it is open. */
  circuit(nowMs: number): OpenCircuit | undefined {
    if (!this.isOpen(nowMs)) return undefined;
    return { rule: this.#rule.name, component: this.#component, openUntilMs: this.#openUntilMs };
  }

  /** Begins anew: the cause is gone. The three runs that opened the circuit have most often used up the budget too. */
  reset(): void {
    this.#ran.clear();
    this.#failures = 0;
    this.#openUntilMs = 0;
  }

  /** What must not be forgotten; undefined where there is nothing. */
  state(nowMs: number): TreatmentState | undefined {
    const ranAtMs = this.#ran.kept(nowMs);
    const writtenAtMs = this.#written.kept(nowMs);
    const isEmpty = ranAtMs.length === 0 && writtenAtMs.length === 0 && this.#failures === 0;
    if (isEmpty && !this.isOpen(nowMs) && this.#run === undefined) return undefined;
    return {
      rule: this.#rule.name,
      component: this.#component,
      ranAtMs,
      writtenAtMs,
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
  restore(kept: TreatmentState, nowMs: number): OpenRun | undefined {
    const { ranAtMs, writtenAtMs = [], failures, openUntilMs, restraint, open } = kept;
    this.#ran.restore(ranAtMs, nowMs);
    this.#written.restore(writtenAtMs, nowMs);
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
