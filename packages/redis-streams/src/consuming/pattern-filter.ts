import { parsePattern, patternMatches } from '@tradewind/core-types';
import { createHash } from 'node:crypto';

/**
 * Which topics a consumer wants. Remembers the answer by topic: a consumer sees few topics many times, and a pattern costs up to the product
 * of its length and the topic's. At 4,096 topics the memory starts anew, so that a stream of ever new topics cannot fill it.
 */
export class PatternFilter {
  readonly #patterns: readonly string[];
  readonly #answers = new Map<string, boolean>();
  /** Equal for equal sets of patterns, in whatever order: what the members of a group compare. */
  readonly signature: string;

  /** @throws ValidationError `INVALID_PATTERN` */
  constructor(patterns: readonly string[]) {
    const canonical = new Set<string>();
    for (const pattern of patterns) canonical.add(parsePattern(pattern));
    this.#patterns = [...canonical].sort();
    this.signature = createHash('sha1').update(this.#patterns.join('\n')).digest('hex');
  }

  wants(topic: string): boolean {
    const known = this.#answers.get(topic);
    if (known !== undefined) return known;
    let answer = false;
    for (let i = 0; i < this.#patterns.length && !answer; i += 1)
      answer = patternMatches(this.#patterns[i] as string, topic);
    if (this.#answers.size >= MAX_ANSWERS) this.#answers.clear();
    this.#answers.set(topic, answer);
    return answer;
  }
}

const MAX_ANSWERS = 4_096;
