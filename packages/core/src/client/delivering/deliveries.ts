import type { DropReason, SettlementFailure } from '@tradewind/core-types';
import { BusError } from '../../errors.ts';
import type { Deadlines } from '../../platform/deadlines.ts';
import { isThenable } from '../../platform/thenable.ts';
import type { BurstClock } from '../draining/burst-clock.ts';
import { traceHandler } from '../observing/channels.ts';
import type { ClientSubscription, DeliveryRunner } from '../subscribing/client-subscription.ts';
import { Delivery, MessageHold } from './delivery.ts';
import { DeliveryMeta } from './delivery-meta.ts';
import type { Failures } from './failures.ts';
import type { KeyQueue } from './key-queue.ts';
import type { Lane } from '../lanes/lane.ts';
import { keyOf, type LaneEntry } from '../lanes/lane-entry.ts';
import type { Latencies } from '../observing/latencies.ts';
import type { OpenWork } from './open-work.ts';
import type { Parking } from './parking.ts';
import type { Settlement } from './settlement.ts';
import type { Worker, WorkerListener, WorkerPool } from './worker-pool.ts';

export interface DeliveriesOptions {
  /** The name of the client, for diagnostics. */
  readonly client: string;
  readonly pool: WorkerPool;
  readonly parking: Parking;
  readonly failures: Failures;
  readonly time: BurstClock;
  readonly deadlines: Deadlines;
  readonly latencies: Latencies;
  readonly openWork: OpenWork;
  readonly settlement: Settlement;
  /** Called when a worker, a key or a place is free again. */
  readonly wake: () => void;
}

/**
 * Brings messages to subscriptions, one delivery at a time, and settles each delivery exactly once.
 *
 * The common case, a synchronous handler that succeeds, costs a call and two counters. A {@link Delivery} is made where a promise has to be
 * waited for, where the message may not run yet, and where its handler failed.
 */
