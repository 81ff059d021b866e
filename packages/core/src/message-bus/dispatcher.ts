import type { TopicMeta } from '@tradewind/core-types';
import { BusError } from '../errors.ts';
import type { Route } from '../matching/route.ts';
import type { BusSubscription } from './bus-subscription.ts';
import type { FailureLog } from '../platform/failure-log.ts';
import type { HandlerFailure } from './options.ts';
import { ignoreRejection, onRejection } from '../platform/on-rejection.ts';

/**
 * Calls the handlers of a message, one after the other, in the caller's turn.
 *
 * This is the hot path of the synchronous bus. Per message it makes no object, reads no clock and looks nothing up: the route brings an
 * array of subscriptions that nobody changes, and each tells whether it is still active.
 */
export class Dispatcher {
  /** Messages given to {@link deliver}. */
  published = 0;
  /** Calls of handlers. */
  delivered = 0;
  /** Handlers, those of endpoints included, that threw or rejected. */
  failed = 0;
  readonly #log: FailureLog;
  readonly #onHandlerError: ((failure: HandlerFailure) => void) | undefined;
  #depth = 0;

  constructor(log: FailureLog, onHandlerError: ((failure: HandlerFailure) => void) | undefined) {
    this.#log = log;
    this.#onHandlerError = onHandlerError;
  }

  /** From now on nothing is delivered any more; what is being delivered at the moment is not interrupted. */
  close(): void {
    this.#depth += CLOSED_DEPTH;
  }

  get isClosed(): boolean {
    return this.#depth >= CLOSED_DEPTH;
  }

  /**
   * Calls every handler of a route, current at the time of the call.
   *
   * @throws BusError `RECURSION_LIMIT`, `CLOSED`
   */
  deliver(route: Route<BusSubscription>, payload: unknown): void {
    this.enter();
    this.published += 1;
    const { only } = route;
    if (only === undefined) {
      this.#deliverToAll(route, payload);
    } else {
      this.delivered += 1;
      try {
        const result = only(payload, route.meta);
        if (result !== undefined) this.#watch(result, route.entries[0] as BusSubscription, route.meta);
      } catch (error) {
        this.#fail(error, route.entries[0] as BusSubscription, route.meta);
      }
    }
    this.leave();
  }

  #deliverToAll({ entries, meta }: Route<BusSubscription>, payload: unknown): void {
    let skipped = 0;
    for (let i = 0; i < entries.length; i += 1) {
      const subscription = entries[i] as BusSubscription;
      // One that was ended by an earlier handler is not called.
      if (!subscription.active) {
        skipped += 1;
        continue;
      }
      const { handler } = subscription;
      try {
        const result = handler(payload, meta);
        if (result !== undefined) this.#watch(result, subscription, meta);
      } catch (error) {
        this.#fail(error, subscription, meta);
      }
    }
    this.delivered += entries.length - skipped;
  }

  /**
   * Goes one level deeper into nested calls of handlers; {@link leave} must follow.
   *
   * @throws BusError `RECURSION_LIMIT`, `CLOSED`
   */
  enter(): void {
    if (this.#depth >= MAX_DEPTH) throw this.refusal();
    this.#depth += 1;
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** Counts and logs that somebody who was told of a new topic failed. */
  failListener(error: unknown, topic: string): void {
    this.failed += 1;
    this.#log.error(
      { event: 'listener.failed', topic, error },
      `A listener for new topics failed on ${topic}; its first message was delivered.`,
    );
  }

  #watch(result: unknown, subscription: BusSubscription, meta: TopicMeta): void {
    onRejection(result, (error) => this.#fail(error, subscription, meta));
  }

  #fail(error: unknown, subscription: BusSubscription, { topic }: TopicMeta): void {
    this.failed += 1;
    const { id: subscriptionId, pattern } = subscription;
    this.#log.error(
      { event: 'handler.failed', topic, subscriptionId, deliveryCount: 1, error },
      `The handler of ${pattern} failed on ${topic}; the other handlers were called.`,
    );
    try {
      const answer: unknown = this.#onHandlerError?.({ error, topic, pattern, subscriptionId });
      if (answer !== undefined) ignoreRejection(answer);
    } catch {
      // The failure is counted and logged; a listener that fails on top of it must not reach the publisher.
    }
  }

  /** Why nothing is taken at the moment. */
  refusal(): BusError {
    if (this.isClosed) {
      return new BusError('CLOSED', {
        message: 'The bus is closed.',
        hint: 'Stop publishing before the bus is closed.',
      });
    }
    return new BusError('RECURSION_LIMIT', {
      message: `Expected at most ${MAX_DEPTH} handlers inside one another, each publishing or sending to the next.`,
      hint: 'Look for handlers that publish to each other in a circle; break it by publishing in a later turn.',
    });
  }
}

const MAX_DEPTH = 64;
/** Added when the bus closes: one compare then serves both limits, and handlers that return later cannot bring the depth below it. */
const CLOSED_DEPTH = 1_000_000;
