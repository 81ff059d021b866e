/**
 * Bounds of the vocabulary. They are part of the contract: a transport may size its keys by them, and a matcher its stacks.
 *
 * `maxStars` bounds what one match may cost: every `*` may cross dots, so each further one multiplies the ways to split a topic.
 */
export const TOPIC_LIMITS = {
  maxCharacters: 255,
  maxSegments: 32,
  maxStars: 4,
} as const;
