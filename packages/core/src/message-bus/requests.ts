import { showValue, type Clock, type RequestOptions, type ValidationIssue } from '@tradewind/core-types';
import { BusError } from '../errors.ts';
import { MADE_ID_PREFIX } from './bus-subscription.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { EndpointRegistry, Registration } from './endpoint-registry.ts';
import { onRejection } from '../platform/on-rejection.ts';
import { invalidOptions } from './options.ts';
import { PendingRequest, type RequestKeeper, type RequestOutcome } from './pending-request.ts';
import { RequestDeadlines } from './request-deadlines.ts';

export interface RequestsOptions {
  readonly clock: Clock;
  readonly maxPending: number;
  readonly endpoints: EndpointRegistry;
  readonly dispatcher: Dispatcher;
}

/**
 * Requests to endpoints, and the answers.
 *
 * A request that is answered before its handler returns never enters a map, reads no clock and sets no timer. The others wait in a map by
 * correlation id, all behind one timer.
 */
export class Requests implements RequestKeeper {
  /** Ended requests by how they ended. */
  readonly outcomes: Record<RequestOutcome, number> = { answered: 0, failed: 0, timeout: 0, aborted: 0, closed: 0 };
  /** Answers to requests for which nobody waited any more. */
  lateResponses = 0;
  readonly #options: RequestsOptions;
  readonly #parked = new Map<string, PendingRequest>();
  readonly #deadlines: RequestDeadlines;
  /** The request whose handler is running at the moment: the innermost of nested ones. */
  #running: PendingRequest | undefined;
  #pending = 0;
  #made = 0;

  constructor(options: RequestsOptions) {
    this.#options = options;
    this.#deadlines = new RequestDeadlines(options.clock);
  }

  get pending(): number {
    return this.#pending;
  }

  /** Never throws; every refusal is a rejection. */
  request(endpoint: string, payload: unknown, options: RequestOptions | undefined): Promise<unknown> {
    let registration: Registration;
    let request: PendingRequest;
    try {
      registration = this.#options.endpoints.find(endpoint);
      request = this.#open(registration, options);
    } catch (error) {
      return Promise.reject(error);
    }
    this.#run(request, registration, payload);
    if (request.isOpen) this.#park(request);
    return request.promise();
  }

  respond(correlationId: string, payload: unknown): boolean {
    const running = this.#running;
    const request = running?.correlationId === correlationId ? running : this.#parked.get(correlationId);
    if (request?.isOpen !== true) {
      this.lateResponses += 1;
      return false;
    }
    request.answer(payload);
    return true;
  }

