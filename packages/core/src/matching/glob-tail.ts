import type { NameScan } from './name-scan.ts';
import { spreadHash, textHash } from './text-hash.ts';

/** A literal stretch of a pattern, as a {@link GlobBucket} looks it up: its length and its hash. */
export interface Anchor {
  readonly length: number;
  readonly hash: number;
}

/**
 * The part of a pattern from its first segment with a `*` or `?` to the end, such as `BTC*`, `*.+.PERP` or `a?b.c`.
 *
 * Its literal beginning, its literal end and the longest literal between two wildcards are what it is found by; what is found is then
 * compared character by character.
 */
export class GlobTail<G> {
  readonly group: G;
  readonly prefix: Anchor;
  readonly suffix: Anchor;
  readonly infix: Anchor;
  /** No shorter text matches. */
  readonly minLength: number;
  readonly #symbols: readonly number[];
  #seenIn = 0;

  constructor(text: string, group: G) {
    const symbols = symbolsOf(text);
    const firstWildcard = symbols.findIndex(isWildcard);
    const lastWildcard = symbols.findLastIndex(isWildcard);
    this.group = group;
    this.#symbols = symbols;
    this.prefix = anchor(text, 0, firstWildcard);
    this.suffix = anchor(text, lastWildcard + 1, text.length);
    this.infix = longestInfix(text, symbols, firstWildcard, lastWildcard);
    this.minLength = symbols.filter((symbol) => symbol !== ANY_RUN).length;
  }

  /** Whether the scanned topic's tail comes for the first time: two parts of a topic may lead to the same glob. */
  isFirstLook(scan: NameScan): boolean {
    if (this.#seenIn === scan.serial) return false;
    this.#seenIn = scan.serial;
    return true;
  }

  /**
   * Whether the scanned topic's tail matches.
   *
   * Only the last `*` is ever taken back (the leftmost place of what stands between two of them leaves most for the rest; that holds for
   * `+` too, whose end never moves left when its beginning moves right), so the cost is at most the product of both lengths.
   */
  matches(scan: NameScan): boolean {
    const { codes, length, tailStart } = scan;
    const symbols = this.#symbols;
    if (length - tailStart < this.minLength) return false;
    let at = tailStart;
    let next = 0;
    let afterStar = -1;
    let starAt = 0;
    while (at < length) {
      const symbol = next < symbols.length ? (symbols[next] as number) : END;
      if (symbol === ANY_RUN) {
        next += 1;
        if (next === symbols.length) return true;
        afterStar = next;
        starAt = at;
      } else if (symbol === codes[at] || symbol === ANY_CHARACTER) {
        next += 1;
        at += 1;
      } else if (symbol === ANY_SEGMENT) {
        next += 1;
        while (at < length && codes[at] !== DOT) at += 1;
      } else {
        if (afterStar < 0) return false;
        starAt += 1;
        at = starAt;
        next = afterStar;
      }
    }
    if (symbols[next] === ANY_RUN) next += 1;
    return next === symbols.length;
  }
}

function isWildcard(symbol: number): boolean {
  return symbol < 0;
}

/** Characters by their codes, wildcards below zero. */
function symbolsOf(text: string): readonly number[] {
  return text.split('.').flatMap((segment, index) => {
    const symbols =
      segment === '+' ? [ANY_SEGMENT] : Array.from({ length: segment.length }, (_, i) => symbolOf(segment, i));
    return index === 0 ? symbols : [DOT, ...symbols];
  });
}

function symbolOf(segment: string, index: number): number {
  if (segment[index] === '*') return ANY_RUN;
  return segment[index] === '?' ? ANY_CHARACTER : segment.charCodeAt(index);
}

function longestInfix(text: string, symbols: readonly number[], first: number, last: number): Anchor {
  let best = anchor(text, first, first);
  let start = first + 1;
  for (let i = start; i <= last; i += 1) {
    if ((symbols[i] as number) >= 0) continue;
    if (i - start > best.length) best = anchor(text, start, i);
    start = i + 1;
  }
  return best;
}

function anchor(text: string, start: number, end: number): Anchor {
  return { length: end - start, hash: spreadHash(textHash(text, start, end)) };
}

const DOT = 0x2e;
const ANY_RUN = -1;
const ANY_CHARACTER = -2;
const ANY_SEGMENT = -3;
const END = -4;
