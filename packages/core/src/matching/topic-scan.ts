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
  segments = 0;
  /** Where the part begins that the globs of a node are compared with. */
  tailStart = 0;
  /** Tells one reading, and one start of a tail, from another. */
  serial = 0;
  /** Segment `k` begins at `starts[k]`; `starts[segments]` is one behind the end of the topic and its imagined last dot. */
  readonly starts: Int32Array = new Int32Array(TOPIC_LIMITS.maxSegments + 1);
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
    if (topic.length > TOPIC_LIMITS.maxCharacters) return false;
    const hashes = this.#hashes;
    let hash = 0;
    let segments = 0;
    let start = 0;
    for (let i = 0; i < topic.length; i += 1) {
      const character = topic.charCodeAt(i);
      hash = extendHash(hash, character);
      hashes[i + 1] = hash;
      if (character > QUESTION) continue;
      if (character === STAR || character === QUESTION) return false;
      if (character !== DOT) continue;
      if (!this.#endSegment(topic, segments, start, i)) return false;
      segments += 1;
      start = i + 1;
    }
    if (!this.#endSegment(topic, segments, start, topic.length)) return false;
    this.segments = segments + 1;
    this.starts[segments + 1] = topic.length + 1;
    return true;
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

  #endSegment(topic: string, segment: number, start: number, end: number): boolean {
    if (end === start || segment === TOPIC_LIMITS.maxSegments) return false;
    if (end === start + 1 && topic.charCodeAt(start) === PLUS) return false;
    this.starts[segment] = start;
    return true;
  }
}

const DOT = 0x2e;
const STAR = 0x2a;
const QUESTION = 0x3f;
const PLUS = 0x2b;
