import {
  showValue,
  type BufferedSubscribeOptions,
  type ConflationKey,
  type SubscribeOptions,
  type ValidationIssue,
} from '@tradewind/core-types';
import { BusError } from '../../errors.ts';
import type { RouteIndex } from '../../matching/route-index.ts';
import { MADE_ID_PREFIX } from '../../message-bus/bus-subscription.ts';
import { invalidOptions } from '../../message-bus/options.ts';
import {
  ClientSubscription,
  type BatchLimits,
  type ClientHandler,
  type DeliveryRunner,
} from './client-subscription.ts';

export interface RegistryOptions {
  readonly index: RouteIndex<ClientSubscription>;
  /** Runs the deliveries of all subscriptions. */
  readonly deliveries: DeliveryRunner;
  readonly maxSubscriptions: number;
  /** A subscription has ended; called after it left the index. */
  readonly onRemoved: (subscription: ClientSubscription) => void;
}

/** What is common to all kinds of subscriptions. */
export interface RegistryEntry extends SubscribeOptions {
  readonly handler: ClientHandler;
  readonly concurrency?: number | undefined;
  readonly conflateBy?: ConflationKey | undefined;
  readonly handlerTimeoutMs?: number | undefined;
  readonly batch?: BatchLimits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The subscriptions of a client, and their identity: (pattern, function), or the id that was given, which is unique on the client. */
export class SubscriptionRegistry {
  readonly #options: RegistryOptions;
  readonly #named = new Map<string, ClientSubscription>();
  readonly #all = new Set<ClientSubscription>();
  #made = 0;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<ClientSubscription> {
    return this.#all[Symbol.iterator]();
  }

  /**
   * Adds a subscription, or returns the one that is the same.
   *
   * @throws ValidationError `INVALID_PATTERN`; BusError `DUPLICATE_SUBSCRIPTION`, `TOO_MANY_SUBSCRIPTIONS`.
   */
  add(pattern: string, entry: RegistryEntry): { readonly subscription: ClientSubscription; readonly isNew: boolean } {
    const { index, maxSubscriptions } = this.#options;
    const canonical = index.canonical(pattern);
    const existing = entry.id === undefined ? index.find(canonical, entry.handler) : this.#named.get(entry.id);
    if (existing !== undefined) {
      if (!isSame(existing, canonical, entry)) throw duplicateError(existing, canonical);
      return { subscription: existing, isNew: false };
    }
    if (this.#all.size >= maxSubscriptions) throw tooManyError(maxSubscriptions);
    const subscription = this.#make(canonical, entry);
    index.add(subscription);
    this.#all.add(subscription);
    if (subscription.named) this.#named.set(subscription.id, subscription);
    return { subscription, isNew: true };
  }

  #make(pattern: string, entry: RegistryEntry): ClientSubscription {
    this.#made += 1;
    return new ClientSubscription({
      id: entry.id ?? `${MADE_ID_PREFIX}${this.#made}`,
      named: entry.id !== undefined,
      pattern,
      handlerPriority: entry.handlerPriority ?? 0,
      order: this.#made,
      handler: entry.handler,
      runner: this.#options.deliveries,
      concurrency: entry.concurrency ?? MAX_CONCURRENCY,
      conflateBy: entry.conflateBy,
      handlerTimeoutMs: entry.handlerTimeoutMs,
      batch: entry.batch,
      signal: entry.signal,
      onUnsubscribe: (subscription) => this.#remove(subscription),
    });
  }

  #remove(subscription: ClientSubscription): void {
    this.#options.index.remove(subscription);
    this.#all.delete(subscription);
    if (subscription.named) this.#named.delete(subscription.id);
    this.#options.onRemoved(subscription);
  }
}

/**
 * Checks the options of `subscribe`.
 *
 * @throws ValidationError `INVALID_OPTIONS`, with all issues.
 */
export function checkSubscribeOptions(handler: unknown, options: BufferedSubscribeOptions | undefined): void {
  const issues = commonIssues(handler, options);
  const { concurrency, conflateBy, handlerTimeoutMs, signal } = options ?? {};
  if (concurrency !== undefined && !isWithin(concurrency, 1, MAX_CONCURRENCY)) {
    issues.push({
      path: 'concurrency',
      expected: `an integer from 1 to ${MAX_CONCURRENCY}`,
      received: showValue(concurrency),
    });
  }
  if (
    conflateBy !== undefined &&
    conflateBy !== 'topic' &&
    conflateBy !== 'orderingKey' &&
    typeof conflateBy !== 'function'
  ) {
    issues.push({ path: 'conflateBy', expected: 'topic, orderingKey or a function', received: showValue(conflateBy) });
  }
  if (handlerTimeoutMs !== undefined && !(Number.isFinite(handlerTimeoutMs) && handlerTimeoutMs > 0)) {
    issues.push({ path: 'handlerTimeoutMs', expected: 'milliseconds above 0', received: showValue(handlerTimeoutMs) });
  }
  pushSignalIssue(issues, signal);
  if (issues.length > 0) throw invalidOptions(issues);
}