export class Deliveries implements DeliveryRunner, WorkerListener {
  /** Whether somebody listens to the tracing channel; looked at once per drain. */
  traced = false;
  readonly #options: DeliveriesOptions;
  readonly #pool: WorkerPool;
  readonly #settlement: Settlement;
  /** Deliveries that ended in a worker, to be used again. */
  readonly #spare: Delivery[] = [];
  /** Of the message that is being dispatched; made when its first delivery is parked. */
  #hold: MessageHold | undefined = undefined;
  /** The lane in which the message that is being dispatched keeps its place. */
  #reserved: Lane | undefined = undefined;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#pool = options.pool;
    this.#settlement = options.settlement;
  }

  /** The deliveries offered from now on belong to another message. */
  beginMessage(): void {
    this.release();
    this.#hold = undefined;
  }

  /** Brings a message to one subscription: at once where it may run, otherwise it is parked. */
  offer(subscription: ClientSubscription, lane: Lane, entry: LaneEntry, meta: DeliveryMeta): void {
    lane.counters.deliveries.opened += 1;
    if (subscription.receiver !== undefined) {
      subscription.receiver.offer(this.#open(subscription, lane, entry, meta));
      return;
    }
    const own = subscription.handlerTimeoutMs === undefined ? meta : DeliveryMeta.forAttempt(meta, meta.deliveryCount);
    if (!this.#mayStart(subscription, entry)) {
      this.park(this.#open(subscription, lane, entry, own));
      return;
    }
    let result: unknown;
    try {
      result = this.traced ? this.#traced(subscription, entry.payload, own) : subscription.handler(entry.payload, own);
    } catch (error) {
      this.#failedAtOnce(this.#open(subscription, lane, entry, own), error);
      return;
    }
    if (isThenable(result)) {
      const delivery = this.#open(subscription, lane, entry, own);
      this.#options.parking.queueOf(delivery).busy = true;
      delivery.attempts = 1;
      subscription.running += 1;
      this.#await(delivery, result);
      return;
    }
    lane.counters.deliveries.handled += 1;
    if (this.#settlement.observes) this.#settlement.handledAtOnce(subscription, entry, own);
  }

  /**
   * Keeps the place of the message that is being dispatched: while its first subscriptions run it is not known yet whether it has to wait for
   * another, and one that they publish must not get it.
   */
  reserve(lane: Lane): void {
    this.#reserved = lane;
    lane.parked += 1;
  }

  /** Gives the place back, unless a parked delivery keeps it. */
  release(): void {
    this.#hold?.release();
    if (this.#reserved !== undefined) this.#reserved.parked -= 1;
    this.#reserved = undefined;
  }

  /** Parks a delivery of the message that is being dispatched. */
  park(delivery: Delivery): void {
    if (this.#hold === undefined) {
      this.#hold = new MessageHold(delivery.lane, this.#reserved !== undefined);
      this.#reserved = undefined;
    }
    this.#options.parking.park(delivery, this.#hold);
  }

  runQueue(queue: KeyQueue, nowMs: number): void {
    const { parking } = this.#options;
    const { subscription } = queue;
    const delivery = queue.head();
    if (delivery === undefined) {
      parking.releasePlace(subscription);
      return;
    }
    if (subscription.running >= subscription.concurrency) {
      subscription.wait(queue, delivery.lane.priority);
      return;
    }
    queue.take();
    parking.unpark(delivery);
    if (delivery.isExpired(nowMs) || delivery.inbound?.isRevoked === true) {
      if (delivery.inbound?.isRevoked === true) this.#settlement.dropped(delivery, 'revoked');
      else this.#settlement.expired(delivery);
      parking.releaseKey(queue);
      parking.releasePlace(subscription);
      return;
    }
    queue.busy = true;
    this.#start(delivery);
  }

  retryDue(delivery: Delivery): void {
    const { queue } = delivery;
    if (queue === undefined) return;
    queue.retrying = undefined;
    queue.due = delivery;
    this.#options.openWork.resumed(delivery);
    this.#options.parking.makeReady(queue, delivery.lane);
    this.#options.wake();
  }

  fulfilled(worker: Worker): void {
    if (worker.abandoned) return;
    if (worker.batch !== undefined) {
      this.#endBatch(worker, false, undefined);
      return;
    }
    const delivery = this.#leave(worker);
    const handledMs = Math.max(0, this.#options.time.recent() - delivery.startedAtMs);
    this.#options.latencies.handles[delivery.lane.priority].record(handledMs, 1);
    this.#handled(delivery, handledMs);
    this.#recycle(delivery);
    this.#options.wake();
  }

  rejected(worker: Worker, error: unknown): void {
    if (worker.abandoned) return;
    if (worker.batch !== undefined) {
      this.#endBatch(worker, true, error);
      return;
    }
    this.#failed(this.#leave(worker), error);
    this.#options.wake();
  }

  timedOut(worker: Worker): void {
    const { subscription, meta } = worker.delivery as Delivery;
    const message = `The handler of ${subscription.id} took longer than its ${subscription.handlerTimeoutMs} ms for a message on ${meta.topic}.`;
    const hint = 'Let it watch meta.signal, or give it more time by handlerTimeoutMs.';
    this.giveUp(worker, new BusError('HANDLER_TIMEOUT', { message, hint }));
  }

  /** Takes a worker from its handler: the attempt has failed, and what the handler does later concerns nobody. */
  giveUp(worker: Worker, error: BusError): void {
    worker.abandoned = true;
    if (worker.batch !== undefined) {
      this.#endBatch(worker, true, error);
      return;
    }
    const delivery = this.#leave(worker);
    if (delivery.hasOwnMeta) DeliveryMeta.abort(delivery.meta, error);
    this.#failed(delivery, error);
    this.#options.wake();
  }

  /** Runs a batch's handler in a worker if its result has to be waited for. */
  runBatch(call: () => unknown, run: { ended(failed: boolean, error: unknown): void }): void {
    let result: unknown;
    try {
      result = call();
    } catch (error) {
      run.ended(true, error);
      return;
    }
    if (!isThenable(result)) {
      run.ended(false, undefined);
      return;
    }
    const worker = this.#pool.take();
    worker.batch = run;
    worker.batchStartedAtMs = this.#options.time.nowMs;
    react(worker, result);
  }

  /** Brings retries forward that wait for their time; they are the last. */
  retryNow(subscription: ClientSubscription): void {
    for (const queue of [...subscription.queues.values()]) {
      const { retrying } = queue;
      if (retrying === undefined) continue;
      retrying.lastAttempt = true;
      this.#options.deadlines.remove(retrying);
      this.retryDue(retrying);
    }
  }

  /** Gives up what runs in workers; its handlers are told by their signals. */
  abandonRunning(failure: SettlementFailure): void {
    for (const worker of [...this.#pool.busy]) {
      const { batch } = worker;
      worker.abandoned = true;
      if (batch !== undefined) {
        this.#pool.release(worker);
        continue;
      }
      const delivery = this.#leave(worker);
      DeliveryMeta.abort(delivery.meta, failure.error);
      this.#settlement.dropped(delivery, 'closed', failure);
    }
  }

  /** Gives up what a subscription that ends still has waiting. */
  clear(subscription: ClientSubscription, reason: DropReason, failure?: SettlementFailure): void {
    const { parking, deadlines } = this.#options;
    for (const queue of subscription.queues.values()) {
      const { retrying } = queue;
      if (retrying === undefined) continue;
      deadlines.remove(retrying);
      this.#options.openWork.resumed(retrying);
      queue.retrying = undefined;
      parking.unpark(retrying);
      this.#settlement.dropped(retrying, reason, failure);
      queue.busy = false;
    }
    parking.clear(subscription, (delivery) => this.#settlement.dropped(delivery, reason, failure));
  }

  #open(subscription: ClientSubscription, lane: Lane, entry: LaneEntry, meta: DeliveryMeta): Delivery {
    let delivery = this.#spare.pop();
    if (delivery === undefined) delivery = new Delivery(subscription, lane, entry, meta);
    else delivery.reopen(subscription, lane, entry, meta);
    this.#options.openWork.opened(delivery);
    delivery.key.open += 1;
    delivery.inbound?.opened();
    if (delivery.ticket !== undefined) delivery.ticket.open += 1;
    delivery.startedAtMs = this.#options.time.nowMs;
    return delivery;
  }

  /** Only after an end in a worker does nothing else know the delivery any more. */
  #recycle(delivery: Delivery): void {
    delivery.payload = undefined;
    if (this.#spare.length < MAX_SPARE) this.#spare.push(delivery);
  }

  #mayStart(subscription: ClientSubscription, entry: LaneEntry): boolean {
    if (this.#pool.full || subscription.running >= subscription.concurrency) return false;
    if (subscription.activeKeys === 0) return true;
    const queue = keyOf(entry).queueAt(subscription);
    return queue === undefined || !queue.active;
  }

  #start(delivery: Delivery): void {
    const { subscription } = delivery;
    subscription.running += 1;
    delivery.attempts += 1;
    delivery.startedAtMs = this.#options.time.nowMs;
    let result: unknown;
    try {
      result = this.traced
        ? this.#traced(subscription, delivery.payload, delivery.meta)
        : subscription.handler(delivery.payload, delivery.meta);
    } catch (error) {
      subscription.running -= 1;
      this.#failed(delivery, error);
      return;
    }
    if (isThenable(result)) {
      this.#await(delivery, result);
      return;
    }
    subscription.running -= 1;
    this.#handled(delivery, 0);
  }

  #await(delivery: Delivery, result: PromiseLike<unknown>): void {
    const worker = this.#pool.take();
    worker.delivery = delivery;
    const { handlerTimeoutMs } = delivery.subscription;
    if (handlerTimeoutMs !== undefined) this.#options.deadlines.add(worker, handlerTimeoutMs);
    react(worker, result);
  }

  /** The worker is free; its delivery goes on. */
  #leave(worker: Worker): Delivery {
    const delivery = worker.delivery as Delivery;
    const { subscription } = delivery;
    if (worker.place >= 0) this.#options.deadlines.remove(worker);
    this.#pool.release(worker);
    subscription.running -= 1;
    return delivery;
  }

  #endBatch(worker: Worker, failed: boolean, error: unknown): void {
    const { batch } = worker;
    this.#pool.release(worker);
    batch?.ended(failed, error);
    this.#options.wake();
  }

  #handled(delivery: Delivery, handledMs: number): void {
    const { subscription, queue } = delivery;
    const { parking } = this.#options;
    if (queue !== undefined) parking.releaseKey(queue);
    parking.releasePlace(subscription);
    this.#settlement.handled(delivery, handledMs);
  }

  #failedAtOnce(delivery: Delivery, error: unknown): void {
    delivery.attempts = 1;
    this.#options.parking.queueOf(delivery).busy = true;
    this.#failed(delivery, error);
  }

  #failed(delivery: Delivery, error: unknown): void {
    const { parking, failures, deadlines } = this.#options;
    this.#settlement.attempted(delivery, false);
    parking.releasePlace(delivery.subscription);
    const next = failures.attemptFailed(delivery, error);
    if (next === 'retry') {
      if (delivery.queue !== undefined) delivery.queue.retrying = delivery;
      deadlines.add(delivery, failures.delayMs(delivery));
      delivery.hold = new MessageHold(delivery.lane);
      delivery.hold.add();
      this.#options.openWork.suspended(delivery);
      return;
    }
    if (next === 'unsubscribed') this.#settlement.dropped(delivery, 'unsubscribed');
    else this.#settlement.ended(delivery, failures.settlement(delivery, next, error));
    if (delivery.queue !== undefined) parking.releaseKey(delivery.queue);
  }

  #traced(subscription: ClientSubscription, payload: unknown, meta: DeliveryMeta): unknown {
    const { client } = this.#options;
    return traceHandler({ client, payload, meta, subscriptionId: subscription.id, pending: false }, () =>
      subscription.handler(payload, meta),
    );
  }
}

/**
 * A promise with the language's own `then` is reacted to directly; anything else is adopted by one first, since it may call back twice, at
 * once, or throw.
 */
function react(worker: Worker, result: PromiseLike<unknown>): void {
  try {
    if (result.then === NATIVE_THEN) {
      result.then(worker.onFulfilled, worker.onRejected);
      return;
    }
  } catch {
    // It has not taken the reactions, and the adopting promise rejects with what it threw.
  }
  adopted(result).then(worker.onFulfilled, worker.onRejected);
}

/** Settles as `result` does, and rejects with whatever waiting for it throws. */
async function adopted(result: PromiseLike<unknown>): Promise<void> {
  await result;
}

const NATIVE_THEN: unknown = Reflect.get(Promise.prototype, 'then');

/** As many as there are workers at most. */
const MAX_SPARE = 50;
