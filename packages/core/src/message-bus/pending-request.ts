import type { EndpointMeta } from '@tradewind/core-types';
import { OUTSIDE } from '../platform/deadlines.ts';
import type { TimedDeadline } from './request-deadlines.ts';

/** How a request ended. */
export type RequestOutcome = 'answered' | 'failed' | 'timeout' | 'aborted' | 'closed';

/** The meta that the handler of a request gets. */
export interface RequestMeta extends EndpointMeta {
  readonly correlationId: string;
}

/** What a request needs from those who keep it. */
export interface RequestKeeper {
  /** Called once, when the request has ended in any way. */
  release(request: PendingRequest, outcome: RequestOutcome): void;
  /** Makes the error of a request whose time is over. */
  timeoutError(request: PendingRequest): Error;
  abortError(request: PendingRequest, reason: unknown): Error;
}

/**
 * One request on its way; also the meta that its endpoint gets and its own deadline, so that a request is one object.
 *
 * Most requests are answered before the endpoint's handler returns. So the promise is made only afterwards: already settled, or, if the
 * answer is still to come, with functions to settle it.
 */
export class PendingRequest implements TimedDeadline {
  readonly meta: RequestMeta;
  readonly timeoutMs: number;
  dueAtMs = 0;
  place: number = OUTSIDE;
  /** Whether it can be found by its correlation id, and its deadline runs. */
  isParked = false;
  #outcome: RequestOutcome | undefined;
  #value: unknown;
  #resolve: ((value: unknown) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #keeper: RequestKeeper;

  constructor(keeper: RequestKeeper, meta: RequestMeta, timeoutMs: number, signal: AbortSignal | undefined) {
    this.meta = meta;
    this.timeoutMs = timeoutMs;
    this.#keeper = keeper;
    this.#signal = signal;
  }

  get correlationId(): string {
    return this.meta.correlationId;
  }

  get isOpen(): boolean {
    return this.#outcome === undefined;
  }

  answer(value: unknown): void {
    if (this.#end('answered', value)) this.#resolve?.(value);
  }

  /** Ends it with an error; an ended one stays as it is. */
  fail(outcome: Exclude<RequestOutcome, 'answered'>, error: unknown): void {
    if (this.#end(outcome, error)) this.#reject?.(error);
  }

  expire(): void {
    if (this.isOpen) this.fail('timeout', this.#keeper.timeoutError(this));
  }

  /** Called by the signal. */
  handleEvent(): void {
    if (this.isOpen) this.fail('aborted', this.#keeper.abortError(this, this.#signal?.reason));
  }

  /** Starts to listen to the signal that may abort it. */
  listen(): void {
    if (this.#signal?.aborted === true) this.handleEvent();
    else this.#signal?.addEventListener('abort', this, { once: true });
  }

  /** What the requester waits for. Called once. */
  promise(): Promise<unknown> {
    if (this.#outcome === 'answered') return Promise.resolve(this.#value);
    if (this.#outcome !== undefined) return Promise.reject(this.#value);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  #end(outcome: RequestOutcome, value: unknown): boolean {
    if (this.#outcome !== undefined) return false;
    this.#outcome = outcome;
    this.#value = value;
    this.#signal?.removeEventListener('abort', this);
    this.#keeper.release(this, outcome);
    return true;
  }
}
