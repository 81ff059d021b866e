/**
 * What is left of 1 after so many decisions, when it falls to 1/e every {@link REVERSION} of them.
 *
 * Asked for every path at each choice, and mostly for paths that were not seen lately: reading a table costs a fraction of an exponential. Its values
 * are those of `Math.exp`, which answers for what is older than the table.
 *
 * @param age - Decisions, a whole number not below 0.
 */
export function decay(age: number): number {
  return age < REMEMBERED ? (TABLE[age | 0] as number) : Math.exp(-age / REVERSION);
}

/** Decisions after which a level counts for 1/e. */
const REVERSION = 300;
/** 64 KiB: after so many decisions a level counts for less than a millionth of a millionth. */
const REMEMBERED = 8_192;
const TABLE = Float64Array.from({ length: REMEMBERED }, (_, age) => Math.exp(-age / REVERSION));
