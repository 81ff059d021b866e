import * as z from 'zod';
import { marketEventHeader, type MarketEventHeader } from './event-header.ts';
import { flag, oneOf, reason, tag } from './fields.ts';
import { parseWith } from './schema.ts';

/** What became of trading in an instrument (NautilusTrader's and Databento's status actions). */
export const MARKET_STATUS_ACTIONS = [
  'NONE',
  'PRE_OPEN',
  'PRE_CROSS',
  'QUOTING',
  'CROSS',
  'ROTATION',
  'NEW_PRICE_INDICATION',
  'TRADING',
  'HALT',
  'PAUSE',
  'SUSPEND',
  'PRE_CLOSE',
  'CLOSE',
  'POST_CLOSE',
  'SHORT_SELL_RESTRICTION_CHANGE',
  'NOT_AVAILABLE_FOR_TRADING',
] as const;
export type MarketStatusAction = (typeof MARKET_STATUS_ACTIONS)[number];

/** A change in whether and how an instrument trades. */
export interface InstrumentStatus extends MarketEventHeader {
  readonly type: 'instrument_status';
  readonly action: MarketStatusAction;
  /** The venue's own words, at most 1024 characters. */
  readonly reason?: string | undefined;
  /** Whether orders match now. Absent: the venue does not tell. */
  readonly isTrading?: boolean | undefined;
  /** Whether quotes are published now. Absent: the venue does not tell. */
  readonly isQuoting?: boolean | undefined;
  readonly isShortSellRestricted?: boolean | undefined;
}

/**
 * Reads an instrument status from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_MARKET_EVENT`, with all problems among its `issues`.
 */
export function parseInstrumentStatus(input: unknown): InstrumentStatus {
  return parseWith(statusSchema, input, {
    code: 'INVALID_MARKET_EVENT',
    hint: "Map the venue's own states to the listed actions.",
  });
}

const statusSchema: z.ZodType<InstrumentStatus> = z.object({
  type: tag('instrument_status'),
  ...marketEventHeader,
  action: oneOf(MARKET_STATUS_ACTIONS),
  reason: reason.optional(),
  isTrading: flag.optional(),
  isQuoting: flag.optional(),
  isShortSellRestricted: flag.optional(),
});
