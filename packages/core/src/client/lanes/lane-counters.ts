import type { DropReason } from '@tradewind/core-types';

/** All reasons for a drop, in the order of the columns that count them. */
export const DROP_REASONS: readonly DropReason[] = [
  'laneFull',
  'overflowOldest',
  'overflowNewest',
  'plugin',
  'unsubscribed',
  'closed',
  'invalidPayload',
  'revoked',
];

/**
 * What became of the messages of one lane, and of their deliveries; plain fields, since they are incremented per message.
 *
 * Two laws hold at any time, and property tests check them:
 *
 * - messages: accepted = dispatched + unrouted + sent + deadLettered + expired + superseded + dropped + those still in the lane (or being sent);
 * - deliveries: opened = handled + deadLettered + expired + superseded + dropped + those still parked, running or waiting for a retry.
 */
export class LaneCounters {
  accepted = 0;
  /** `publish` answered false, or `publishWhenReady` gave up. Not accepted. */
  refused = 0;
  /** Refused by the schema of its topic: `publish` threw. Not accepted. */
  invalid = 0;
  /** Handed to at least one subscription. */
  dispatched = 0;
  /** Nobody was subscribed. */
  unrouted = 0;
  /** Stored by a transport. */
  sent = 0;
  /** Never stored by a transport, and put aside with its error. */
  deadLettered = 0;
  expired = 0;
  superseded = 0;
  readonly dropped: Float64Array = new Float64Array(DROP_REASONS.length);
  readonly deliveries: DeliveryCounters = new DeliveryCounters();

  drop(reason: DropReason): void {
    const column = DROP_REASONS.indexOf(reason);
    this.dropped[column] = (this.dropped[column] as number) + 1;
  }
}

export class DeliveryCounters {
  /** One for each subscription that a dispatched message went to. */
  opened = 0;
  handled = 0;
  /** Attempts that failed; a retry may have followed. */
  failedAttempts = 0;
  retries = 0;
  deadLettered = 0;
  expired = 0;
  superseded = 0;
  readonly dropped: Float64Array = new Float64Array(DROP_REASONS.length);

  drop(reason: DropReason): void {
    const column = DROP_REASONS.indexOf(reason);
    this.dropped[column] = (this.dropped[column] as number) + 1;
  }
}

export function dropColumn(reason: DropReason): number {
  return DROP_REASONS.indexOf(reason);
}
