import * as z from 'zod';
import type { DecimalText } from './decimal.ts';
import { marketEventHeader, type MarketEventHeader } from './event-header.ts';
import { decimal, quantity, tag } from './fields.ts';
import { parseWith, withRules, type Rule } from './schema.ts';

/**
 * The best bid and the best ask of an instrument, as the venue pushes them (NautilusTrader's `QuoteTick`).
 *
 * A side without orders is null, in price and size together; the quote of an empty book has both sides null. Sizes of derivatives
 * are in contracts unless the instrument has no `contractValue`. Nothing is promised about which side is higher: a venue in an
 * auction, or a feed out of step, may show a crossed quote, and that is news to the reader, not an error.
 */
export interface Quote extends MarketEventHeader {
  readonly type: 'quote';
  readonly bidPrice: DecimalText | null;
  readonly bidSize: DecimalText | null;
  readonly askPrice: DecimalText | null;
  readonly askSize: DecimalText | null;
}

/**
 * Reads a quote from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_MARKET_EVENT`, with all problems among its `issues`.
 */
export function parseQuote(input: unknown): Quote {
  return parseWith(quoteSchema, input, { code: 'INVALID_MARKET_EVENT', hint: QUOTE_HINT });
}

const bothOrNeither =
  (price: 'bidPrice' | 'askPrice', size: 'bidSize' | 'askSize'): Rule<Quote> =>
  (quote) => {
    const priceText = quote[price];
    const sizeText = quote[size];
    if (priceText === undefined || sizeText === undefined || (priceText === null) === (sizeText === null))
      return undefined;
    return {
      path: size,
      expected: `${price} and ${size} both given or both null`,
      received: priceText === null ? 'a size alone' : 'a price alone',
    };
  };

const quoteSchema: z.ZodType<Quote> = withRules<Quote>(
  z.object({
    type: tag('quote'),
    ...marketEventHeader,
    bidPrice: decimal.nullable(),
    bidSize: quantity.nullable(),
    askPrice: decimal.nullable(),
    askSize: quantity.nullable(),
  }),
  bothOrNeither('bidPrice', 'bidSize'),
  bothOrNeither('askPrice', 'askSize'),
);

const QUOTE_HINT = 'A side that is missing has price and size null; a price without a size belongs into a ticker.';
