/** A repeatable sequence of integers from 0 to below `bound` (xorshift32, Marsaglia 2003): the same for every contender. */
export function randomIntegers(seed: number): (bound: number) => number {
  let state = seed >>> 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** `length` indexes from 0 to below `bound`, in random order with repetition; `length` is a power of two, to be walked in a circle. */
export function randomIndexes(length: number, bound: number): Uint32Array {
  const random = randomIntegers(length + bound);
  return Uint32Array.from({ length }, () => random(bound));
}
