import type { OpenBatch } from './open-batch.ts';

/** Messages of one batch in an entry: their places in the batch. */
export interface EntryPart {
  readonly batch: OpenBatch;
  readonly indices: readonly number[];
}

/** An entry that waits to be stored, or to be known as stored. Its bytes never change once it was sent. */
export interface SealedEntry {
  readonly bytes: Buffer;
  readonly count: number;
  readonly rawBytes: number;
  readonly parts: readonly EntryPart[];
  epoch: number;
  number: number;
  /** How often it was sent. */
  attempts: number;
  /** Whether it is on its way. */
  isOut: boolean;
  /** Whether an earlier attempt may have stored it. */
  maybeStored: boolean;
  /** It was counted as one that may be stored once more, and no answer to it was lost since. */
  isCounted: boolean;
  /** It is on its way, and Redis has said meanwhile that it knows nothing of its stream. */
  isForgotten: boolean;
  /** Store it unless Redis remembers exactly it. */
  forced: boolean;
}

/** It leaves: until it is back, Redis may have it. */
export function sendOut(entry: SealedEntry): void {
  entry.isOut = true;
  entry.isForgotten = false;
  if (!entry.maybeStored) for (const { batch } of entry.parts) batch.uncertain += 1;
}

/** There was an answer, or there will be none. */
export function takeBack(entry: SealedEntry): void {
  entry.isOut = false;
  if (!entry.maybeStored) for (const { batch } of entry.parts) batch.uncertain -= 1;
}

/** Nobody knows whether Redis has it; to be called when it is back. */
export function doubt(entry: SealedEntry): void {
  entry.isCounted = false;
  if (entry.maybeStored) return;
  entry.maybeStored = true;
  for (const { batch } of entry.parts) batch.uncertain += 1;
}
