/** An exact fraction; the denominator is above zero. Plain and slow: nothing is shared with what it checks. */
export interface Ratio {
  readonly n: bigint;
  readonly d: bigint;
}

export const ratio = (n: bigint, d = 1n): Ratio => (d < 0n ? { n: -n, d: -d } : { n, d });
export const plus = (a: Ratio, b: Ratio): Ratio =>
  a.d === b.d ? ratio(a.n + b.n, a.d) : shortened(ratio(a.n * b.d + b.n * a.d, a.d * b.d));
export const minus = (a: Ratio, b: Ratio): Ratio => plus(a, ratio(-b.n, b.d));
export const times = (a: Ratio, b: Ratio): Ratio => shortened(ratio(a.n * b.n, a.d * b.d));
export const over = (a: Ratio, b: Ratio): Ratio => shortened(ratio(a.n * b.d, a.d * b.n));
export const isAbove = (a: Ratio, b: Ratio): boolean => a.n * b.d > b.n * a.d;

/** The largest multiple of `10 ** -places` that is not above it, counted in those. */
export function floorAt(a: Ratio, places: number): bigint {
  const scaled = a.n * 10n ** BigInt(places);
  const quotient = scaled / a.d;
  return quotient * a.d > scaled ? quotient - 1n : quotient;
}

export function ceilAt(a: Ratio, places: number): bigint {
  return -floorAt(ratio(-a.n, a.d), places);
}

/** The same, towards zero. */
export function truncateAt(a: Ratio, places: number): bigint {
  return (a.n * 10n ** BigInt(places)) / a.d;
}

/** An exact decimal; `places` have to be enough. */
export function show(a: Ratio, places: number): string {
  const scaled = truncateAt(a, places);
  if (scaled * a.d !== a.n * 10n ** BigInt(places)) throw new Error(`${a.n}/${a.d} has more than ${places} places`);
  return showScaled(scaled, places);
}

export function showScaled(value: bigint, places: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const shown = `${text.slice(0, text.length - places)}.${text.slice(text.length - places)}`.replace(/\.?0+$/, '');
  return value < 0n ? `-${shown}` : shown;
}

/** A decimal text as a fraction; undefined for what is no plain decimal of at most 18 places. */
export function readDecimal(text: unknown): Ratio | undefined {
  if (typeof text !== 'string' || text.length > 40 || !/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > 18) return undefined;
  const value = ratio(BigInt(whole + kept), 10n ** BigInt(kept.length));
  return text.startsWith('-') ? ratio(-value.n, value.d) : value;
}

/** The largest integer whose square is not above a number, by halving. */
export function rootOf(value: bigint): bigint {
  let [low, high] = [0n, 1n];
  while (high * high <= value) high *= 2n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle * middle <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** Looking for a common divisor costs more than carrying it along, up to a point. */
function shortened(a: Ratio): Ratio {
  return a.d > LONG ? reduce(a) : a;
}

const LONG = 10n ** 200n;

/** Without common divisors. */
export function reduce({ n, d }: Ratio): Ratio {
  let [a, b] = [n < 0n ? -n : n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  return a > 1n ? { n: n / a, d: d / a } : { n, d };
}
