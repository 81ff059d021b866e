import {
  patternMatches,
  type BatchReceiver,
  type Clock,
  type CloseOptions,
  type Loss,
  type Priority,
  type SettlementFailure,
} from '@tradewind/core-types';
import { received, type Delivery } from './delivery.ts';
import { InMemoryBatch } from './incoming.ts';

/** What a consumer tells its group. */
export interface ConsumerListener {
  /** One of its messages was settled; without a failure: well. */
  settled(delivery: Delivery, failure: SettlementFailure | undefined): void;
  /** It has room again. */
  ready(): void;
  /** Its deadline is over; what it has not settled, in the order of arrival, goes back. */
  left(consumer: GroupConsumer, unsettled: readonly Delivery[]): void;
}

/** Who a member of a group is, what it asks for, and how many messages it may hold unsettled. */
export interface GroupConsumerOptions {
  readonly name: string;
  readonly patterns: readonly string[];
  readonly receiver: BatchReceiver;
  readonly clock: Clock;
  readonly maxUnsettled: number;
}

/** One member of a group: what it has room for, and what it has not settled. */
export class GroupConsumer {
  readonly name: string;
  readonly #options: GroupConsumerOptions;
  readonly #batches = new Set<InMemoryBatch>();
  /** By lane: how many messages are unsettled, and whether the last batch is still being taken in. */
  readonly #unsettled = new Uint32Array(4);
  readonly #receiving = new Uint8Array(4);
  #patterns: readonly string[];
  #signature: string;
  #listener: ConsumerListener | undefined;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: GroupConsumerOptions) {
    this.#options = options;
    this.name = options.name;
    this.#patterns = options.patterns;
    this.#signature = signatureOf(options.patterns);
  }

  get open(): boolean {
    return this.#closing === undefined;
  }

  get patterns(): readonly string[] {
    return this.#patterns;
  }

  /** Equal for equal sets of patterns. */
  get signature(): string {
    return this.#signature;
  }

  /** How many unsettled messages it has in all lanes. */
  get unsettled(): number {
    return this.#unsettled.reduce((sum, count) => sum + count, 0);
  }

  joined(listener: ConsumerListener): void {
    this.#listener = listener;
  }

  setPatterns(patterns: readonly string[]): void {
    this.#patterns = patterns;
    this.#signature = signatureOf(patterns);
  }

  wants(topic: string): boolean {
    return this.#patterns.some((pattern) => patternMatches(pattern, topic));
  }

  /** How many messages of a lane it can take now. */
  room(lane: Priority): number {
    if (!this.open || this.#receiving[lane] === 1) return 0;
    return this.#options.maxUnsettled - (this.#unsettled[lane] ?? 0);
  }

  /** Takes the deliveries over: they are unsettled from now on. Their payloads are given beside them. */
  bring(lane: Priority, deliveries: readonly Delivery[], payloads: readonly unknown[]): void {
    this.#count(lane, deliveries.length);
    this.#receiving[lane] = 1;
    const messages = deliveries.map((delivery, i) => received(delivery, payloads[i]));
    const batch = new InMemoryBatch(deliveries, messages, (delivery, failure) => {
      this.#count(lane, -1);
      if (batch.done) this.#batches.delete(batch);
      this.#listener?.settled(delivery, failure);
      if (this.#batches.size === 0) this.#onIdle?.();
    });
    this.#batches.add(batch);
    this.#takenIn(batch).then(
      () => this.#received(lane),
      (error: unknown) => {
        batch.settleRest(error);
        this.#received(lane);
      },
    );
  }

  /** Reports messages that it will never see. */
  lost(loss: Loss): void {
    this.#options.receiver.onLoss?.(loss);
  }

  /** Gets no further batch, waits for its settlements until the deadline, and leaves its group. Again: the same promise. */
  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#leave(options);
    return this.#closing;
  }

  /** Asynchronous, so that a receiver that throws counts as one that rejects. */
  async #takenIn(batch: InMemoryBatch): Promise<void> {
    await this.#options.receiver.onBatch(batch);
  }

  #received(lane: Priority): void {
    this.#receiving[lane] = 0;
    this.#listener?.ready();
  }

  #count(lane: Priority, change: number): void {
    this.#unsettled[lane] = (this.#unsettled[lane] ?? 0) + change;
  }

  async #leave(options: CloseOptions): Promise<void> {
    await this.#drained(options);
    const rest = [...this.#batches].flatMap((batch) => batch.revoke());
    this.#batches.clear();
    this.#unsettled.fill(0);
    this.#listener?.left(
      this,
      rest.sort((a, b) => a.message.offset - b.message.offset),
    );
  }

  #drained({ deadlineMs = DEFAULT_DEADLINE_MS, signal }: CloseOptions): Promise<void> {
    if (this.#batches.size === 0 || deadlineMs <= 0 || signal?.aborted === true) return Promise.resolve();
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const done = (): void => {
        clock.clearTimer(timer);
        signal?.removeEventListener('abort', done);
        this.#onIdle = undefined;
        resolve();
      };
      const timer = clock.setTimer(done, deadlineMs);
      signal?.addEventListener('abort', done);
      this.#onIdle = done;
    });
  }
}

function signatureOf(patterns: readonly string[]): string {
  return [...new Set(patterns)].sort().join('\n');
}

const DEFAULT_DEADLINE_MS = 5_000;