/** Checks the options of `subscribeBatch`. @throws ValidationError `INVALID_OPTIONS`, with all issues. */
export function checkBatchOptions(
  handler: unknown,
  options: { readonly maxSize: unknown; readonly maxDelayMs: unknown } & SubscribeOptions,
): void {
  const issues = commonIssues(handler, options);
  if (!isWithin(options?.maxSize, 1, MAX_BATCH)) {
    issues.push({
      path: 'maxSize',
      expected: `an integer from 1 to ${MAX_BATCH}`,
      received: showValue(options?.maxSize),
    });
  }
  const delay = options?.maxDelayMs;
  if (typeof delay !== 'number' || !Number.isFinite(delay) || delay < 0) {
    issues.push({ path: 'maxDelayMs', expected: 'milliseconds, at least 0', received: showValue(delay) });
  }
  if (issues.length > 0) throw invalidOptions(issues);
}

/** Checks the options of `messages`. @throws ValidationError `INVALID_OPTIONS`, with all issues. */
export function checkMessagesOptions(
  options:
    | ({ readonly maxBuffered?: number | undefined; readonly signal?: AbortSignal | undefined } & SubscribeOptions)
    | undefined,
): void {
  const issues = commonIssues(ignore, options);
  const maxBuffered = options?.maxBuffered;
  if (maxBuffered !== undefined && !isWithin(maxBuffered, 1, MAX_BUFFERED)) {
    issues.push({
      path: 'maxBuffered',
      expected: `an integer from 1 to ${MAX_BUFFERED}`,
      received: showValue(maxBuffered),
    });
  }
  pushSignalIssue(issues, options?.signal);
  if (issues.length > 0) throw invalidOptions(issues);
}

function commonIssues(handler: unknown, options: SubscribeOptions | undefined): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  if (typeof handler !== 'function')
    issues.push({ path: 'handler', expected: 'a function', received: showValue(handler) });
  const { id, handlerPriority } = options ?? {};
  if (handlerPriority !== undefined && !Number.isFinite(handlerPriority)) {
    issues.push({ path: 'handlerPriority', expected: 'a finite number', received: showValue(handlerPriority) });
  }
  if (id !== undefined && (typeof id !== 'string' || id === '' || id.startsWith(MADE_ID_PREFIX))) {
    issues.push({
      path: 'id',
      expected: `a non-empty string that does not begin with ${MADE_ID_PREFIX}`,
      received: showValue(id),
    });
  }
  return issues;
}

function pushSignalIssue(issues: ValidationIssue[], signal: unknown): void {
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    issues.push({ path: 'signal', expected: 'an AbortSignal', received: showValue(signal) });
  }
}

function isWithin(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function isSame(existing: ClientSubscription, pattern: string, entry: RegistryEntry): boolean {
  return (
    existing.pattern === pattern &&
    existing.handler === entry.handler &&
    existing.handlerPriority === (entry.handlerPriority ?? 0) &&
    existing.concurrency === (entry.concurrency ?? MAX_CONCURRENCY) &&
    existing.conflateBy === entry.conflateBy &&
    existing.handlerTimeoutMs === entry.handlerTimeoutMs &&
    existing.signal === entry.signal &&
    existing.batch?.maxSize === entry.batch?.maxSize &&
    existing.batch?.maxDelayMs === entry.batch?.maxDelayMs
  );
}

function duplicateError(existing: ClientSubscription, pattern: string): BusError {
  return new BusError('DUPLICATE_SUBSCRIPTION', {
    message: `The subscription ${existing.id} (pattern ${existing.pattern}) exists with other options; received pattern ${pattern}.`,
    hint: 'Unsubscribe the existing one first, or give the second one an id of its own.',
  });
}

function tooManyError(maxSubscriptions: number): BusError {
  return new BusError('TOO_MANY_SUBSCRIPTIONS', {
    message: `Expected at most ${maxSubscriptions} subscriptions, and one more came.`,
    hint: 'Look for subscriptions that are never ended; if so many are meant, raise maxSubscriptions.',
  });
}

function ignore(): void {
  // Stands in for the handler that an iterator does not have.
}

const MAX_CONCURRENCY = 50;
const MAX_BATCH = 10_000;
const MAX_BUFFERED = 100_000;
