import { parseEndpoint, showValue, type EndpointHandler, type EndpointMeta } from '@tradewind/core-types';
import { BusError } from '../errors.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { FailureLog } from '../platform/failure-log.ts';
import { onRejection } from '../platform/on-rejection.ts';
import { invalidOptions } from './options.ts';

/** The receiver of an endpoint, with the one meta of all its sends. */
export interface Registration {
  readonly meta: EndpointMeta;
  readonly handler: EndpointHandler<unknown>;
}

/** The named point-to-point receivers of a bus: each name has one handler. */
export class EndpointRegistry {
  readonly #registrations = new Map<string, Registration>();
  readonly #dispatcher: Dispatcher;
  readonly #log: FailureLog;

  constructor(dispatcher: Dispatcher, log: FailureLog) {
    this.#dispatcher = dispatcher;
    this.#log = log;
  }

  get size(): number {
    return this.#registrations.size;
  }

  names(): readonly string[] {
    return [...this.#registrations.keys()];
  }

  clear(): void {
    this.#registrations.clear();
  }

  register(endpoint: string, handler: EndpointHandler<unknown>): Disposable {
    const name = parseEndpoint(endpoint);
    if (typeof handler !== 'function') {
      throw invalidOptions([{ path: 'handler', expected: 'a function', received: showValue(handler) }]);
    }
    if (this.#registrations.has(name)) {
      throw new BusError('ENDPOINT_TAKEN', {
        message: `Expected an endpoint that nobody holds, received ${name}, which has a handler.`,
        hint: 'Dispose the other registration first, or register under another name.',
      });
    }
    const registration: Registration = { meta: { endpoint: name }, handler };
    this.#registrations.set(name, registration);
    return {
      [Symbol.dispose]: () => {
        if (this.#registrations.get(name) === registration) this.#registrations.delete(name);
      },
    };
  }

  /** @throws BusError `UNKNOWN_ENDPOINT`, `CLOSED` @throws ValidationError `INVALID_ENDPOINT` */
  find(endpoint: string): Registration {
    const registration = this.#registrations.get(endpoint);
    if (registration !== undefined) return registration;
    if (this.#dispatcher.isClosed) throw this.#dispatcher.refusal();
    throw new BusError('UNKNOWN_ENDPOINT', {
      message: `Expected a registered endpoint, received ${parseEndpoint(endpoint)}, which nobody holds.`,
      hint: 'Register its handler first, and check the spelling: endpoints have no wildcards.',
    });
  }

  send(endpoint: string, payload: unknown): void {
    const { handler, meta } = this.find(endpoint);
    this.#dispatcher.enter();
    try {
      const result = handler(payload, meta);
      if (result !== undefined) onRejection(result, (error) => this.reportFailure(meta, error));
    } catch (error) {
      this.reportFailure(meta, error);
    }
    this.#dispatcher.leave();
  }

  /** Counts and logs the failure of an endpoint's handler that nobody waits for. */
  reportFailure({ endpoint }: EndpointMeta, error: unknown): void {
    this.#dispatcher.failed += 1;
    this.#log.error({ event: 'endpoint.failed', endpoint, error }, `The handler of the endpoint ${endpoint} failed.`);
  }
}
