import { patternMatches, type MessageMeta, type Outcome, type OutcomeKind, type Priority } from '@tradewind/core-types';

/** What the model knows about a subscription. */
export interface SubscriptionRecord {
  readonly id: string;
  readonly pattern: string;
  readonly concurrency: number;
  /** Messages up to this one were published before it was made. */
  readonly madeAfter: number;
  active: boolean;
  /** The running attempts, by sequence. */
  readonly running: Map<number, Attempt>;
  /** The message that holds a key: it runs, or waits for its retry. */
  readonly holders: Map<string, number>;
  /** The last message that began, by key and priority. */
  readonly begun: Map<string, number>;
}

interface Attempt {
  readonly key: string;
  readonly deliveryCount: number;
}

export interface MessageRecord {
  readonly sequence: number;
  readonly topic: string;
  readonly key: string;
  readonly priority: Priority;
  readonly expiresAtMs: number;
  /** Undefined while `publishWhenReady` waits. */
  accepted: boolean | undefined;
  /** How it ended without a delivery. */
  end: OutcomeKind | undefined;
  /** How its deliveries ended, by subscription. */
  readonly ends: Map<string, OutcomeKind>;
  readonly attempts: Map<string, number>;
  readonly failedAtMs: Map<string, number>;
}

/** What the rules allow at this moment. */
export interface Bounds {
  readonly nowMs: number;
  readonly workers: number;
  readonly maxAttempts: number;
  readonly retryDelayMs: number;
  readonly paused: boolean;
  readonly publishing: boolean;
  readonly closing: boolean;
}

const LAST: ReadonlySet<OutcomeKind> = new Set(['handled', 'deadLettered', 'dropped', 'superseded', 'expired']);

/**
 * The simple model: who may run now, and what became of whom. It keeps books on what a client does and notes every breach of a rule;
 * it does not foretell the order in which a client serves different keys and lanes, which is the client's own business.
 */
export class DeliveryLedger {
  readonly violations: string[] = [];
  readonly messages: Map<number, MessageRecord> = new Map();
  readonly subscriptions: Map<string, SubscriptionRecord> = new Map();
  readonly dropReasons: Map<string, number> = new Map();
  /** Messages of the dead-letter topic, which the client publishes itself. */
  letters = 0;

  get running(): number {
    let running = 0;
    for (const subscription of this.subscriptions.values()) running += subscription.running.size;
    return running;
  }

  /** Deliveries of a lane that failed and have not begun again. */
  retrying(priority: Priority): number {
    let retrying = 0;
    for (const { holders, running } of this.subscriptions.values()) {
      for (const sequence of holders.values()) {
        if (!running.has(sequence) && this.messages.get(sequence)?.priority === priority) retrying += 1;
      }
    }
    return retrying;
  }

