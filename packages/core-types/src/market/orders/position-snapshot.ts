import * as z from 'zod';
import type { DecimalText } from '../decimal.ts';
import { eventHeader, type EventHeader } from '../event-header.ts';
import { decimal, identifier, instrumentId, quantity, tag } from '../fields.ts';
import type { InstrumentId } from '../instrument-id.ts';
import { parseWith } from '../schema.ts';

/** A position as it stands: of an account at a venue, or of one strategy in this system. Replaces what was known before. */
export interface PositionSnapshot extends EventHeader {
  readonly type: 'position_snapshot';
  readonly accountId: string;
  readonly instrumentId: InstrumentId;
  /** Whose position it is in this system. Absent: the account's, as the venue sees it. */
  readonly strategyId?: string | undefined;
  /** Positive is long, negative short, `'0'` flat; in the unit of sizes. */
  readonly signedQuantity: DecimalText;
  /** Null when flat, or when the venue does not tell. */
  readonly averageEntryPrice: DecimalText | null;
  readonly markPrice?: DecimalText | undefined;
  readonly liquidationPrice?: DecimalText | undefined;
  /** In settlement currency. */
  readonly unrealizedPnl?: DecimalText | undefined;
  /** In settlement currency, since the position was opened. */
  readonly realizedPnl?: DecimalText | undefined;
  readonly leverage?: DecimalText | undefined;
}

/**
 * Reads a position from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_ACCOUNT`, with all problems among its `issues`.
 */
export function parsePositionSnapshot(input: unknown): PositionSnapshot {
  return parseWith(positionSchema, input, {
    code: 'INVALID_ACCOUNT',
    hint: 'Quantities are signed decimal text: positive is long.',
  });
}

const positionSchema: z.ZodType<PositionSnapshot> = z.object({
  type: tag('position_snapshot'),
  ...eventHeader,
  accountId: identifier,
  instrumentId,
  strategyId: identifier.optional(),
  signedQuantity: decimal,
  averageEntryPrice: decimal.nullable(),
  markPrice: decimal.optional(),
  liquidationPrice: decimal.optional(),
  unrealizedPnl: decimal.optional(),
  realizedPnl: decimal.optional(),
  leverage: quantity.optional(),
});
