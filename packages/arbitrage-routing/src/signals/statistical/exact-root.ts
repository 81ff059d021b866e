/** The largest integer whose square is not above a number from zero up (Newton's iteration from above). */
export function floorRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(16).length * 4 + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** The smallest integer whose square is not below a number from zero up. */
export function ceilRoot(value: bigint): bigint {
  const root = floorRoot(value);
  return root * root === value ? root : root + 1n;
}
