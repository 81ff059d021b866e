import type { NormalizedLevel } from '../../src/market/normalized-event.ts';

/** Everything is an integer of 1e-18; products are rescaled where they are written down. */
export const UNIT = 10n ** 18n;
export const PPM = 1_000_000n;
export const STEP = 10n ** 6n;

export function exact(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(18, '0'));
}

export function show(value: bigint, places: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const shown = `${text.slice(0, -places)}.${text.slice(-places)}`.replace(/\.?0+$/, '');
  return value < 0n ? `-${shown}` : shown;
}

export function floor(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return quotient * denominator > numerator ? quotient - 1n : quotient;
}

export function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

/** Plain decimals, a price above zero and up to 1e12, a size from zero to 1e15. */
export function isTrustworthy([price, size]: NormalizedLevel): boolean {
  const isDecimal = (text: unknown): boolean => typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text);
  if (!isDecimal(price) || !isDecimal(size)) return false;
  const places = (text: string): number => text.replace(/0+$/, '').split('.')[1]?.length ?? 0;
  if (price.includes('.') && places(price) > 18) return false;
  if (size.includes('.') && places(size) > 18) return false;
  return (
    exact(price) > 0n &&
    exact(size) >= 0n &&
    !price.startsWith('-') &&
    exact(price) <= 10n ** 30n &&
    exact(size) <= 10n ** 33n
  );
}
