import type { OutgoingBatch, TransportMessage } from '@tradewind/core-types';
import type { Lane } from '../lanes/lane.ts';
import type { OrderingKey } from '../delivering/ordering-keys.ts';

/** A batch on its way to its transport, until it is stored or given up. */
export interface BatchInFlight {
  readonly batch: OutgoingBatch;
  /** The ordering keys of its messages, one for each. */
  readonly keys: readonly OrderingKey[];
  /** When it was offered last. */
  startedAtMs: number;
}

/** What one lane of a path has on its way. */
export class OutgoingLane {
  readonly lane: Lane;
  /** Offered, and not yet settled. */
  readonly inFlight: Set<BatchInFlight> = new Set<BatchInFlight>();
  /** Failed, and to be offered again, in the order of their numbers, before any new batch. */
  readonly failed: BatchInFlight[] = [];
  /** Retries in a row. */
  attempts = 0;
  /** It waits for the time of a retry. */
  resting = false;
  #batchSequence = 0;

  constructor(lane: Lane) {
    this.lane = lane;
  }

  nextBatch(messages: readonly TransportMessage[]): OutgoingBatch {
    this.#batchSequence += 1;
    return { priority: this.lane.priority, batchSequence: this.#batchSequence, messages };
  }

  /** Whether a new batch may be offered: fewer than two are on their way, and none has to come first. */
  get isOpen(): boolean {
    return this.failed.length === 0 && this.inFlight.size < MAX_IN_FLIGHT;
  }

  fail(batch: BatchInFlight): void {
    this.failed.push(batch);
    this.failed.sort((a, b) => a.batch.batchSequence - b.batch.batchSequence);
  }

  /** Messages that left the lane and are not stored yet. */
  get sending(): number {
    let messages = 0;
    for (const { batch } of this.inFlight) messages += batch.messages.length;
    for (const { batch } of this.failed) messages += batch.messages.length;
    return messages;
  }
}

/** With a second batch on its way the transport need not wait for the client, nor the client for the transport. */
const MAX_IN_FLIGHT = 2;
