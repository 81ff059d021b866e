import type { BatchHandler, Clock, DropReason, Message, SettlementFailure, Timer } from '@tradewind/core-types';
import type { Deadline, Deadlines } from '../../platform/deadlines.ts';
import type { BurstClock } from '../draining/burst-clock.ts';
import type { Receiver } from './client-subscription.ts';
import type { Deliveries } from '../delivering/deliveries.ts';
import { MessageHold, type Delivery } from '../delivering/delivery.ts';
import type { Settlement } from '../delivering/settlement.ts';
import type { Failures } from '../delivering/failures.ts';
import { Fifo } from '../delivering/fifo.ts';
import type { Lane } from '../lanes/lane.ts';
import type { OpenWork } from '../delivering/open-work.ts';
import type { Runnable } from '../lanes/runnable.ts';
import type { BatchRun } from '../delivering/worker-pool.ts';

export interface BatchGathererOptions {
  readonly handler: BatchHandler;
  readonly maxSize: number;
  readonly maxDelayMs: number;
  readonly parts: BatchGathererParts;
}

interface BatchGathererParts {
  readonly deliveries: Deliveries;
  readonly settlement: Settlement;
  readonly failures: Failures;
  readonly openWork: OpenWork;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly time: BurstClock;
  readonly wake: () => void;
}

/**
 * Gathers the deliveries of a batch subscription and gives them to its handler together.
 *
 * One batch at a time, in the order of arrival, so that the order of every key holds. What waits counts against the capacity of its lane.
 * A failed batch is tried again as a whole, less what has expired meanwhile, and no later batch overtakes it; each of its messages counts
 * its attempts by itself.
 */
export class BatchGatherer implements Receiver, Runnable, BatchRun, Deadline {
  dueAtMs = 0.5;
  place = -1;
  readonly #options: BatchGathererOptions;
  readonly #waiting = new Fifo<Delivery>();
  /** The batch that runs or waits for its retry. */
  #batch: readonly Delivery[] = [];
  #state: 'gathering' | 'ready' | 'running' | 'retrying' = 'gathering';
  #timer: Timer | undefined = undefined;
  #turnAsked = false;
  #startedAtMs = 0.5;
  #eager = false;

  constructor(options: BatchGathererOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.size + this.#batch.length;
  }

  offer(delivery: Delivery): void {
    delivery.hold = new MessageHold(delivery.lane);
    delivery.hold.add();
    this.#waiting.push(delivery);
    this.#look();
  }

  /** From now on batches do not wait to be full: somebody flushes, or the client closes. */
  hurry(eager: boolean): void {
    this.#eager = eager;
    this.#look();
  }

