import { TOPIC_LIMITS } from '@tradewind/core-types';
import { extendHash, partHash, spreadHash } from './text-hash.ts';

/**
 * What one pass over a topic or a pattern finds out: which of both it is, where its segments begin, and their hashes.
 *
 * One object per index, overwritten by each {@link read}: looking up a topic that was never seen allocates nothing for it. The pass itself
 * does little per character; what only globs need (the hash of any part) is worked out when the first glob asks for it.
 */
export class NameScan {
  /** What was read last. */
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
  /** The hash of segment `k`, spread. */
  readonly segmentHashes: Int32Array = new Int32Array(TOPIC_LIMITS.maxSegments);
  /** The characters, as codes, once a tail was started. */
  readonly codes: Uint16Array = new Uint16Array(TOPIC_LIMITS.maxCharacters);
  /** `hashes[i]` is the hash of the first `i` characters, once a tail was started. */
  readonly #hashes: Int32Array = new Int32Array(TOPIC_LIMITS.maxCharacters + 1);
  #hashedText = '';
  #stars = 0;

  /**
   * Reads a name; reading the same one again costs nothing.
   *
   * @returns {@link TOPIC} for what `topicFault` of core-types finds no fault with, {@link PATTERN} for a canonical pattern with a wildcard,
   * {@link NOT_A_NAME} for anything else: then nothing else here means anything.
   */
  read(text: string): number {
    if (text === this.text && this.kind !== NOT_A_NAME) return this.kind;
    this.text = text;
    this.kind = NOT_A_NAME;
    if (typeof text !== 'string' || !this.#readText(text)) return NOT_A_NAME;
    this.kind = (this.plusSegments | this.globSegments) === 0 ? TOPIC : PATTERN;
    return this.kind;
  }

  /** Chooses the part from a segment to the end, for {@link hash} and {@link codes}. */
  startTailAt(segment: number): void {
    this.tailStart = this.starts[segment] as number;
    this.serial += 1;
    if (this.#hashedText !== this.text) this.#hashParts();
  }

  /** The hash of the characters from `start` to before `end`, spread. */
  hash(start: number, end: number): number {
    return spreadHash(partHash(this.#hashes, start, end));
  }

  /** The hash of the whole name. */
  nameHash(): number {
    let hash = 0;
    for (let k = 0; k < this.segments; k += 1) hash = extendHash(hash, this.segmentHashes[k] as number);
    return spreadHash(hash);
  }

  /** Whether a segment is neither `+` nor has a wildcard in it. */
  isLiteral(segment: number): boolean {
    return (((this.plusSegments | this.globSegments) >>> segment) & 1) === 0;
  }

  #readText(text: string): boolean {
    const { length } = text;
    if (length === 0 || length > TOPIC_LIMITS.maxCharacters) return false;
    this.plusSegments = 0;
    this.globSegments = 0;
    this.#stars = 0;
    let hash = 0;
    let segments = 0;
    let start = 0;
    for (let i = 0; i < length; i += 1) {
      const character = text.charCodeAt(i);
      if (character !== DOT) {
        hash = extendHash(hash, character);
        if (character !== STAR && character !== QUESTION) continue;
        if (!this.#noteWildcard(text, segments, i)) return false;
      } else {
        if (i === start || segments === TOPIC_LIMITS.maxSegments - 1) return false;
        this.#endSegment(segments, start, i, hash);
        segments += 1;
        start = i + 1;
        hash = 0;
      }
    }
    if (start === length) return false;
    this.#endSegment(segments, start, length, hash);
    this.starts[segments + 1] = length + 1;
    this.segments = segments + 1;
    this.length = length;
    return true;
  }

  #endSegment(segment: number, start: number, end: number, hash: number): void {
    this.starts[segment] = start;
    this.segmentHashes[segment] = spreadHash(hash);
    // The hash of a single character is the character.
    if (hash === PLUS && end === start + 1) this.plusSegments |= 1 << segment;
  }

  /** Two stars side by side are one, which is for `parsePattern` to say. */
  #noteWildcard(text: string, segment: number, index: number): boolean {
    this.globSegments |= 1 << segment;
    if (text.charCodeAt(index) !== STAR) return true;
    this.#stars += 1;
    return this.#stars <= TOPIC_LIMITS.maxStars && (index === 0 || text.charCodeAt(index - 1) !== STAR);
  }

  #hashParts(): void {
    const { codes, text } = this;
    const hashes = this.#hashes;
    let hash = 0;
    for (let i = 0; i < text.length; i += 1) {
      const character = text.charCodeAt(i);
      codes[i] = character;
      hash = extendHash(hash, character);
      hashes[i + 1] = hash;
    }
    this.#hashedText = text;
  }
}

export const NOT_A_NAME = 0;
export const TOPIC = 1;
export const PATTERN = 2;

const DOT = 0x2e;
const STAR = 0x2a;
const QUESTION = 0x3f;
const PLUS = 0x2b;
