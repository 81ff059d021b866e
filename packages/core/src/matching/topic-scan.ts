import { TOPIC_LIMITS } from '@tradewind/core-types';
import { extendHash, partHash, spreadHash } from './text-hash.ts';

/**
 * What one pass over a topic finds out: whether it is one, where its segments begin, and the hash of any part of it.
 *
 * One object per index, overwritten by each {@link read}: a look-up of a topic that was never seen allocates nothing for it.
 */
export class TopicScan {
  /** The topic that was read; empty when the last text was none. */
  topic = '';
  length = 0;
  segments = 0;
  /** Where the part begins that the globs of a node are compared with. */
  tailStart = 0;
  /** Tells one reading, and one start of a tail, from another. */
  serial = 0;
  /** Segment `k` begins at `starts[k]`; `starts[segments]` is one behind the end of the topic and its imagined last dot. */
  readonly starts: Int32Array = new Int32Array(TOPIC_LIMITS.maxSegments + 1);
  /** The characters of the topic, as codes: reading them again from here costs a third of asking the string. */
  readonly codes: Uint16Array = new Uint16Array(TOPIC_LIMITS.maxCharacters);
  readonly #hashes: Int32Array = new Int32Array(TOPIC_LIMITS.maxCharacters + 1);

  /**
   * Reads a topic; reading the same one again costs nothing.
   *
   * False for what `topicFault` of core-types finds fault with; then nothing else here means anything.
   */
  read(topic: string): boolean {
    if (topic === this.topic && topic !== '') return true;
    const isTopic = typeof topic === 'string' && this.#readText(topic);
    this.topic = isTopic ? topic : '';
    return isTopic;
  }

  #readText(topic: string): boolean {
    const { length } = topic;
    if (length === 0 || length > TOPIC_LIMITS.maxCharacters) return false;
    const hashes = this.#hashes;
    const { codes, starts } = this;
    let hash = 0;
    let segments = 0;
    let start = 0;
    for (let i = 0; i < length; i += 1) {
      const character = topic.charCodeAt(i);
      codes[i] = character;
      hash = extendHash(hash, character);
      hashes[i + 1] = hash;
      if (character > QUESTION) continue;
      if (character === STAR || character === QUESTION) return false;
      if (character !== DOT) continue;
      starts[segments] = start;
      segments += 1;
      if (segments === TOPIC_LIMITS.maxSegments || !this.#isSegment(start, i)) return false;
      start = i + 1;
    }
    starts[segments] = start;
    starts[segments + 1] = length + 1;
    this.segments = segments + 1;
    this.length = length;
    return this.#isSegment(start, length);
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

  #isSegment(start: number, end: number): boolean {
    return end > start && (end > start + 1 || this.codes[start] !== PLUS);
  }
}

const DOT = 0x2e;
const STAR = 0x2a;
const QUESTION = 0x3f;
const PLUS = 0x2b;
