import type { BufferedMessageBus, Clock, InstrumentId, TimestampNs } from '@tradewind/core-types';
import type { DemoTopics, Publication } from '../events.ts';
import type { Listing } from '../feed.ts';
import type { ReactionLedger } from '../timeline/reaction-ledger.ts';
import type { DeliveryCounts } from './delivery-counts.ts';
import type { EventLog } from './event-log.ts';

/** What every subscriber is given. */
export interface Desk {
  readonly bus: BufferedMessageBus<DemoTopics>;
  readonly clock: Clock;
  /** Counts what each subscriber was handed, for the accounts at the end. */
  readonly deliveries: DeliveryCounts;
  /** For what a person at the desk would want to see. */
  readonly log: EventLog;
  readonly listings: ReadonlyMap<InstrumentId, Listing>;
  readonly ledger: ReactionLedger;
  readonly startNs: TimestampNs;
  /** Whether prices of different venues are of the same time; false for recordings whose times were shifted. */
  areVenuesComparable(): boolean;
  /** Has an event published at a moment of virtual time, by the one writer. */
  schedule(atMicros: number, publication: Publication, tieKey: string): void;
}

/** The moment of virtual time at which an event was known here. */
export function microsOf(desk: Pick<Desk, 'startNs'>, tsInitNs: TimestampNs): number {
  return Number((tsInitNs - desk.startNs) / 1000n);
}
