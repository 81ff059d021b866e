import { TOPIC_LIMITS } from '@tradewind/core-types';
import { extendHash, partHash, spreadHash } from './text-hash.ts';

/**
 * What one pass over a topic or a pattern finds out: which of both it is, where its segments begin, and the hash of any part of it.
 *
 * One object per index, overwritten by each {@link read}: looking up a topic that was never seen allocates nothing for it.
 */
export class NameScan {
  /** What was read last; empty when that was no name. */
  text = '';
  length = 0;
  segments = 0;
  /** {@link NOT_A_NAME}, {@link TOPIC} or {@link PATTERN}. */
  kind: number = NOT_A_NAME;
  /** Bit `k`: segment `k` is a `+`. */
  plusSegments = 0;
  /** Bit `k`: segment `k` has a `*` or `?`. */
  globSegments = 0;
  /** Where the part begins that the globs of a node are compared with. */
  tailStart = 0;
  /** Tells one start of a tail from another. */
  serial = 0;
  /** Segment `k` begins at `starts[k]`; `starts[segments]` is one behind the end and its imagined last dot. */
  readonly starts: Int32Array = new Int32Array(TOPIC_LIMITS.maxSegments + 1);
  /** The characters, as codes: reading them again from here costs a third of asking the string. */
  readonly codes: Uint16Array = new Uint16Array(TOPIC_LIMITS.maxCharacters);
  readonly #hashes: Int32Array = new Int32Array(TOPIC_LIMITS.maxCharacters + 1);
  #stars = 0;

  /**
   * Reads a name; reading the same one again costs nothing.
   *
   * @returns {@link TOPIC} for what `topicFault` of core-types finds no fault with, {@link PATTERN} for a canonical pattern with a wildcard,
   * {@link NOT_A_NAME} for anything else: then nothing else here means anything.
   */
  read(text: string): number {
    if (text === this.text && this.kind !== NOT_A_NAME) return this.kind;
    this.kind = typeof text === 'string' && this.#readText(text) ? this.#kindOfRead() : NOT_A_NAME;
    this.text = text;
    return this.kind;
  }

  /** Chooses the part from a segment to the end. */
  startTailAt(segment: number): void {
    this.tailStart = this.starts[segment] as number;
    this.serial += 1;
  }

  /** The hash of the characters from `start` to before `end`, spread. */
  hash(start: number, end: number): number {
    return spreadHash(partHash(this.#hashes, start, end));
  }

  /** The hash of a segment, spread. */
  segmentHash(segment: number): number {
    return this.hash(this.starts[segment] as number, (this.starts[segment + 1] as number) - 1);
  }

  /** Whether a segment is neither `+` nor has a wildcard in it. */
  isLiteral(segment: number): boolean {
    return (((this.plusSegments | this.globSegments) >>> segment) & 1) === 0;
  }

  #readText(text: string): boolean {
    const { length } = text;
    if (length === 0 || length > TOPIC_LIMITS.maxCharacters) return false;
    const hashes = this.#hashes;
    const { codes } = this;
    let hash = 0;
    let segments = 0;
    let start = 0;
    this.length = length;
    this.segments = 0;
    this.plusSegments = 0;
    this.globSegments = 0;
    this.#stars = 0;
    for (let i = 0; i < length; i += 1) {
      const character = text.charCodeAt(i);
      codes[i] = character;
      hash = extendHash(hash, character);
      hashes[i + 1] = hash;
      if (character > QUESTION) continue;
      if (character === DOT) {
        if (!this.#endSegment(segments, start, i)) return false;
        segments += 1;
        start = i + 1;
      } else if (character === STAR || character === QUESTION) {
        if (!this.#noteWildcard(segments, i)) return false;
      }
    }
    return this.#endSegment(segments, start, length);
  }

  #endSegment(segment: number, start: number, end: number): boolean {
    if (end === start || segment === TOPIC_LIMITS.maxSegments) return false;
    if (end === start + 1 && this.codes[start] === PLUS) this.plusSegments |= 1 << segment;
    this.starts[segment] = start;
    this.starts[segment + 1] = end + 1;
    this.segments = segment + 1;
    return true;
  }

  /** Two stars side by side are one, which is for `parsePattern` to say. */
  #noteWildcard(segment: number, index: number): boolean {
    this.globSegments |= 1 << segment;
    if (this.codes[index] !== STAR) return true;
    this.#stars += 1;
    return this.#stars <= TOPIC_LIMITS.maxStars && (index === 0 || this.codes[index - 1] !== STAR);
  }

  #kindOfRead(): number {
    return (this.plusSegments | this.globSegments) === 0 ? TOPIC : PATTERN;
  }
}

/** What a scan finds a text to be: no name at all, a topic, or a pattern with a wildcard. */
export const NOT_A_NAME = 0;
export const TOPIC = 1;
export const PATTERN = 2;

const DOT = 0x2e;
const STAR = 0x2a;
const QUESTION = 0x3f;
const PLUS = 0x2b;
