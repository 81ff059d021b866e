/** A way to choose the next lane. */
export interface Policy {
  /** In explanations, metrics and states. */
  readonly name: string;
  /** How many messages at the head of each lane the index looks at; 0: strict priority, no index. */
  readonly prefix: number;
  /** How far ahead a deadline is felt, in expected service times. */
  readonly foresight: number;
  /** Whether topics go to the lane in which they belong, rather than the one they were declared for. */
  readonly corrects: boolean;
}

/**
 * The policies among which the router chooses, the static one first.
 *
 * They differ in what cannot be known beforehand: whether it pays to look past the head of a lane, how early a deadline is to be
 * felt (which depends on how long the queues get), and whether what publishers declared is right.
 */
export const POLICIES: readonly [Policy, ...Policy[]] = [
  { name: 'strict', prefix: 0, foresight: 0, corrects: false },
  { name: 'index', prefix: 4, foresight: 8, corrects: false },
  { name: 'strict-corrected', prefix: 0, foresight: 0, corrects: true },
  { name: 'index-corrected', prefix: 4, foresight: 8, corrects: true },
  { name: 'index-corrected-early', prefix: 4, foresight: 32, corrects: true },
  { name: 'index-corrected-late', prefix: 4, foresight: 2, corrects: true },
];

/** The place of strict priority in {@link POLICIES}. */
export const STRICT = 0;