  /** Ends everything that waits. */
  close(): void {
    if (this.#running?.isOpen === true) this.#park(this.#running);
    for (const request of this.#parked.values()) request.fail('closed', closedError());
  }

  release(request: PendingRequest, outcome: RequestOutcome): void {
    this.outcomes[outcome] += 1;
    this.#pending -= 1;
    if (!request.isParked) return;
    this.#parked.delete(request.correlationId);
    this.#deadlines.remove(request);
  }

  timeoutError({ meta, timeoutMs }: PendingRequest): Error {
    return new BusError('REQUEST_TIMEOUT', {
      message: `Expected a response of ${meta.endpoint} within ${timeoutMs} ms, and none came.`,
      hint: `Let its handler call respond(${showValue(meta.correlationId)}, …), or give it a longer timeoutMs.`,
    });
  }

  abortError({ meta }: PendingRequest, cause: unknown): Error {
    return abortedError(meta.endpoint, cause);
  }

  #open({ meta: { endpoint } }: Registration, options: RequestOptions | undefined): PendingRequest {
    const { dispatcher, maxPending } = this.#options;
    if (this.#pending >= maxPending) throw tooManyError(maxPending);
    // An outer request, in whose handler this one is made, can from now on be answered only by its id.
    if (this.#running?.isOpen === true) this.#park(this.#running);
    if (options !== undefined) this.#check(endpoint, options);
    dispatcher.enter();
    this.#made += 1;
    this.#pending += 1;
    const correlationId = options?.correlationId ?? MADE_ID_PREFIX + this.#made;
    const timeoutMs = options?.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    return new PendingRequest(this, { endpoint, correlationId }, timeoutMs, options?.signal);
  }

  #check(endpoint: string, { timeoutMs, correlationId, signal }: RequestOptions): void {
    const issues: ValidationIssue[] = [];
    if (timeoutMs !== undefined && !isTimeout(timeoutMs)) {
      issues.push({
        path: 'timeoutMs',
        expected: `a number above 0 and at most ${LONGEST_TIMEOUT_MS}`,
        received: showValue(timeoutMs),
      });
    }
    if (
      correlationId !== undefined &&
      (typeof correlationId !== 'string' || correlationId.startsWith(MADE_ID_PREFIX))
    ) {
      issues.push({
        path: 'correlationId',
        expected: `a string that does not begin with ${MADE_ID_PREFIX}`,
        received: showValue(correlationId),
      });
    }
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      issues.push({ path: 'signal', expected: 'an AbortSignal', received: showValue(signal) });
    }
    if (issues.length > 0) throw invalidOptions(issues);
    if (signal?.aborted === true) throw abortedError(endpoint, signal.reason);
    if (correlationId !== undefined && this.#parked.has(correlationId)) throw duplicateError(correlationId);
  }

  /** Calls the handler; the level that {@link #open} entered ends with it. */
  #run(request: PendingRequest, { handler }: Registration, payload: unknown): void {
    const outer = this.#running;
    this.#running = request;
    try {
      const result = handler(payload, request.meta);
      if (result !== undefined) onRejection(result, (error) => this.#fail(request, error));
    } catch (error) {
      this.#fail(request, error);
    }
    this.#options.dispatcher.leave();
    this.#running = outer;
  }

  /** A failure goes to the requester, or to the log when the requester has its answer already. */
  #fail(request: PendingRequest, error: unknown): void {
    const { dispatcher, endpoints } = this.#options;
    if (request.isOpen) {
      dispatcher.failed += 1;
      request.fail('failed', failedError(request, error));
    } else {
      endpoints.reportFailure(request.meta, error);
    }
  }

  #park(request: PendingRequest): void {
    if (request.isParked) return;
    request.isParked = true;
    this.#parked.set(request.correlationId, request);
    this.#deadlines.add(request);
    request.listen();
  }
}

function isTimeout(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value <= LONGEST_TIMEOUT_MS;
}

function failedError({ meta }: PendingRequest, cause: unknown): BusError {
  return new BusError('REQUEST_FAILED', {
    message: `The handler of ${meta.endpoint} failed before it answered.`,
    hint: 'Its cause says why; a handler that wants to refuse should respond with its reason instead.',
    cause,
  });
}

function abortedError(endpoint: string, cause: unknown): BusError {
  return new BusError('REQUEST_ABORTED', {
    message: `The signal of the request to ${endpoint} was aborted.`,
    hint: 'Nothing waits for its response any more; ask again if it is still wanted.',
    cause,
  });
}

function tooManyError(maxPending: number): BusError {
  return new BusError('TOO_MANY_REQUESTS', {
    message: `Expected at most ${maxPending} requests without a response, and one more came.`,
    hint: 'Wait for responses before asking more, shorten timeoutMs, or raise maxPendingRequests.',
  });
}

function duplicateError(correlationId: string): BusError {
  return new BusError('DUPLICATE_CORRELATION_ID', {
    message: `Expected a correlation id that no pending request has, received ${showValue(correlationId)}.`,
    hint: 'Leave correlationId out to get one from the bus, or wait for the response to the other request.',
  });
}

function closedError(): BusError {
  return new BusError('CLOSED', {
    message: 'The bus was closed before a response came.',
    hint: 'Close the bus after the last response.',
  });
}

const DEFAULT_TIMEOUT_MS = 5000;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
