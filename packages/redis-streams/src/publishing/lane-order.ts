import { PRIORITY_NAMES, type OutgoingBatch, type Priority } from '@tradewind/core-types';
import { RedisTransportError } from '../errors.ts';
import { OpenBatch } from './open-batch.ts';

/**
 * Keeps the batches of one lane in order, and knows those that were offered before.
 *
 * After a retryable failure everything later is turned away until the failed batch comes again: otherwise one that was already on its
 * way would overtake it. A batch that comes again meets its entries, which kept their numbers.
 */
export class LaneOrder {
  readonly #priority: Priority;
  readonly #open = new Map<number, OpenBatch>();
  /** The last that were stored, in the order in which they were. */
  readonly #recent: OpenBatch[] = [];
  #highest = 0;
  /** The first that failed and has not come again. */
  #stoppedAt: number | undefined;

  constructor(priority: Priority) {
    this.#priority = priority;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * To be asked first. Undefined: it is new, and to be taken with {@link add}. Otherwise its promise.
   *
   * @throws RedisTransportError `TRANSPORT_REFUSED`: retryable when an earlier batch has to come first; final when the number belongs to another.
   */
  known(batch: OutgoingBatch, dueAtMs: number): Promise<void> | undefined {
    const sequence = batch.batchSequence;
    if (this.#stoppedAt !== undefined && sequence > this.#stoppedAt)
      throw outOfTurn(this.#priority, this.#stoppedAt, sequence);
    // Nearly always.
    if (sequence > this.#highest) return undefined;
    const before = this.#open.get(sequence) ?? this.#recent.find((recent) => recent.sequence === sequence);
    if (before?.isSame(batch) !== true) throw numberTaken(this.#priority, sequence);
    const promise = before.attach(dueAtMs);
    before.settleWhenDone();
    this.#goOn();
    return promise;
  }

  add(batch: OutgoingBatch, dueAtMs: number): OpenBatch {
    const open = new OpenBatch(batch, dueAtMs);
    this.#open.set(open.sequence, open);
    this.#highest = Math.max(this.#highest, open.sequence);
    return open;
  }

  /** All its entries are stored, or can never be. */
  done(batch: OpenBatch): void {
    if (!this.#open.delete(batch.sequence)) return;
    this.#recent.push(batch);
    if (this.#recent.length > REMEMBERED) this.#recent.shift();
    batch.settleWhenDone();
  }

  /** Fails `batch` and everything behind it, for now. */
  stop(batch: OpenBatch, error: RedisTransportError): void {
    for (const open of this.#open.values()) {
      if (open.sequence < batch.sequence || !open.isAwaited) continue;
      open.fail(open === batch ? error : behind(error, open));
    }
    this.#goOn();
  }

  /** The first whose time is over. */
  overdue(nowMs: number): OpenBatch | undefined {
    for (const open of this.#open.values()) if (open.isAwaited && open.dueAtMs <= nowMs) return open;
    return undefined;
  }

  /** When the next one has to be settled. */
  get nextDueAtMs(): number {
    let next = Infinity;
    for (const { isAwaited, dueAtMs } of this.#open.values()) if (isAwaited) next = Math.min(next, dueAtMs);
    return next;
  }

  /** Fails all that is open, for good. */
  close(error: (batch: OpenBatch) => RedisTransportError): void {
    for (const open of this.#open.values()) open.fail(error(open));
    this.#open.clear();
  }

  /** The first that failed and did not come again stops the lane; those that were stored meanwhile included. */
  #goOn(): void {
    let first: number | undefined;
    for (const { sequence, isAwaited } of this.#open.values()) {
      if (!isAwaited && (first === undefined || sequence < first)) first = sequence;
    }
    this.#stoppedAt = first;
  }
}

function behind(error: RedisTransportError, batch: OpenBatch): RedisTransportError {
  return new RedisTransportError(error.code, {
    message: `Expected the batches before ${batch.sequence} to be stored, and one failed: ${error.message}`,
    hint: 'Offer the batches again in their order.',
    retryable: true,
    mayHaveBeenStored: batch.maybeStored,
    cause: error,
  });
}

function outOfTurn(priority: Priority, failed: number, sequence: number): RedisTransportError {
  return refused(
    `Expected batch ${failed} of the lane ${PRIORITY_NAMES[priority]}, which failed, to come again first, received batch ${sequence}.`,
    'Offer the batches again in their order.',
    true,
  );
}

function numberTaken(priority: Priority, sequence: number): RedisTransportError {
  return refused(
    `Expected a new number or a batch that was just stored, received other messages as batch ${sequence} of the lane ${PRIORITY_NAMES[priority]}.`,
    'Number the batches of a client, path and priority from 1 without gaps; one transport object serves one client.',
    false,
  );
}

function refused(message: string, hint: string, retryable: boolean): RedisTransportError {
  return new RedisTransportError('TRANSPORT_REFUSED', { message, hint, retryable, mayHaveBeenStored: false });
}

/** A client has two batches of a lane in flight; with these it may have many more. */
const REMEMBERED = 64;
