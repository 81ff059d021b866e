import type { BatchReceiver } from '@tradewind/core-types';
import type { EntryBatch } from './entry-batch.ts';
import type { LaneGate } from './lane-gate.ts';

/** Hands the batches of one reader to the receiver, each when the gate of its lane lets it through; with or without a group alike. */
export class HandingOut {
  readonly #gate: LaneGate;
  readonly #receiver: BatchReceiver;
  /** The batch that waits until another reader of the lane has handed out its own. */
  #atGate: EntryBatch | undefined = undefined;
  #stopped = false;

  constructor({ gate, receiver }: { readonly gate: LaneGate; readonly receiver: BatchReceiver }) {
    this.#gate = gate;
    this.#receiver = receiver;
  }

  /** Resolves when the receiver has room for more. What it rejects with fails what it has not settled; a revoked batch is not handed out. */
  async give(batch: EntryBatch): Promise<void> {
    const waiting = this.#gate.enter();
    if (waiting !== undefined) {
      this.#atGate = batch;
      await waiting;
      // It was given back meanwhile.
      if (this.#atGate !== batch) return this.#gate.leave();
      this.#atGate = undefined;
    }
    try {
      if (!this.#stopped && !batch.entry.revoked) await this.#receiver.onBatch(batch);
    } catch (error) {
      batch.settleRest(error);
    } finally {
      this.#gate.leave();
    }
  }

  /** Hands out nothing more; a batch that waits for its turn is given back at once. */
  stop(): void {
    this.#stopped = true;
    this.giveBack(() => true);
  }

  /** Gives the batch that waits for its turn back, if it is one of those that are to be left. */
  giveBack(isLeft: (batch: EntryBatch) => boolean): void {
    const batch = this.#atGate;
    if (batch === undefined || !isLeft(batch)) return;
    this.#atGate = undefined;
    batch.entry.giveBack(batch.places);
  }
}
