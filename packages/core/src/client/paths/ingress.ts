import {
  errorCode,
  type BatchReceiver,
  type Clock,
  type ConsumeFrom,
  type Consumer,
  type IncomingBatch,
  type Loss,
  type PathId,
  type Random,
  type Transport,
} from '@tradewind/core-types';
import type { Admission } from '../publishing/admission.ts';
import type { Dispatcher } from '../draining/dispatcher.ts';
import { InboundMessage } from './inbound-message.ts';
import { LaneEntry, MessageExtras } from '../lanes/lane-entry.ts';
import type { OrderingKeys } from '../delivering/ordering-keys.ts';
import type { PathStatus } from './path-status.ts';
import { closedError } from '../publishing/publish-errors.ts';
import { backoffMs } from '../delivering/retry-policy.ts';
import type { Room } from '../publishing/room.ts';
import type { ClientSettings } from '../settings.ts';
import type { TopicTable } from '../publishing/topic-table.ts';

export interface IngressParts {
  readonly producer: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: ClientSettings;
  readonly topics: TopicTable;
  readonly inboundKeys: OrderingKeys;
  readonly admission: Admission;
  readonly dispatcher: Dispatcher;
  readonly room: Room;
  readonly group: string | undefined;
  readonly from: ConsumeFrom;
  /** The patterns of all subscriptions. */
  readonly patterns: () => readonly string[];
  readonly onLoss: (path: PathId, loss: Loss) => void;
}

/**
 * Brings what one transport delivers into the client's inbound lanes, and keeps its patterns those of the client's subscriptions.
 *
 * A batch is taken when all its messages are in their lane: a full lane holds the transport back, unless its overflow policy says to drop or to
 * conflate. A message is settled when all its deliveries are.
 */
export class Ingress implements BatchReceiver {
  readonly #path: PathId;
  readonly #transport: Transport;
  readonly #status: PathStatus;
  readonly #parts: IngressParts;
  /** Called when subscriptions are in force, or could not be brought in force for now. */
  readonly #onSettled: () => void;
  readonly #waiters: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  #consumer: Consumer | undefined = undefined;
  #inForce: string = '';
  #isDirty = false;
  #isBusy = false;
  #attempts = 0;
  #closed = false;

  constructor(options: {
    readonly path: PathId;
    readonly transport: Transport;
    readonly status: PathStatus;
    readonly parts: IngressParts;
    readonly onSettled: () => void;
  }) {
    this.#path = options.path;
    this.#transport = options.transport;
    this.#status = options.status;
    this.#parts = options.parts;
    this.#onSettled = options.onSettled;
  }

  /** Whether every subscription made so far is in force, or its first attempt has failed. */
  get isSettled(): boolean {
    return !this.#isDirty && !this.#isBusy;
  }

  /** Subscriptions have changed: the transport is told at the end of the current code. */
  changed(): void {
    if (this.#closed || this.#isDirty) return;
    this.#isDirty = true;
    if (!this.#isBusy) this.#parts.clock.microtask(() => void this.#synchronise());
  }

  /** Resolves when the subscriptions are in force; rejects with the error of the first attempt that fails. */
  ready(): Promise<void> {
    if (this.isSettled && this.#attempts === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  /** Brings no further batch. Resolves when the transport has let go of the consumer. */
  async close(deadlineMs: number): Promise<void> {
    this.#closed = true;
    const error = closedError();
    for (const { reject } of this.#waiters.splice(0)) reject(error);
    try {
      await this.#consumer?.close({ deadlineMs });
    } catch (closeError) {
      this.#status.failed(closeError, 0);
    }
  }

  readonly onLoss = (loss: Loss): void => this.#parts.onLoss(this.#path, loss);

  async onBatch(batch: IncomingBatch): Promise<void> {
    const source = { path: this.#path, hasDeadLetters: this.#transport.capabilities.deadLetters };
    for (let index = 0; index < batch.messages.length; index += 1) {
      const message = new InboundMessage(batch, index, source);
      if (this.#parts.admission.isClosed) {
        message.failed({ error: closedError(), next: 'redeliver' });
        continue;
      }
      const waiting = this.#enter(batch, message);
      // One after the other: that keeps their order.
      if (waiting !== undefined) await waiting;
    }
  }

  /** Puts a message into its lane, or into the queue for it; then the promise resolves when it is in. */
  #enter(batch: IncomingBatch, message: InboundMessage): Promise<void> | undefined {
    const { topics, admission, dispatcher, room } = this.#parts;
    const { received } = message;
    const entry = new LaneEntry();
    try {
      entry.topic = topics.record(received.topic);
    } catch (error) {
      message.failed({ error, next: 'deadLetter' });
      return undefined;
    }
    const extras = new MessageExtras();
    extras.inbound = message;
    extras.headers = received.headers;
    extras.correlationId = received.correlationId;
    entry.extras = extras;
    entry.payload = received.payload;
    entry.publishedAtMs = received.publishedAtMs;
    entry.sequence = received.sequence;
    entry.declaredPriority = received.priority;
    entry.expiresAtMs = received.expiresAtMs ?? Infinity;
    entry.key = this.#parts.inboundKeys.obtain(received.orderingKey ?? received.topic);
    const lane = dispatcher.lanes.all[batch.priority];
    if (admission.enter(dispatcher, lane, entry)) return undefined;
    return new Promise((resolve) => {
      room.wait(lane, {
        enter: () => {
          admission.enter(dispatcher, lane, entry, true);
          resolve();
        },
        giveUp: (error) => {
          message.failed({ error, next: 'redeliver' });
          resolve();
        },
      });
    });
  }

  async #synchronise(): Promise<void> {
    if (this.#closed) return;
    this.#isDirty = false;
    const patterns = [...this.#parts.patterns()].sort();
    const wanted = patterns.join(' ');
    if (wanted === this.#inForce) {
      this.#settled();
      return;
    }
    this.#isBusy = true;
    try {
      await this.#apply(patterns);
      this.#inForce = wanted;
      this.#attempts = 0;
      this.#isBusy = false;
      this.#settled();
    } catch (error) {
      this.#isBusy = false;
      this.#failed(error);
    }
  }

  async #apply(patterns: readonly string[]): Promise<void> {
    const { producer, group, from } = this.#parts;
    if (this.#consumer !== undefined) {
      await this.#consumer.setPatterns(patterns);
      return;
    }
    if (patterns.length === 0) return;
    const consumer = await this.#transport.consume({ group, consumer: producer, patterns, from }, this);
    this.#consumer = consumer;
    if (this.#closed) await consumer.close({ deadlineMs: 0 });
  }

  #settled(): void {
    if (this.#isDirty) {
      void this.#synchronise();
      return;
    }
    for (const { resolve } of this.#waiters.splice(0)) resolve();
    this.#onSettled();
  }

  #failed(error: unknown): void {
    const { settings, random, clock } = this.#parts;
    this.#attempts += 1;
    const delayMs = Math.max(MIN_DELAY_MS, backoffMs(settings.retry, this.#attempts, random));
    this.#status.failed(error, delayMs);
    for (const { reject } of this.#waiters.splice(0)) reject(error);
    this.#onSettled();
    if (this.#closed || errorCode(error) === 'TRANSPORT_CLOSED') return;
    clock.setTimer(() => this.changed(), delayMs);
  }
}

const MIN_DELAY_MS = 10;
