import { hasWildcard, patternMatches } from '@tradewind/core-types';
import type { RegimeAdaptation } from './regime-policy-options.ts';

/**
 * What each adaptation does to a topic, as bits: bit k of the lower half, that the k-th one conflates it; of the upper half, that it lifts it.
 *
 * Workload: one lookup per message. Patterns are matched when a topic is first seen, and again for each message of topics beyond the bound.
 */
export class TopicAdaptations {
  readonly #adaptations: readonly RegimeAdaptation[];
  readonly #known = new Map<string, number>();

  constructor(adaptations: readonly RegimeAdaptation[]) {
    this.#adaptations = adaptations;
  }

  of(topic: string): number {
    const known = this.#known.get(topic);
    if (known !== undefined) return known;
    let bits = 0;
    for (const [at, { conflate, lift }] of this.#adaptations.entries()) {
      if (matchesAny(conflate, topic)) bits |= 1 << at;
      if (matchesAny(lift, topic)) bits |= 1 << (at + LIFT_SHIFT);
    }
    if (this.#known.size < MOST_TOPICS) this.#known.set(topic, bits);
    return bits;
  }
}

function matchesAny(patterns: readonly string[] | undefined, topic: string): boolean {
  return (patterns ?? []).some((pattern) =>
    hasWildcard(pattern) ? patternMatches(pattern, topic) : pattern === topic,
  );
}

export const LIFT_SHIFT = 8;
const MOST_TOPICS = 65_536;
