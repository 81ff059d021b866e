import type { PriorityName } from '@tradewind/core-types';

/** One dead letter. */
export interface DeadLetterRow {
  readonly id: string;
  readonly producer: string;
  readonly sequence: number;
  readonly topic: string;
  readonly priority: PriorityName;
  readonly publishedAtMs: number;
  readonly deadAtMs: number;
  readonly attempts: number;
  readonly subscription: string | null;
  readonly orderingKey: string | null;
  readonly correlationId: string | null;
  /**
   * Both are what a handler threw. Without the permission for payloads, which they may quote, the message is null, and the code is null unless it
   * is a name of at most 64 letters, digits, `_`, `.` and `-`.
   */
  readonly cause: { readonly message: string | null; readonly code: string | null };
  /** Null without the permission for payloads; the text of one that is long is cut, then `payloadCut` is true. */
  readonly payload: string | null;
  readonly payloadCut: boolean;
  /** Null without the permission for payloads. */
  readonly headers: Readonly<Record<string, string>> | null;
}

/** `GET /api/dead-letters?store=&pattern=&id=&after=&limit=`: oldest first, at most `limit` (100, up to 500). */
export interface DeadLettersAnswer {
  readonly store: string;
  readonly letters: readonly DeadLetterRow[];
  /** Give it as `after` for the next page; null: this is the last one. */
  readonly next: string | null;
}

/**
 * `POST /api/dead-letters/retry` and `…/purge`: letters by their ids (at most 1,000), or all that match a pattern and were there when it was asked;
 * of those at most 10,000, then `more` is true.
 */
export interface DeadLettersRequest {
  readonly store: string;
  readonly ids?: readonly string[] | undefined;
  readonly all?: true | undefined;
  readonly pattern?: string | undefined;
  readonly by?: string | undefined;
}

export interface DeadLettersRetried {
  readonly ok: true;
  readonly retried: number;
  readonly unknown: number;
  /** At most 100 of them, with the reason; that is null without the permission for payloads: it may quote one. */
  readonly failed: readonly { readonly id: string; readonly reason: string | null }[];
  readonly failedCount: number;
  readonly more: boolean;
}

export interface DeadLettersPurged {
  readonly ok: true;
  readonly purged: number;
  readonly more: boolean;
}
