import * as z from 'zod';
import { BOOK_LIMITS } from './book-snapshot.ts';
import type { DecimalText } from './decimal.ts';
import { marketEventHeader, type MarketEventHeader } from './event-header.ts';
import { decimal, identifier, integer, oneOf, quantity, tag } from './fields.ts';
import { leaf, parseWith, readList, withRules, type Rule } from './schema.ts';

/**
 * What happens to a level or an order. `UPDATE` sets the size, also of a level not seen before: venues that publish absolute sizes do
 * not tell the two apart. `CLEAR` empties a side (NautilusTrader's spelling).
 */
export const BOOK_ACTIONS = ['ADD', 'UPDATE', 'DELETE', 'CLEAR'] as const;
export type BookAction = (typeof BOOK_ACTIONS)[number];

/** Of the book: `BUY` is the side of the bids. */
export const BOOK_SIDES = ['BUY', 'SELL'] as const;
export type BookSide = (typeof BOOK_SIDES)[number];

/** Bits of `BookDeltas.flags`, with the values of NautilusTrader's and Databento's record flags. */
export const BookFlag = {
  /** `F_LAST`: with this event the book is whole again. Without it, wait for the next before you read the book. */
  LAST: 128,
  /** `F_TOB`: only the best level of each side. */
  TOP_OF_BOOK: 64,
  /** `F_SNAPSHOT`: it came from a snapshot, not from the live feed. */
  SNAPSHOT: 32,
  /** `F_MBP`: whole price levels, not single orders. */
  PRICE_LEVEL: 16,
} as const;
export type BookFlag = (typeof BookFlag)[keyof typeof BookFlag];

/** One change of a book. Sizes are absolute: what is there afterwards. */
export interface BookDelta {
  readonly action: BookAction;
  readonly side: BookSide;
  /** `'0'` for `CLEAR`. */
  readonly price: DecimalText;
  /** `'0'` for `DELETE` and `CLEAR`, greater than zero for `ADD` and `UPDATE`. */
  readonly size: DecimalText;
  /** The order, at venues that publish single orders. */
  readonly orderId?: string | undefined;
}

/** Changes of a book that belong together; apply them in order. */
export interface BookDeltas extends MarketEventHeader {
  readonly type: 'book_deltas';
  readonly deltas: readonly BookDelta[];
  /** A sum of {@link BookFlag} bits. Absent: every event leaves the book whole, and nothing else is known. */
  readonly flags?: number | undefined;
}

/**
 * Reads book deltas from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * Of a long list that is wrong in many places the first 16 wrong deltas are reported.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_MARKET_EVENT`, with all problems among its `issues`.
 */
export function parseBookDeltas(input: unknown): BookDeltas {
  return parseWith(bookDeltasSchema, input, { code: 'INVALID_MARKET_EVENT', hint: DELTA_HINT });
}

const sizeFitsAction: Rule<BookDelta> = ({ action, size }) => {
  if (action === undefined || size === undefined) return undefined;
  const removes = action === 'DELETE' || action === 'CLEAR';
  if (removes === (size === '0')) return undefined;
  return {
    path: 'size',
    expected: removes ? `"0" for ${action}` : `more than zero for ${action}`,
    received: `"${size}"`,
  };
};

const bookDeltaSchema: z.ZodType<BookDelta> = withRules<BookDelta>(
  z.object({
    action: oneOf(BOOK_ACTIONS),
    side: oneOf(BOOK_SIDES),
    price: decimal,
    size: quantity,
    orderId: identifier.optional(),
  }),
  sizeFitsAction,
);

const DELTA_HINT = 'Sizes are absolute; a level that goes away is a DELETE of size 0.';

const bookDeltasSchema: z.ZodType<BookDeltas> = z.object({
  type: tag('book_deltas'),
  ...marketEventHeader,
  deltas: leaf((input) =>
    readList(input, {
      maxLength: BOOK_LIMITS.maxDeltas,
      read: (item) => parseWith(bookDeltaSchema, item, { code: 'INVALID_MARKET_EVENT', hint: DELTA_HINT }),
    }),
  ),
  flags: integer({ min: 0, max: 255 }).optional(),
});