  /** A handler is called. */
  began(id: string, meta: MessageMeta, bounds: Bounds): void {
    const subscription = this.#subscription(id);
    const message = this.#message(meta.sequence);
    const where = `${id} began ${meta.sequence}.${meta.deliveryCount} (${message.key}, lane ${meta.priority})`;
    this.#check(subscription.active, `${where} after its subscription had ended`);
    this.#check(!bounds.publishing, `${where} inside publish`);
    this.#check(!bounds.paused, `${where} while paused`);
    this.#check(
      patternMatches(subscription.pattern, message.topic),
      `${where}, whose topic ${message.topic} it did not ask for`,
    );
    this.#check(message.accepted === true, `${where}, which was not accepted`);
    this.#check(message.end === undefined, `${where}, which had ended as ${message.end}`);
    this.#check(!message.ends.has(id), `${where}, which had ended there as ${message.ends.get(id)}`);
    this.#check(bounds.nowMs <= message.expiresAtMs + STALE_MS, `${where} after its time`);
    this.#check(meta.priority === message.priority, `${where} in another lane than ${message.priority}`);
    this.#check(meta.deliveryCount <= bounds.maxAttempts, `${where} too often`);
    this.#check(
      meta.deliveryCount === (message.attempts.get(id) ?? 0) + 1,
      `${where} after attempt ${message.attempts.get(id) ?? 0}`,
    );
    this.#checkBackoff(where, message.failedAtMs.get(id), bounds);
    this.#check(this.running < bounds.workers, `${where} though all ${bounds.workers} workers are busy`);
    this.#check(subscription.running.size < subscription.concurrency, `${where} beyond its concurrency`);
    this.#checkOrder(where, subscription, message, meta.deliveryCount);
    message.attempts.set(id, meta.deliveryCount);
    subscription.running.set(meta.sequence, { key: message.key, deliveryCount: meta.deliveryCount });
    subscription.holders.set(message.key, meta.sequence);
  }

  /** The client tells what became of a message or of a delivery. */
  ended(outcome: Outcome, nowMs: number): void {
    const { kind, sequence, subscriptionId, reason, topic } = outcome;
    if (kind === 'dropped') this.dropReasons.set(reason ?? 'none', (this.dropReasons.get(reason ?? 'none') ?? 0) + 1);
    if (topic === DEAD_LETTERS) {
      this.letters += 1;
      return;
    }
    const message = this.#message(sequence);
    if (subscriptionId === undefined) {
      this.#endMessage(message, kind);
      return;
    }
    const subscription = this.#subscription(subscriptionId);
    const where = `${kind} of ${sequence} at ${subscriptionId}`;
    this.#check(!message.ends.has(subscriptionId), `${where} after ${message.ends.get(subscriptionId)}`);
    this.#check(message.end === undefined, `${where}, though the message had ended as ${message.end}`);
    if (kind === 'handled' || kind === 'failed')
      this.#check(subscription.running.has(sequence), `${where}, which did not run`);
    subscription.running.delete(sequence);
    if (kind === 'failed') message.failedAtMs.set(subscriptionId, nowMs);
    if (!LAST.has(kind)) return;
    message.ends.set(subscriptionId, kind);
    if (subscription.holders.get(message.key) === sequence) subscription.holders.delete(message.key);
  }

  /** What was accepted and has not ended, as (message, subscription) where a subscription was there all the time, or as a message. */
  open(): { readonly message: MessageRecord; readonly subscription: SubscriptionRecord | undefined }[] {
    const open: { message: MessageRecord; subscription: SubscriptionRecord | undefined }[] = [];
    for (const message of this.messages.values()) {
      if (message.accepted !== true || message.end !== undefined) continue;
      let steady = 0;
      for (const subscription of this.subscriptions.values()) {
        if (!patternMatches(subscription.pattern, message.topic)) continue;
        if (!subscription.active || subscription.madeAfter >= message.sequence) continue;
        steady += 1;
        if (!message.ends.has(subscription.id)) open.push({ message, subscription });
      }
      if (steady === 0 && message.ends.size === 0) open.push({ message, subscription: undefined });
    }
    return open;
  }

  /** How many ends of a kind there were, of messages and of deliveries. */
  count(kind: OutcomeKind): number {
    let count = 0;
    for (const { end, ends } of this.messages.values()) {
      if (end === kind) count += 1;
      for (const other of ends.values()) if (other === kind) count += 1;
    }
    return count;
  }

  #endMessage(message: MessageRecord, kind: OutcomeKind): void {
    const where = `message ${message.sequence} ended as ${kind}`;
    this.#check(message.end === undefined, `${where} after ${message.end}`);
    this.#check(message.ends.size === 0 && message.attempts.size === 0, `${where}, though it had deliveries`);
    message.end = kind;
  }

  #checkBackoff(where: string, failedAtMs: number | undefined, { nowMs, retryDelayMs, closing }: Bounds): void {
    if (failedAtMs === undefined || closing) return;
    this.#check(nowMs >= failedAtMs + retryDelayMs - 1e-6, `${where} ${nowMs - failedAtMs} ms after its failure`);
  }

  #checkOrder(where: string, subscription: SubscriptionRecord, message: MessageRecord, deliveryCount: number): void {
    const { key, sequence, priority } = message;
    const holder = subscription.holders.get(key);
    this.#check(holder === undefined || holder === sequence, `${where} while ${holder} has its key`);
    if (deliveryCount > 1) return;
    const lane = `${key}/${priority}`;
    const before = subscription.begun.get(lane) ?? 0;
    this.#check(before < sequence, `${where} after ${before} of the same key and priority`);
    subscription.begun.set(lane, sequence);
  }

  #message(sequence: number): MessageRecord {
    const message = this.messages.get(sequence);
    if (message === undefined) throw new Error(`The client speaks of message ${sequence}, which nobody has published.`);
    return message;
  }

  #subscription(id: string): SubscriptionRecord {
    const subscription = this.subscriptions.get(id);
    if (subscription === undefined) throw new Error(`The client speaks of subscription ${id}, which nobody has made.`);
    return subscription;
  }

  #check(holds: boolean, violation: string): void {
    if (!holds) this.violations.push(violation);
  }
}

/** A client does not read the clock for each message: its idea of now may be as old as the few handlers before this one took. */
const STALE_MS = 3;

export const DEAD_LETTERS = 'dead-letters';
