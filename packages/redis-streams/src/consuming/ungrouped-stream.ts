import type { Priority, SettlementFailure } from '@tradewind/core-types';
import type { EntryOwner, OpenEntry } from './open-entry.ts';
import { SequenceTracker } from './sequence-tracker.ts';

/** One stream that a consumer without a group reads: its position is in this process alone. */
export class UngroupedStream implements EntryOwner {
  readonly key: string;
  readonly priority: Priority;
  /** Whether others than this package write it, in their own form. */
  readonly isExternal: boolean;
  readonly tracker: SequenceTracker = new SequenceTracker();
  readonly open: Set<OpenEntry> = new Set();
  /** Reading goes on behind this entry. */
  position: string;
  readonly #onFailed: (entry: OpenEntry, index: number, failure: SettlementFailure) => void;
  readonly #onSettled: () => void;

  constructor(options: {
    readonly key: string;
    readonly priority: Priority;
    readonly isExternal: boolean;
    readonly position: string;
    readonly onFailed: (entry: OpenEntry, index: number, failure: SettlementFailure) => void;
    readonly onSettled: () => void;
  }) {
    this.key = options.key;
    this.priority = options.priority;
    this.isExternal = options.isExternal;
    this.position = options.position;
    this.#onFailed = options.onFailed;
    this.#onSettled = options.onSettled;
  }

  completed(entry: OpenEntry): void {
    this.open.delete(entry);
    this.#onSettled();
  }

  progressed(): void {
    return;
  }

  givenBack(): void {
    this.#onSettled();
  }

  failed(entry: OpenEntry, index: number, failure: SettlementFailure): void {
    this.#onFailed(entry, index, failure);
  }
}