  retryNow(): void {
    if (this.#state !== 'retrying') return;
    for (const delivery of this.#batch) delivery.lastAttempt = true;
    this.#options.parts.deadlines.remove(this);
    this.expire();
  }

  head(): Delivery | undefined {
    return this.#state === 'ready' ? (this.#batch[0] ?? this.#waiting.at(0)) : undefined;
  }

  run(nowMs: number, _lane: Lane): void {
    if (this.#state !== 'ready') return;
    if (this.#batch.length === 0) this.#fill();
    this.#batch = this.#batch.filter((delivery) => this.#isDue(delivery, nowMs));
    if (this.#batch.length === 0) {
      this.#state = 'gathering';
      this.#look();
      return;
    }
    this.#state = 'running';
    this.#startedAtMs = nowMs;
    const messages: Message[] = this.#batch.map(({ payload, meta }) => ({ payload, meta }));
    for (const delivery of this.#batch) delivery.attempts += 1;
    this.#options.parts.deliveries.runBatch(() => this.#options.handler(messages), this);
  }

  ended(failed: boolean, error: unknown): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#state = 'gathering';
    if (failed) this.#failed(batch, error);
    else {
      const handledMs = Math.max(0, this.#options.parts.time.recent() - this.#startedAtMs);
      for (const delivery of batch) this.#options.parts.settlement.handledElsewhere(delivery, handledMs);
    }
    this.#look();
  }

  /** The time of a retry has come. */
  expire(): void {
    for (const delivery of this.#batch) this.#options.parts.openWork.resumed(delivery);
    this.#makeReady();
    this.#options.parts.wake();
  }

  end(reason: 'unsubscribed' | 'closed', failure?: SettlementFailure): void {
    this.#clearTimer();
    const { deadlines, openWork } = this.#options.parts;
    if (this.#state === 'retrying') {
      deadlines.remove(this);
      for (const delivery of this.#batch) openWork.resumed(delivery);
    }
    if (this.#state !== 'running' || reason === 'closed') {
      for (const delivery of this.#batch) this.#giveUp(delivery, reason, failure);
      this.#batch = [];
      this.#state = 'gathering';
    }
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      this.#giveUp(next, reason, failure);
  }

  #giveUp(delivery: Delivery, reason: DropReason, failure: SettlementFailure | undefined): void {
    this.#unhold(delivery);
    this.#options.parts.settlement.dropped(delivery, reason, failure);
  }

  #look(): void {
    if (this.#state !== 'gathering' || this.#waiting.size === 0) return;
    if (this.#waiting.size >= this.#options.maxSize) {
      this.#makeReady();
      this.#options.parts.wake();
    } else if (this.#eager || this.#options.maxDelayMs === 0) {
      // Not at once, however great the hurry: what this drain brings goes together.
      this.#askForTurn();
    } else {
      this.#awaitDelay();
    }
  }

  /** The delay counts from when the first message that waits came, also where a batch ran or was tried again meanwhile. */
  #awaitDelay(): void {
    if (this.#timer !== undefined) return;
    const { maxDelayMs, parts } = this.#options;
    const waitedMs = parts.time.recent() - (this.#waiting.at(0)?.startedAtMs ?? 0);
    if (waitedMs >= maxDelayMs) {
      this.#delayIsOver();
      return;
    }
    this.#timer = parts.clock.setTimer(
      () => {
        this.#timer = undefined;
        this.#delayIsOver();
      },
      Math.min(maxDelayMs, maxDelayMs - waitedMs),
    );
  }

  #askForTurn(): void {
    if (this.#turnAsked) return;
    this.#turnAsked = true;
    this.#options.parts.clock.nextTurn(() => {
      this.#turnAsked = false;
      this.#delayIsOver();
    });
  }

  #delayIsOver(): void {
    if (this.#state !== 'gathering' || this.#waiting.size === 0) return;
    this.#makeReady();
    this.#options.parts.wake();
  }

  #makeReady(): void {
    this.#clearTimer();
    const lane = (this.#batch[0] ?? this.#waiting.at(0))?.lane;
    this.#state = 'ready';
    lane?.ready.push(this);
  }

  #fill(): void {
    const batch: Delivery[] = [];
    while (batch.length < this.#options.maxSize) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      batch.push(next);
    }
    this.#batch = batch;
  }

  /** Whether it goes into the attempt that begins now. */
  #isDue(delivery: Delivery, nowMs: number): boolean {
    this.#unhold(delivery);
    const { settlement } = this.#options.parts;
    if (delivery.inbound?.isRevoked === true) settlement.dropped(delivery, 'revoked');
    else if (delivery.isExpired(nowMs)) settlement.expired(delivery);
    else return true;
    return false;
  }

  #failed(batch: readonly Delivery[], error: unknown): void {
    const { failures, settlement, deadlines, openWork } = this.#options.parts;
    const again: Delivery[] = [];
    for (const delivery of batch) {
      const next = failures.attemptFailed(delivery, error);
      if (next === 'retry') again.push(delivery);
      else if (next === 'unsubscribed') settlement.dropped(delivery, 'unsubscribed');
      else settlement.ended(delivery, failures.settlement(delivery, next, error));
    }
    const [first] = again;
    if (first === undefined) return;
    this.#batch = again;
    this.#state = 'retrying';
    for (const delivery of again) {
      delivery.hold = new MessageHold(delivery.lane);
      delivery.hold.add();
      openWork.suspended(delivery);
    }
    deadlines.add(this, failures.delayMs(first));
  }

  #unhold(delivery: Delivery): void {
    delivery.hold?.remove();
    delivery.hold = undefined;
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#options.parts.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}
