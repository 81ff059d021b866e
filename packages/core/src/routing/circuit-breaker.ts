import type { EventLogger } from '../platform/event-logger.ts';

/** Why a part was cut off: it threw, gave an answer of no valid form, or was slower than its budget. */
export type FaultCause = 'threw' | 'invalid' | 'slow';

/** What a breaker guards, and how long it keeps a failing part away. */
export interface CircuitBreakerOptions {
  /** What is guarded; chooses the log events: `plugin.circuit-opened` or `scheduler.circuit-opened`. */
  readonly kind: 'plugin' | 'scheduler';
  readonly name: string;
  readonly logger: EventLogger;
  /** How long it stays open the first time, in milliseconds. Default 1,000. */
  readonly initialDelayMs?: number | undefined;
  /** The longest it stays open, in milliseconds. Each opening within this time of the last closing doubles the delay. Default 60,000. */
  readonly maxDelayMs?: number | undefined;
  /** How many calls in a row must go well on trial before it closes. Default 16. */
  readonly trialCalls?: number | undefined;
}

/**
 * Cuts a failing part off and tries it again later.
 *
 * Closed: calls pass. One fault opens it: nothing passes until its delay is over. Then it is on trial: calls pass again, a fault opens
 * it with twice the delay, and enough good calls in a row close it. One log line for opening, one for closing; re-opening after a
 * failed trial is logged at the level `debug`, so that a part that stays broken does not fill the log.
 *
 * Workload: asked before every call of a plugin, so that the closed state costs one comparison and no clock.
 * Source: M. Nygard, "Release It!", chapter "Stability Patterns" (Circuit Breaker).
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  readonly #initialDelayMs: number;
  readonly #maxDelayMs: number;
  readonly #trialCalls: number;
  #state: 'closed' | 'open' | 'trial' = 'closed';
  #retryAtMs = 0;
  #delayMs = 0;
  #trialsLeft = 0;
  #closedAtMs = -Infinity;
  #sinceMs = 0;
  #opened = 0;
  #cause: FaultCause | 'disabled' | undefined;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
    this.#initialDelayMs = options.initialDelayMs ?? 1_000;
    this.#maxDelayMs = options.maxDelayMs ?? 60_000;
    this.#trialCalls = options.trialCalls ?? 16;
  }

  /** Whether it is closed: then neither {@link allows} nor {@link succeeded} need be called. */
  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** How often it has opened, failed trials included. */
  get opened(): number {
    return this.#opened;
  }

  /** Since when the part has been cut off or on trial, in milliseconds since the epoch; undefined when closed. */
  get sinceMs(): number | undefined {
    return this.closed ? undefined : this.#sinceMs;
  }

  /** When it last closed, in milliseconds since the epoch; `-Infinity` when it never opened. */
  get closedAtMs(): number {
    return this.#closedAtMs;
  }

  /** The cause of the last opening, or `disabled` by an operator; undefined before the first. */
  get cause(): FaultCause | 'disabled' | undefined {
    return this.#cause;
  }

  /** Whether a call may pass now. The first one after the delay starts the trial. */
  allows(nowMs: number): boolean {
    if (this.#state !== 'open') return true;
    if (nowMs < this.#retryAtMs) return false;
    this.#state = 'trial';
    this.#trialsLeft = this.#trialCalls;
    return true;
  }

  /** A call went well. Counts on trial only. */
  succeeded(nowMs: number): void {
    if (this.#state !== 'trial') return;
    this.#trialsLeft -= 1;
    if (this.#trialsLeft > 0) return;
    this.#state = 'closed';
    this.#closedAtMs = nowMs;
    const { kind, name, logger } = this.#options;
    const message = `The ${kind} ${name} works again.`;
    this.#tell(() => {
      if (kind === 'plugin') logger.info({ event: 'plugin.circuit-closed', plugin: name }, message);
      else logger.info({ event: 'scheduler.circuit-closed', scheduler: name }, message);
    });
  }

  /** A call went wrong: opens it. `error` goes into the log: what was thrown, or a clause that says what was wrong. */
  failed(cause: FaultCause, nowMs: number, error: unknown): void {
    if (this.#state === 'open') return;
    const first = this.#state === 'closed';
    const relapse = !first || nowMs - this.#closedAtMs < this.#maxDelayMs;
    this.#delayMs = relapse && this.#delayMs > 0 ? Math.min(this.#delayMs * 2, this.#maxDelayMs) : this.#initialDelayMs;
    this.#retryAtMs = nowMs + this.#delayMs;
    this.#state = 'open';
    this.#opened += 1;
    this.#cause = cause;
    if (first) this.#sinceMs = nowMs;
    const { kind, name, logger } = this.#options;
    const level = first ? 'warn' : 'debug';
    const retryInMs = this.#delayMs;
    const message = `The ${kind} ${name} is cut off for ${retryInMs} ms: ${typeof error === 'string' ? error : 'it threw'}.`;
    this.#tell(() => {
      if (kind === 'plugin')
        logger[level]({ event: 'plugin.circuit-opened', plugin: name, cause, error, retryInMs }, message);
      else logger[level]({ event: 'scheduler.circuit-opened', scheduler: name, cause, error, retryInMs }, message);
    });
  }

  /** An operator keeps the part away until {@link release}. */
  hold(nowMs: number): void {
    if (this.#state === 'closed') this.#sinceMs = nowMs;
    this.#state = 'open';
    this.#retryAtMs = Infinity;
    this.#cause = 'disabled';
  }

  /** The next call begins a trial, whatever kept the part away. */
  release(): void {
    if (this.#state === 'open') this.#retryAtMs = -Infinity;
  }

  #tell(write: () => void): void {
    try {
      write();
    } catch {
      // A logger that throws is ignored: the bus does not depend on it.
    }
  }
}
