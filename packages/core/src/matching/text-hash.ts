import { TOPIC_LIMITS } from '@tradewind/core-types';

/**
 * Polynomial hashing (Rabin and Karp, 1987), modulo 2^32: from the hashes of all beginnings of a text follows the hash of any part
 * of it by one multiplication. A topic is read once, and then every segment, prefix, suffix and infix of it can be looked up.
 *
 * Equal hashes never decide anything: whoever finds something by hash compares the text.
 */
const BASE = 0x01_00_01_93;

/** `POWERS[n]` is `BASE` to the power of `n`. */
const POWERS: Int32Array = powersOf(BASE, TOPIC_LIMITS.maxCharacters + 1);

/** The hash of a text that is one character longer. */
export function extendHash(hash: number, character: number): number {
  return (Math.imul(hash, BASE) + character) | 0;
}

/** The hash of a part, from `hashes[i]`, the hash of the first `i` characters. */
export function partHash(hashes: Int32Array, start: number, end: number): number {
  return ((hashes[end] as number) - Math.imul(hashes[start] as number, POWERS[end - start] as number)) | 0;
}

/** The hash of a part of a text that nobody has read yet. */
export function textHash(text: string, start: number, end: number): number {
  let hash = 0;
  for (let i = start; i < end; i += 1) hash = extendHash(hash, text.charCodeAt(i));
  return hash;
}

/** Spreads a hash over all its bits, so that its low bits may index a table (the finalizer of MurmurHash3, first half). */
export function spreadHash(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  return mixed ^ (mixed >>> 13);
}

function powersOf(base: number, count: number): Int32Array {
  const powers = new Int32Array(count);
  powers[0] = 1;
  for (let i = 1; i < count; i += 1) powers[i] = Math.imul(powers[i - 1] as number, base);
  return powers;
}
