import type { Headers } from '../vocabulary/message.ts';
import type { Priority } from '../vocabulary/priority.ts';

/** A message that was put aside after its last attempt failed. */
export interface DeadLetter {
  /** Unique in its store. */
  readonly id: string;
  readonly producer: string;
  readonly sequence: number;
  readonly topic: string;
  readonly payload: unknown;
  readonly priority: Priority;
  readonly publishedAtMs: number;
  readonly deadAtMs: number;
  readonly attempts: number;
  /** Undefined when it never reached a subscription. */
  readonly subscriptionId?: string | undefined;
  readonly orderingKey?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly expiresAtMs?: number | undefined;
  readonly headers?: Headers | undefined;
  /** The last error as text and code; an `Error` itself does not cross processes. */
  readonly cause: { readonly message: string; readonly code?: string | undefined; readonly stack?: string | undefined };
}

/** Which dead letters to list. All conditions that are given must hold; `list()` without any gives the oldest 100. */
export interface DeadLetterQuery {
  /** Only topics that match this pattern. Default: all. */
  readonly pattern?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Only those behind this id, in the order of the store: for paging. */
  readonly after?: string | undefined;
  /** At most so many, oldest first. Default 100. */
  readonly limit?: number | undefined;
}

/** What became of the ids of a retry: each ends up in one of the three lists. */
export interface RetryResult {
  readonly retried: readonly string[];
  /** Ids that are not, or no longer, in the store. */
  readonly unknown: readonly string[];
  /** Ids that stay in the store because publishing them again failed, each with the reason. */
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
}

/** Where dead letters can be looked at, tried again or thrown away. */
export interface DeadLetterStore {
  list(query?: DeadLetterQuery): AsyncIterable<DeadLetter>;
  /** Publishes them again, as new messages, and removes those that were accepted. */
  retry(ids: readonly string[]): Promise<RetryResult>;
  /** Removes them for good; returns how many there were. */
  purge(ids: readonly string[]): Promise<number>;
}
