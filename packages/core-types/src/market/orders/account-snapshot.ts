import * as z from 'zod';
import type { DecimalText } from '../decimal.ts';
import { eventHeader, type EventHeader } from '../event-header.ts';
import { decimal, identifier, tag, venueName } from '../fields.ts';
import { leaf, parseWith, readList, type Failure } from '../schema.ts';
import { parseOrderSnapshot, type OrderSnapshot } from './order-snapshot.ts';
import { parsePositionSnapshot, type PositionSnapshot } from './position-snapshot.ts';

/** What an account has of one currency. Amounts may be negative where a venue lends. */
export interface AccountBalance {
  readonly currency: string;
  readonly total: DecimalText;
  /** What can be used for new orders or withdrawn. */
  readonly free: DecimalText;
  /** What open orders and positions hold. */
  readonly locked: DecimalText;
}

/** An account as it stands at its venue: what a restart, and a reconnect after a gap, reconcile with. Replaces what was known before. */
export interface AccountSnapshot extends EventHeader {
  readonly type: 'account_snapshot';
  readonly accountId: string;
  readonly venue: string;
  /** One per currency; a currency that is absent is zero. */
  readonly balances: readonly AccountBalance[];
  /** One per instrument; an instrument that is absent is flat. */
  readonly positions: readonly PositionSnapshot[];
  /** All orders that may still trade. */
  readonly openOrders: readonly OrderSnapshot[];
}

/** Bounds of one account snapshot, per list. Venues allow a few hundred open orders per account; market makers get thousands. */
export const ACCOUNT_LIMITS = { maxItems: 10_000 } as const;

/**
 * Reads an account from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * Of a list that is wrong in many places the first 16 wrong items are reported.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_ACCOUNT`, with all problems among its `issues`.
 */
export function parseAccountSnapshot(input: unknown): AccountSnapshot {
  return parseWith(accountSchema, input, FAILURE);
}

const FAILURE: Failure = { code: 'INVALID_ACCOUNT', hint: 'Amounts are decimal text; leave out what is zero.' };

const balanceSchema: z.ZodType<AccountBalance> = z.object({
  currency: identifier,
  total: decimal,
  free: decimal,
  locked: decimal,
});

const list = <T>(read: (item: unknown) => T): z.ZodType<readonly T[]> =>
  leaf((input) => readList(input, { maxLength: ACCOUNT_LIMITS.maxItems, read }));

const accountSchema: z.ZodType<AccountSnapshot> = z.object({
  type: tag('account_snapshot'),
  ...eventHeader,
  accountId: identifier,
  venue: venueName,
  balances: list((item) => parseWith(balanceSchema, item, FAILURE)),
  positions: list(parsePositionSnapshot),
  openOrders: list(parseOrderSnapshot),
});
