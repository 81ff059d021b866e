import * as z from 'zod';
import { compareDecimals, parseDecimalText, type DecimalText } from './decimal.ts';
import { marketEventHeader, type MarketEventHeader } from './event-header.ts';
import { integer, tag } from './fields.ts';
import { fault, leaf, parseWith, readList } from './schema.ts';

/** One price level of a book: a price, and all that is offered there. A pair, since books are most of what crosses a wire. */
export type BookLevel = readonly [price: DecimalText, size: DecimalText];

/** Bounds of one book event. The largest full books of spot venues hold about 40,000 levels a side. */
export const BOOK_LIMITS = { maxLevelsPerSide: 65_536, maxDeltas: 131_072 } as const;

/**
 * A whole order book, or its top as far as the venue shows it; it replaces what was known before.
 *
 * Each side comes best first (bids falling, asks rising), each price once, each size greater than zero. A side may be empty.
 */
export interface BookSnapshot extends MarketEventHeader {
  readonly type: 'book_snapshot';
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** How many levels a side the venue shows at most. Absent: the whole book. */
  readonly depth?: number | undefined;
}

/**
 * Reads a book snapshot from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * Of a long list that is wrong in many places the first 16 wrong levels are reported.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_MARKET_EVENT`, with all problems among its `issues`.
 */
export function parseBookSnapshot(input: unknown): BookSnapshot {
  return parseWith(bookSnapshotSchema, input, { code: 'INVALID_MARKET_EVENT', hint: BOOK_HINT });
}

function readSide(input: unknown, better: 1 | -1): readonly BookLevel[] {
  const levels = readList(input, { maxLength: BOOK_LIMITS.maxLevelsPerSide, read: readLevel });
  for (let i = 1; i < levels.length; i += 1) {
    const before = levels[i - 1];
    const level = levels[i];
    if (before !== undefined && level !== undefined && compareDecimals(before[0], level[0]) * better <= 0) {
      throw fault(
        `prices best first, each once: ${better === 1 ? 'falling' : 'rising'}`,
        `${level[0]} after ${before[0]}`,
      );
    }
  }
  return levels;
}

function readLevel(input: unknown): BookLevel {
  if (!Array.isArray(input) || input.length !== 2) throw fault('a pair [price, size]', input);
  const price = parseDecimalText(input[0]);
  const size = parseDecimalText(input[1]);
  if (size === '0' || size.startsWith('-')) throw fault('a size greater than zero', input[1]);
  return [price, size];
}

const bookSnapshotSchema: z.ZodType<BookSnapshot> = z.object({
  type: tag('book_snapshot'),
  ...marketEventHeader,
  bids: leaf((input) => readSide(input, 1)),
  asks: leaf((input) => readSide(input, -1)),
  depth: integer({ min: 1, max: BOOK_LIMITS.maxLevelsPerSide }).optional(),
});

const BOOK_HINT =
  'Sort each side best first and give [price, size] pairs of decimal text; a level without size is left out of a snapshot.';
