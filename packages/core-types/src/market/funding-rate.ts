import * as z from 'zod';
import type { DecimalText } from './decimal.ts';
import { marketEventHeader, type MarketEventHeader } from './event-header.ts';
import { decimal, integer, tag, timestamp } from './fields.ts';
import type { TimestampNs } from './nanoseconds.ts';
import { parseWith } from './schema.ts';

/** A funding rate of a perpetual contract: who is long pays it to who is short, once per interval; negative the other way round. */
export interface FundingRate extends MarketEventHeader {
  readonly type: 'funding_rate';
  /** A fraction of the position's value for one interval: `'0.0001'` is one basis point. */
  readonly rate: DecimalText;
  /** How long one interval is, in minutes: 480 at most venues, 60 at some; the time since the last settlement where a venue skipped some. */
  readonly intervalMinutes?: number | undefined;
  /** When it is paid next. */
  readonly nextFundingNs?: TimestampNs | undefined;
}

/**
 * Reads a funding rate from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_MARKET_EVENT`, with all problems among its `issues`.
 */
export function parseFundingRate(input: unknown): FundingRate {
  return parseWith(fundingRateSchema, input, {
    code: 'INVALID_MARKET_EVENT',
    hint: 'The rate is a fraction for one interval, not a percentage.',
  });
}

const fundingRateSchema: z.ZodType<FundingRate> = z.object({
  type: tag('funding_rate'),
  ...marketEventHeader,
  rate: decimal,
  intervalMinutes: integer({ min: 1, max: 525_600 }).optional(),
  nextFundingNs: timestamp.optional(),
});
