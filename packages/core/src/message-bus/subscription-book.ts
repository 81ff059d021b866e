import { showValue, type Handler, type SubscribeOptions, type ValidationIssue } from '@tradewind/core-types';
import { BusError } from '../errors.ts';
import type { RouteIndex } from '../matching/route-index.ts';
import { BusSubscription, MADE_ID_PREFIX, type SubscriptionOwner } from './bus-subscription.ts';
import { invalidOptions } from './options.ts';

/**
 * The subscriptions of a bus and their identity: (pattern, function), or the id that was given, which is unique on the bus.
 */
export class SubscriptionBook implements SubscriptionOwner {
  readonly #index: RouteIndex<BusSubscription>;
  readonly #maxSubscriptions: number;
  /** Those with a given id. */
  readonly #byId = new Map<string, BusSubscription>();
  #made = 0;

  constructor(index: RouteIndex<BusSubscription>, maxSubscriptions: number) {
    this.#index = index;
    this.#maxSubscriptions = maxSubscriptions;
  }

  subscribe(pattern: string, handler: Handler, options: SubscribeOptions | undefined): BusSubscription {
    if (typeof handler !== 'function' || options !== undefined) check(handler, options);
    const group = this.#index.groupOf(pattern);
    const id = options?.id;
    const handlerPriority = options?.handlerPriority ?? 0;
    const existing = id === undefined ? group.find(handler) : this.#byId.get(id);
    if (existing !== undefined) {
      const isSame =
        existing.pattern === group.pattern &&
        existing.handler === handler &&
        existing.handlerPriority === handlerPriority;
      if (isSame) return existing;
      throw duplicateError(existing, group.pattern, handlerPriority);
    }
    if (this.#index.size >= this.#maxSubscriptions) throw this.#tooManyError();
    this.#made += 1;
    const subscription = new BusSubscription(this, group, handler, { id, handlerPriority, order: this.#made });
    this.#index.add(subscription, group);
    if (id !== undefined) this.#byId.set(id, subscription);
    return subscription;
  }

  leave(subscription: BusSubscription): void {
    this.#index.remove(subscription, subscription.group);
    if (typeof subscription.key === 'string') this.#byId.delete(subscription.key);
  }

  isSubscribed(pattern: string, handler: (payload: never, meta: never) => unknown): boolean {
    const group = this.#index.groupOf(pattern);
    if (group.find(handler) !== undefined) return true;
    return this.#byId.size > 0 && group.entries().some((subscription) => subscription.handler === handler);
  }

  /** Ends all of them. */
  clear(): void {
    for (const pattern of this.#index.patterns()) {
      for (const subscription of this.#index.entriesOf(pattern)) subscription.unsubscribe();
    }
  }

  #tooManyError(): BusError {
    return new BusError('TOO_MANY_SUBSCRIPTIONS', {
      message: `Expected at most ${this.#maxSubscriptions} subscriptions, and one more came.`,
      hint: 'Look for subscriptions that are never ended; if so many are meant, raise maxSubscriptions.',
    });
  }
}

function check(handler: unknown, options: SubscribeOptions | undefined): void {
  const issues: ValidationIssue[] = [];
  if (typeof handler !== 'function')
    issues.push({ path: 'handler', expected: 'a function', received: showValue(handler) });
  issues.push(...shapeIssues(options));
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
  if (issues.length > 0) throw invalidOptions(issues);
}

/** What is wrong with the options apart from their values. A name that is misspelt would otherwise be a default that nobody sees. */
function shapeIssues(options: unknown): ValidationIssue[] {
  if (options === undefined) return [];
  if (typeof options !== 'object' || options === null) {
    return [{ path: 'options', expected: 'an object of options', received: showValue(options) }];
  }
  return Object.keys(options)
    .filter((name) => !KNOWN.has(name))
    .map((name) => ({ path: name, expected: `one of ${[...KNOWN].join(', ')}`, received: 'an unknown option' }));
}

const KNOWN: ReadonlySet<string> = new Set(['handlerPriority', 'id'] satisfies (keyof SubscribeOptions)[]);

function duplicateError(existing: BusSubscription, pattern: string, handlerPriority: number): BusError {
  return new BusError('DUPLICATE_SUBSCRIPTION', {
    message:
      `Expected the options of the existing subscription ${existing.id} (pattern ${existing.pattern}, handlerPriority ` +
      `${existing.handlerPriority}), received pattern ${pattern}, handlerPriority ${handlerPriority}.`,
    hint: 'Unsubscribe the existing one first, or give the second one an id of its own.',
  });
}
