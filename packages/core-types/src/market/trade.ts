import * as z from 'zod';
import type { DecimalText } from './decimal.ts';
import { marketEventHeader, type MarketEventHeader } from './event-header.ts';
import { decimal, identifier, oneOf, positive, tag } from './fields.ts';
import { parseWith } from './schema.ts';

/** Whose order took the liquidity. `NO_AGGRESSOR`: nobody's, as in an auction, or the venue does not tell (NautilusTrader's spelling). */
export const AGGRESSOR_SIDES = ['BUYER', 'SELLER', 'NO_AGGRESSOR'] as const;
export type AggressorSide = (typeof AGGRESSOR_SIDES)[number];

/** One trade between two parties, as the venue publishes it (NautilusTrader's `TradeTick`). */
export interface Trade extends MarketEventHeader {
  readonly type: 'trade';
  readonly price: DecimalText;
  /** Greater than zero; null when the source tells prices alone, as some histories do. */
  readonly size: DecimalText | null;
  readonly aggressorSide: AggressorSide;
  /** The venue's identifier: tells a repeated trade from a second one. Absent when the venue gives none. */
  readonly tradeId?: string | undefined;
}

/**
 * Reads a trade from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_MARKET_EVENT`, with all problems among its `issues`.
 */
export function parseTrade(input: unknown): Trade {
  return parseWith(tradeSchema, input, {
    code: 'INVALID_MARKET_EVENT',
    hint: 'Prices and sizes are decimal text; a size that is not known is null.',
  });
}

const tradeSchema: z.ZodType<Trade> = z.object({
  type: tag('trade'),
  ...marketEventHeader,
  price: decimal,
  size: positive.nullable(),
  aggressorSide: oneOf(AGGRESSOR_SIDES),
  tradeId: identifier.optional(),
});
