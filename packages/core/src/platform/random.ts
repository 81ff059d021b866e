import { ValidationError, showValue, type Random } from '@tradewind/core-types';

/** The process's own randomness: `Math.random`. Not for secrets. */
export const systemRandom: Random = { next: () => Math.random() };

/**
 * Randomness that repeats: the same seed gives the same numbers on every machine and in every version of this package.
 *
 * The generator is xoshiro128** (32 random bits a number, period 2^128 - 1), its state filled by splitmix64 from the seed as the
 * generator's authors advise, so that neighbouring seeds have nothing in common. Not for secrets.
 *
 * Source: D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM Transactions on Mathematical Software
 * 47 (2021), and the public-domain reference code `xoshiro128starstar.c` (1.1) and `splitmix64.c`, https://prng.di.unimi.it.
 *
 * @param seed - Any safe integer.
 * @throws ValidationError `INVALID_OPTIONS` for a seed that is no safe integer.
 */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) {
    throw new ValidationError('INVALID_OPTIONS', {
      path: 'seed',
      expected: 'a safe integer',
      received: showValue(seed),
      hint: 'Use a whole number, such as 42.',
    });
  }
  const mix = new SplitMix64(BigInt(seed));
  const low = mix.next();
  const high = mix.next();
  return new Xoshiro128StarStar(words(low)[0], words(low)[1], words(high)[0], words(high)[1]);
}

/** The generator proper. The four words of its state must not all be zero. */
export class Xoshiro128StarStar implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(a: number, b: number, c: number, d: number) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#d = d | 0;
  }

  next(): number {
    return this.nextWord() / WORDS;
  }

  /** 32 random bits as an unsigned integer. */
  nextWord(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return result >>> 0;
  }
}

/** Spreads a seed over 64 bits. Its 64-bit arithmetic is why it is only used to seed. */
class SplitMix64 {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = BigInt.asUintN(64, seed);
  }

  next(): bigint {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e3779b97f4a7c15n);
    let mixed = this.#state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    return mixed ^ (mixed >> 31n);
  }
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The low and the high half. */
function words(value: bigint): readonly [number, number] {
  return [Number(value & 0xffffffffn), Number(value >> 32n)];
}

const WORDS = 2 ** 32;
