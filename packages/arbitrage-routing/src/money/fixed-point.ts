/** Decimal places that a price, a quantity or a limit may have. The specification asks for 12; recorded books have up to 16. */
export const PLACES = 18;
/** One, in units of `10 ** -PLACES`. */
export const ONE: bigint = 10n ** BigInt(PLACES);
/** One, in parts per million: the unit of fees and edges. */
export const MILLION = 1_000_000n;
/** What the specification floors quantities and capacities at: 1e-12, in units of `10 ** -PLACES`. */
export const QUANTITY_STEP: bigint = 10n ** BigInt(PLACES - 12);

/** Characters of the longest decimal that is read: bounds what a hostile text can cost. */
const MAX_CHARACTERS = 40;
const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const POINT = 46;

/**
 * A decimal text as an exact integer of `10 ** -PLACES`; undefined for anything else: an exponent, a sign but one minus, no digit,
 * more than 40 characters, or a digit beyond the 18th place that is not zero.
 *
 * No regular expression, and two `BigInt` conversions at most: it is called for every price and size of a book.
 */
export function parseFixed(text: unknown): bigint | undefined {
  if (typeof text !== 'string' || text.length === 0 || text.length > MAX_CHARACTERS) return undefined;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  const point = pointOf(text, start);
  if (point === undefined) return undefined;
  let end = text.length;
  if (point === end) return BigInt(text) * ONE;
  while (end > point + 1 && text.charCodeAt(end - 1) === ZERO) end -= 1;
  const places = end - point - 1;
  if (places > PLACES) return undefined;
  return BigInt(text.slice(0, point) + text.slice(point + 1, end)) * (POWERS[PLACES - places] as bigint);
}

/** Where the decimal point is, the length of the text when there is none, undefined when the text is no plain decimal. */
function pointOf(text: string, start: number): number | undefined {
  let point = text.length;
  for (let i = start; i < text.length; i += 1) {
    const character = text.charCodeAt(i);
    if (character === POINT && point === text.length) point = i;
    else if (character < ZERO || character > NINE) return undefined;
  }
  // A digit on either side of the point: `.5`, `5.` and `-` are not canonical anywhere, and a sign of a broken feed.
  return point === start || point === text.length - 1 ? undefined : point;
}

/** The canonical decimal text of `mantissa / 10 ** places`: no exponent, no trailing zeros, no `-0`. */
export function formatFixed(mantissa: bigint, places: number): string {
  const text = placePoint((mantissa < 0n ? -mantissa : mantissa).toString(), places);
  return mantissa < 0n ? `-${text}` : text;
}

/** The canonical decimal text of digits of which the last `places` stand behind the point. */
export function placePoint(digits: string, places: number): string {
  const all = digits.length > places ? digits : digits.padStart(places + 1, '0');
  const point = all.length - places;
  let end = all.length;
  while (end > point && all.charCodeAt(end - 1) === ZERO) end -= 1;
  return end === point ? all.slice(0, point) : `${all.slice(0, point)}.${all.slice(point, end)}`;
}

/** The nearest binary float of an exact value: for screening and ordering, never for money. */
export function approximate(value: bigint): number {
  return Number(value) / FLOAT_ONE;
}

/** The largest integer not above `numerator / denominator`; the denominator is positive. */
export function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

/** The least common multiple of two positive integers. */
export function leastCommonMultiple(left: bigint, right: bigint): bigint {
  return (left / greatestCommonDivisor(left, right)) * right;
}

/** The largest integer that divides two positive ones (Euclid's algorithm). */
export function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

const FLOAT_ONE = 10 ** PLACES;
const POWERS: readonly bigint[] = Array.from({ length: PLACES + 1 }, (_, exponent) => 10n ** BigInt(exponent));
