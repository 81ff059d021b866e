import type { PriorityName } from '@tradewind/core-types';

/** The policy in force while a certain number of messages waits, and what it is believed to save. */
export interface AdoptedPolicy {
  /** How many messages wait: `fewer than 8`, `8 to 63`, `64 and more`. */
  readonly waiting: string;
  readonly policy: string;
  /** The part of the cost of strict priority that it would have saved on the traffic seen lately. */
  readonly gain: number;
  /** The gain in its own standard errors. */
  readonly t: number;
  /** Windows of traffic that the gain comes from. */
  readonly windows: number;
}

/** Changes of policy since the start. */
export interface PolicyChanges {
  readonly adopted: number;
  /** Those among them that went back to what had been left before. */
  readonly reversals: number;
}

/** The best policy besides the one in force, and how the evidence for it stands. */
export interface AlternativePolicy {
  readonly waiting: string;
  readonly policy: string;
  /** The part of the cost of the policy in force that it would have saved; negative where all others cost more. */
  readonly gain: number;
  /** The gain in its own standard errors. */
  readonly t: number;
}

/** A topic that its publishers declared for a lane in which it does not belong. */
export interface LaneCorrection {
  readonly topic: string;
  readonly declared: PriorityName;
  readonly lane: PriorityName;
}
