import type { Priority, SettlementFailure } from '@tradewind/core-types';
import type { EntryOwner, OpenEntry } from './open-entry.ts';
import type { OwnedShard } from './owned-shard.ts';
import { SequenceTracker } from './sequence-tracker.ts';

/** Why a stream is not read for new entries: what is older goes first. */
export type Backlog =
  /** Everything is in hand. */
  | 'none'
  /** What other consumers left is being claimed, page by page. */
  | 'claiming'
  /** An answer was lost: what was delivered to us and never arrived is read again. */
  | 'rereading';

/** One stream of a shard that this consumer owns. */
export class OwnedStream implements EntryOwner {
  readonly key: string;
  readonly priority: Priority;
  readonly shard: OwnedShard;
  readonly tracker: SequenceTracker = new SequenceTracker();
  readonly open: Map<string, OpenEntry> = new Map();
  backlog: Backlog = 'claiming';
  /** Where the next page of claims begins. */
  claimFrom: string = '0-0';
  /** A page of claims is on its way, or is being handed out. */
  isClaiming: boolean = false;
  /** The newest entry that went from reading to handing out; reading again begins behind it. */
  lastId: string = '0-0';
  /** Where the group stood when this consumer came. What is pending up to there was read before, by whomever. */
  startId: string = '0-0';
  /** Set while no more is to be claimed until everything that is open is settled; called then. */
  onEmpty: (() => void) | undefined = undefined;
  /** Messages that wait to come again: nothing new of this stream goes out before them. */
  #held = 0;

  constructor(key: string, priority: Priority, shard: OwnedShard) {
    this.key = key;
    this.priority = priority;
    this.shard = shard;
  }

  /** Whether the next page of what others left may be claimed. */
  get mayClaim(): boolean {
    return this.backlog === 'claiming' && !this.isClaiming && this.onEmpty === undefined;
  }

  /** Whether new entries may be read. */
  get isReady(): boolean {
    return this.backlog === 'none' && this.#held === 0;
  }

  /** Whether something is to come again before anything new. */
  get isHeld(): boolean {
    return this.#held > 0;
  }

  hold(): void {
    this.#held += 1;
  }

  unhold(): void {
    this.#held -= 1;
  }

  completed(entry: OpenEntry): void {
    this.open.delete(entry.id);
    this.shard.settlements.acknowledge(this.key, entry);
    this.shard.settled();
    if (this.onEmpty === undefined || this.open.size > 0) return;
    void this.#tellWhenSettled(this.onEmpty);
  }

  /** What comes next may kill this process before settlements have gathered: Redis has to know first what was settled. */
  async #tellWhenSettled(tell: () => void): Promise<void> {
    await this.shard.settlements.flushed();
    this.onEmpty = undefined;
    tell();
  }

  progressed(entry: OpenEntry): void {
    if (!entry.isNoteDue) this.shard.settlements.progressed(this.key, entry);
    if (this.shard.state === 'draining') this.shard.settled();
  }

  givenBack(entry: OpenEntry, isUnseen: boolean): void {
    if (isUnseen) this.shard.settlements.uncount(this.key, entry.id, entry.deliveries - 1);
    this.shard.settled();
  }

  failed(entry: OpenEntry, index: number, failure: SettlementFailure): void {
    this.shard.failures.failed(this, entry, index, failure);
  }

  /** What was read before comes as new: the group was set back, or made again. So nothing of it counts as seen. */
  forgetStart(): void {
    this.startId = '0-0';
    this.tracker.forgetStarts();
  }

  /** Claims everything that is pending from the beginning. */
  claimAll(): void {
    this.backlog = 'claiming';
    this.claimFrom = '0-0';
  }
}
