import type { DropReason, OverflowPolicy, Priority, SettlementFailure } from '@tradewind/core-types';
import type { BurstClock } from '../draining/burst-clock.ts';
import { ConflationIndex } from './conflation-index.ts';
import type { Settlement } from '../delivering/settlement.ts';
import type { Lane } from '../lanes/lane.ts';
import { LaneEntry, MessageExtras, keyOf } from '../lanes/lane-entry.ts';
import type { Parking } from '../delivering/parking.ts';
import type { Reporter } from '../observing/reporter.ts';
import type { SchedulerGuard } from '../lanes/scheduler-guard.ts';

/** What happens to a message that comes to a full lane. `enters`: there is room now. `replaced`: it took the place of an older one. */
export type OverflowResult = 'enters' | 'replaced' | 'refused' | 'dropped';

export interface OverflowOptions {
  readonly policies: readonly OverflowPolicy[];
  readonly reporter: Reporter;
  readonly parking: Parking;
  readonly settlement: Settlement;
  readonly guard: SchedulerGuard;
  readonly time: BurstClock;
}

/**
 * The overflow policies of the lanes, and the replacing of queued messages by newer ones.
 *
 * A queued message that is dropped or superseded is counted and reported; its transport takes it for settled.
 */
export class Overflow {
  readonly #options: OverflowOptions;
  readonly #indexes = new Map<Lane, ConflationIndex>();
  /** Reused; undefined while somebody is told of it, so that a publish from inside gets another one. */
  #victim: LaneEntry | undefined = new LaneEntry();

  constructor(options: OverflowOptions) {
    this.#options = options;
  }

  /** Whether appended messages have to be indexed. */
  get isIndexing(): boolean {
    return this.#indexes.size > 0;
  }

  policy(priority: Priority): OverflowPolicy {
    return this.#options.policies[priority] as OverflowPolicy;
  }

  /** Replaces the queued message with the same `conflateBy` text, if there is one. */
  replaceByText(lane: Lane, entry: LaneEntry): boolean {
    const text = entry.extras?.conflateBy;
    if (text === undefined) return false;
    const position = this.#indexOf(lane).findText(text, entry);
    if (position === undefined) return false;
    this.#replace(lane, position, entry);
    return true;
  }

  /** Makes room in a full lane, or says why not. */
  makeRoom(lane: Lane, entry: LaneEntry): OverflowResult {
    switch (this.policy(lane.priority)) {
      case 'refuse':
        return 'refused';
      case 'dropNewest':
        this.#drop(lane, entry, 'overflowNewest');
        return 'dropped';
      case 'conflate': {
        const position = this.#indexOf(lane).findKey(entry);
        if (position === undefined) return this.#dropOldest(lane, entry);
        this.#replace(lane, position, entry);
        return 'replaced';
      }
      case 'dropOldest':
        return this.#dropOldest(lane, entry);
    }
  }

  /** A message is about to be appended to its lane. */
  appending(lane: Lane, entry: LaneEntry): void {
    if (entry.extras?.conflateBy !== undefined) this.#indexOf(lane).put(entry, lane.nextPosition);
    else if (this.#indexes.size > 0) this.#indexes.get(lane)?.put(entry, lane.nextPosition);
  }

  /** Gives up a message that is not in a delivery yet. */
  drop(lane: Lane, entry: LaneEntry, reason: DropReason, failure?: SettlementFailure): void {
    this.#drop(lane, entry, reason, failure);
  }

  #dropOldest(lane: Lane, entry: LaneEntry): OverflowResult {
    if (lane.depth > 0) {
      this.#dropQueued(lane);
      return 'enters';
    }
    // Everything that counts against the capacity is parked.
    const parked = this.#options.parking.takeOldest(lane);
    if (parked === undefined || lane.occupied >= lane.capacity) {
      if (parked !== undefined) this.#options.settlement.dropped(parked, 'overflowOldest');
      this.#drop(lane, entry, 'overflowNewest');
      return 'dropped';
    }
    lane.parked += 1;
    try {
      this.#options.settlement.dropped(parked, 'overflowOldest');
    } finally {
      lane.parked -= 1;
    }
    return 'enters';
  }

  /** Drops the oldest queued message. Its place stays taken while others are told: one that publishes then must not get it. */
  #dropQueued(lane: Lane): void {
    const victim = this.#victim ?? new LaneEntry();
    this.#victim = undefined;
    lane.take(victim);
    lane.parked += 1;
    try {
      this.#drop(lane, victim, 'overflowOldest');
    } finally {
      lane.parked -= 1;
      victim.payload = undefined;
      this.#victim = victim;
    }
  }

  #drop(lane: Lane, entry: LaneEntry, reason: DropReason, failure?: SettlementFailure): void {
    const { reporter } = this.#options;
    lane.counters.drop(reason);
    const { guard, time } = this.#options;
    if (guard.observes) guard.left('drop', entry, time.nowMs);
    reporter.dropped(reporter.identity(entry), lane.priority, reason);
    if (reporter.observes) {
      const outcome = reporter.outcome.ofEntry('dropped', entry, lane);
      outcome.reason = reason;
      reporter.observe(outcome);
    }
    this.#settle(entry, failure);
  }

  /** The newer message is in its place before anybody is told: who publishes then could move what is queued. */
  #replace(lane: Lane, position: number, entry: LaneEntry): void {
    const { reporter, guard, time } = this.#options;
    const older = this.#victim ?? new LaneEntry();
    this.#victim = undefined;
    lane.peek(position - lane.firstPosition, older);
    lane.counters.superseded += 1;
    const inbound = older.extras?.inbound;
    const newer = entry.extras?.inbound;
    if (inbound !== undefined && newer !== undefined) newer.supersede(inbound);
    keyOf(older).open -= 1;
    // The scheduler stamps its ticket into extras that the lane has already.
    if (guard.observes) entry.extras ??= new MessageExtras();
    lane.replace(position, entry);
    this.#indexes.get(lane)?.put(entry, position);
    if (guard.observes) {
      guard.left('superseded', older, time.nowMs);
      guard.arrived(lane.priority, entry);
    }
    if (reporter.observes) reporter.observe(reporter.outcome.ofEntry('superseded', older, lane));
    older.payload = undefined;
    this.#victim = older;
  }

  #settle(entry: LaneEntry, failure: SettlementFailure | undefined): void {
    const inbound = entry.extras?.inbound;
    if (failure === undefined) inbound?.closed();
    else inbound?.failed(failure);
    keyOf(entry).open -= 1;
  }

  #indexOf(lane: Lane): ConflationIndex {
    let index = this.#indexes.get(lane);
    if (index === undefined) {
      index = new ConflationIndex(lane);
      this.#indexes.set(lane, index);
    }
    return index;
  }
}
