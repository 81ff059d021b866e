import * as z from 'zod';
import { parseBarType, splitBarType, type BarType } from './bar-type.ts';
import { compareDecimals, type DecimalText } from './decimal.ts';
import { marketEventHeader, type MarketEventHeader } from './event-header.ts';
import { decimal, flag, quantity, tag } from './fields.ts';
import { leaf, parseWith, withRules, type Rule } from './schema.ts';

/**
 * Open, high, low, close and volume of an interval. `tsEventNs` is when the bar closed.
 *
 * `high` is the highest of the four prices and `low` the lowest. A bar without a trade has four equal prices and volume `'0'`.
 */
export interface Bar extends MarketEventHeader {
  readonly type: 'bar';
  /** Which bars these are; its instrument is `instrumentId`. */
  readonly barType: BarType;
  readonly open: DecimalText;
  readonly high: DecimalText;
  readonly low: DecimalText;
  readonly close: DecimalText;
  /** In the unit of sizes: base currency, or contracts. */
  readonly volume: DecimalText;
  /** True when it replaces an earlier bar of the same close time. */
  readonly isRevision?: boolean | undefined;
}

/**
 * Reads a bar from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_MARKET_EVENT`, with all problems among its `issues`.
 */
export function parseBar(input: unknown): Bar {
  return parseWith(barSchema, input, {
    code: 'INVALID_MARKET_EVENT',
    hint: 'Low is the lowest and high the highest of the four prices.',
  });
}

const highIsHighest: Rule<Bar> = ({ open, high, low, close }) => {
  if (open === undefined || high === undefined || low === undefined || close === undefined) return undefined;
  const isHighest =
    compareDecimals(high, open) >= 0 && compareDecimals(high, close) >= 0 && compareDecimals(high, low) >= 0;
  return isHighest ? undefined : { path: 'high', expected: 'the highest of the four prices', received: `"${high}"` };
};

const lowIsLowest: Rule<Bar> = ({ open, high, low, close }) => {
  if (open === undefined || high === undefined || low === undefined || close === undefined) return undefined;
  const isLowest =
    compareDecimals(low, open) <= 0 && compareDecimals(low, close) <= 0 && compareDecimals(low, high) <= 0;
  return isLowest ? undefined : { path: 'low', expected: 'the lowest of the four prices', received: `"${low}"` };
};

const barTypeIsOfInstrument: Rule<Bar> = ({ barType, instrumentId }) => {
  if (barType === undefined || instrumentId === undefined || splitBarType(barType).instrumentId === instrumentId)
    return undefined;
  return { path: 'barType', expected: `a bar type of ${instrumentId}`, received: `"${barType}"` };
};

const barSchema: z.ZodType<Bar> = withRules<Bar>(
  z.object({
    type: tag('bar'),
    ...marketEventHeader,
    barType: leaf(parseBarType),
    open: decimal,
    high: decimal,
    low: decimal,
    close: decimal,
    volume: quantity,
    isRevision: flag.optional(),
  }),
  highIsHighest,
  lowIsLowest,
  barTypeIsOfInstrument,
);
