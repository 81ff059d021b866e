import { ONE, parseFixed } from '../money/fixed-point.ts';
import type { NormalizedLevel, NormalizedQuote } from './normalized-event.ts';
import type { Rejection } from './rejections.ts';

/** A level in units of 1e-18, the size as the venue gives it. */
export interface ExactLevel {
  readonly price: bigint;
  readonly size: bigint;
}

/** A quote in units of 1e-18; a side without orders is undefined. */
export interface ExactQuote {
  readonly bid: ExactLevel | undefined;
  readonly ask: ExactLevel | undefined;
}

/** Above them a number is no price or size of anything that is traded, but a broken feed. */
export const MAX_PRICE: bigint = 10n ** 12n * ONE;
export const MAX_SIZE: bigint = 10n ** 15n * ONE;

/** Reads a level, or says why it cannot be taken. A size of 0 is left to the caller. */
function readLevel(price: unknown, size: unknown): ExactLevel | Rejection {
  const exactPrice = parseFixed(price);
  const exactSize = parseFixed(size);
  if (exactPrice === undefined || exactSize === undefined) return 'MALFORMED';
  if (exactPrice <= 0n || exactSize < 0n) return 'NOT_POSITIVE';
  if (exactPrice > MAX_PRICE || exactSize > MAX_SIZE) return 'ABSURD';
  return { price: exactPrice, size: exactSize };
}

/** Reads the levels of one side into `into`; returns why not when one cannot be taken. */
export function readLevels(levels: readonly NormalizedLevel[], into: ExactLevel[]): Rejection | undefined {
  if (!Array.isArray(levels)) return 'MALFORMED';
  for (const level of levels as readonly unknown[]) {
    if (!Array.isArray(level)) return 'MALFORMED';
    const read = readLevel(level[0], level[1]);
    if (typeof read === 'string') return read;
    into.push(read);
  }
  return undefined;
}

/** Reads both sides of a quote, or says why it cannot be taken. */
export function readQuote(quote: NormalizedQuote): ExactQuote | Rejection {
  const bid = readSide(quote.bid, quote.bidSize);
  if (typeof bid === 'string') return bid;
  const ask = readSide(quote.ask, quote.askSize);
  if (typeof ask === 'string') return ask;
  return { bid, ask };
}

function readSide(price: unknown, size: unknown): ExactLevel | undefined | Rejection {
  if ((price ?? undefined) === undefined && (size ?? undefined) === undefined) return undefined;
  const level = readLevel(price, size);
  return typeof level !== 'string' && level.size === 0n ? undefined : level;
}
