import * as z from 'zod';
import type { DecimalText } from './decimal.ts';
import { marketEventHeader, type MarketEventHeader } from './event-header.ts';
import { decimal, quantity, tag } from './fields.ts';
import { parseWith } from './schema.ts';

/**
 * A venue's periodic summary of an instrument: whatever of these it chose to send. Absent means not sent, never zero.
 *
 * Tickers, quotes and books of a venue are separate channels and not in step with each other: trade on quotes and books.
 */
export interface Ticker extends MarketEventHeader {
  readonly type: 'ticker';
  readonly lastPrice?: DecimalText | undefined;
  readonly bidPrice?: DecimalText | undefined;
  readonly bidSize?: DecimalText | undefined;
  readonly askPrice?: DecimalText | undefined;
  readonly askSize?: DecimalText | undefined;
  /** What traded in the last 24 hours, in the unit of sizes: base currency, or contracts. */
  readonly volume24h?: DecimalText | undefined;
  /** The venue's price for margin and liquidation. */
  readonly markPrice?: DecimalText | undefined;
  /** The index that the instrument follows. */
  readonly indexPrice?: DecimalText | undefined;
  /** The price of the underlying that the venue values an option with: often a synthetic future, not the index. */
  readonly underlyingPrice?: DecimalText | undefined;
  /** The current funding rate of a perpetual, as a fraction for one interval: `0.0001` is one basis point. */
  readonly fundingRate?: DecimalText | undefined;
}

/**
 * Reads a ticker from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_MARKET_EVENT`, with all problems among its `issues`.
 */
export function parseTicker(input: unknown): Ticker {
  return parseWith(tickerSchema, input, {
    code: 'INVALID_MARKET_EVENT',
    hint: 'Leave out what the venue did not send.',
  });
}

const tickerSchema: z.ZodType<Ticker> = z.object({
  type: tag('ticker'),
  ...marketEventHeader,
  lastPrice: decimal.optional(),
  bidPrice: decimal.optional(),
  bidSize: quantity.optional(),
  askPrice: decimal.optional(),
  askSize: quantity.optional(),
  volume24h: quantity.optional(),
  markPrice: decimal.optional(),
  indexPrice: decimal.optional(),
  underlyingPrice: decimal.optional(),
  fundingRate: decimal.optional(),
});
