import { PRIORITIES, PRIORITY_NAMES, errorCode, type OutgoingBatch } from '@tradewind/core-types';
import { TransportFailure } from './transport-failure.ts';

/** What tells a batch from another one of the same number. */
interface StoredBatch {
  readonly batchSequence: number;
  readonly producer: string | undefined;
  readonly firstSequence: number | undefined;
}

interface LaneOrder {
  /** The batch that failed and has to come again before any later one; undefined: none. */
  failed: number | undefined;
  highest: number;
  /** The last batches that were stored, for recognising them when they are offered again. */
  readonly recent: StoredBatch[];
}

/**
 * Keeps the batches of one client in order, and recognises those that were stored before.
 *
 * After a retryable failure everything later of the same lane is turned away until the failed batch comes again: otherwise a batch that
 * was already on its way would overtake it. A batch that was stored is known by its number, so that it may be offered again at any time.
 */
export class PublishOrder {
  readonly #lanes: readonly LaneOrder[] = PRIORITIES.map(() => ({ failed: undefined, highest: 0, recent: [] }));

  /**
   * To be asked before a batch is stored.
   *
   * @returns False: it was stored before, and is done.
   * @throws TransportFailure `TRANSPORT_REFUSED`: retryable when an earlier batch has to come first; final when the number belongs to another batch.
   */
  admits(batch: OutgoingBatch): boolean {
    const lane = this.#lane(batch);
    const { failed } = lane;
    if (failed !== undefined && batch.batchSequence > failed) throw outOfTurn(batch, failed);
    if (batch.batchSequence > lane.highest) return true;
    const stored = lane.recent.find(({ batchSequence }) => batchSequence === batch.batchSequence);
    if (stored === undefined || !isSame(stored, batch)) throw numberTaken(batch);
    return false;
  }

  stored(batch: OutgoingBatch): void {
    const lane = this.#lane(batch);
    if (lane.failed === batch.batchSequence) lane.failed = undefined;
    lane.highest = Math.max(lane.highest, batch.batchSequence);
    const [first] = batch.messages;
    lane.recent.push({ batchSequence: batch.batchSequence, producer: first?.producer, firstSequence: first?.sequence });
    if (lane.recent.length > REMEMBERED) lane.recent.shift();
  }

  /** The batch was not stored, or perhaps not. A final failure opens the way for the next one. */
  failed(batch: OutgoingBatch, error: unknown): void {
    const lane = this.#lane(batch);
    if (!isRetryable(error)) {
      if (lane.failed === batch.batchSequence) lane.failed = undefined;
    } else lane.failed = Math.min(lane.failed ?? batch.batchSequence, batch.batchSequence);
  }

  #lane(batch: OutgoingBatch): LaneOrder {
    const lane = this.#lanes[batch.priority];
    if (lane !== undefined) return lane;
    throw refused(
      `Expected a priority 0 to 3, received ${String(batch.priority)}.`,
      'Use a member of Priority.',
      false,
    );
  }
}

function isSame(stored: StoredBatch, batch: OutgoingBatch): boolean {
  const [first] = batch.messages;
  return stored.producer === first?.producer && stored.firstSequence === first?.sequence;
}

function isRetryable(error: unknown): boolean {
  return errorCode(error) !== undefined && (error as Partial<TransportFailure>).retryable === true;
}

function outOfTurn(batch: OutgoingBatch, failed: number): TransportFailure {
  return refused(
    `Expected batch ${failed} of the lane ${PRIORITY_NAMES[batch.priority]}, which failed, to come again first, received batch ${batch.batchSequence}.`,
    'Offer the batches again in their order.',
    true,
  );
}

function numberTaken(batch: OutgoingBatch): TransportFailure {
  return refused(
    `Expected a new number or a batch that was just stored, received other messages as batch ${batch.batchSequence} of the lane ${PRIORITY_NAMES[batch.priority]}.`,
    'Number the batches of a client, path and priority from 1 without gaps; one transport object serves one client.',
    false,
  );
}

function refused(message: string, hint: string, retryable: boolean): TransportFailure {
  return new TransportFailure('TRANSPORT_REFUSED', { message, hint, retryable, mayHaveBeenStored: false });
}

/** A client has two batches of a lane in flight; with these it may have many more. */
const REMEMBERED = 64;
