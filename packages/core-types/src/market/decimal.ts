import { ValidationError, showValue } from '../vocabulary/errors.ts';

/**
 * An exact decimal number as canonical text: `'61837.63'`, `'-0.00012359'`, `'0'`.
 *
 * An optional `-`, an integer part without leading zeros, and, where needed, a point and a fraction without trailing zeros. No
 * exponent, no `+`, no `-0`, no `NaN`, no infinity; at most 76 digits. Each value has exactly one such text, so two of them are equal
 * exactly if the strings are equal. This is how prices and sizes cross a border; where much is computed, use a `TickGrid`.
 */
export type DecimalText = string & { readonly __tradewindDecimal: true };

/**
 * An exact decimal number to compute with: `mantissa / 10 ** scale`, always reduced, so equal values have equal fields.
 *
 * Make one with {@link parseDecimal} or {@link createDecimal}. The operations below allocate a few `bigint`s each: they are for borders,
 * fees and reports, not for every message of a hot path.
 */
export interface Decimal {
  readonly mantissa: bigint;
  /** Digits after the point, 0 to 76. */
  readonly scale: number;
}

/** What the operations take: a number to compute with, or its canonical text. */
export type DecimalInput = Decimal | DecimalText;

/**
 * Bounds of a decimal number. 76 digits are two times 38, the width of a 128-bit decimal: the product of two such numbers always fits.
 *
 * `maxCharacters` bounds the text that is read, so that a hostile input costs nothing; it leaves room for zeros that are not canonical.
 */
export const DECIMAL_LIMITS = { maxDigits: 76, maxCharacters: 160 } as const;

/**
 * Reads a decimal number and returns its canonical text: `'0.3520'` gives `'0.352'`, `'007'` gives `'7'`, `'-0.0'` gives `'0'`.
 *
 * Numbers are refused on purpose: `0.1 + 0.2` has lost its digits before it arrives here. A canonical text is returned as it is,
 * without a copy.
 *
 * @throws ValidationError `INVALID_DECIMAL`
 */
export function parseDecimalText(input: unknown): DecimalText {
  const text = typeof input === 'string' ? canonicalText(input) : undefined;
  if (text === undefined) throw invalidDecimal(input);
  return text as DecimalText;
}

/** Whether the input is a decimal number in canonical text. */
export function isDecimalText(input: unknown): input is DecimalText {
  return typeof input === 'string' && canonicalText(input) === input;
}

/**
 * Reads a decimal number to compute with, from any text that {@link parseDecimalText} takes.
 *
 * @throws ValidationError `INVALID_DECIMAL`
 */
export function parseDecimal(input: unknown): Decimal {
  const text = parseDecimalText(input);
  const point = text.indexOf('.');
  if (point < 0) return { mantissa: BigInt(text), scale: 0 };
  return { mantissa: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 };
}

/**
 * Makes a decimal number from its parts and reduces it: `createDecimal({ mantissa: 3520n, scale: 4 })` is 0.352.
 *
 * @throws ValidationError `INVALID_DECIMAL` when the scale is not an integer from 0 to 152, or the reduced value has more than 76 digits.
 */
export function createDecimal(parts: Decimal): Decimal {
  let { mantissa, scale } = parts;
  if (typeof mantissa !== 'bigint' || !Number.isInteger(scale) || scale < 0 || scale > 2 * DECIMAL_LIMITS.maxDigits) {
    throw invalidDecimal(parts, `a bigint mantissa and a scale from 0 to ${2 * DECIMAL_LIMITS.maxDigits}`);
  }
  while (scale > 0 && mantissa % 10n === 0n) {
    mantissa /= 10n;
    scale -= 1;
  }
  if (scale > DECIMAL_LIMITS.maxDigits || mantissa >= MANTISSA_BOUND || mantissa <= -MANTISSA_BOUND) {
    throw invalidDecimal(undefined, `a result of at most ${DECIMAL_LIMITS.maxDigits} digits`, 'a longer one');
  }
  return { mantissa, scale };
}

/** The canonical text of a decimal number. `parseDecimal` reads it back identically. */
export function formatDecimal(value: Decimal): DecimalText {
  const { mantissa, scale } = createDecimal(value);
  if (scale === 0) return mantissa.toString() as DecimalText;
  const digits = (mantissa < 0n ? -mantissa : mantissa).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${mantissa < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}` as DecimalText;
}

/**
 * Negative when `left` is smaller, zero when equal, positive when it is larger. Sorts arrays.
 *
 * Two texts are compared as they stand, without a `bigint` and without an allocation.
 */
export function compareDecimals(left: DecimalInput, right: DecimalInput): number {
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The exact sum of two numbers, reduced.
 *
 * @throws ValidationError `INVALID_DECIMAL` when the sum has more than 76 digits.
 */
export function addDecimals(left: DecimalInput, right: DecimalInput): Decimal {
  const [a, b, scale] = aligned(left, right);
  return createDecimal({ mantissa: a + b, scale });
}

/**
 * The exact difference `left - right`, reduced.
 *
 * @throws ValidationError `INVALID_DECIMAL` when the difference has more than 76 digits.
 */
export function subtractDecimals(left: DecimalInput, right: DecimalInput): Decimal {
  const [a, b, scale] = aligned(left, right);
  return createDecimal({ mantissa: a - b, scale });
}

/**
 * The exact product of two numbers, reduced; nothing is rounded.
 *
 * @throws ValidationError `INVALID_DECIMAL` when the product has more than 76 digits.
 */
export function multiplyDecimals(left: DecimalInput, right: DecimalInput): Decimal {
  const a = asDecimal(left);
  const b = asDecimal(right);
  return createDecimal({ mantissa: a.mantissa * b.mantissa, scale: a.scale + b.scale });
}

/**
 * Whether a value lies on the grid of a step: `isMultipleOf('0.3', '0.1')` is true, whatever binary floats say.
 *
 * @throws ValidationError `INVALID_DECIMAL` when the step is not greater than zero.
 */
export function isMultipleOf(value: DecimalInput, step: DecimalInput): boolean {
  const [a, b] = aligned(value, asStep(step));
  return a % b === 0n;
}

/** @internal The number to compute with of either input. */
export function asDecimal(input: DecimalInput): Decimal {
  return typeof input === 'string' ? parseDecimal(input) : input;
}

/** @internal A step of a grid: a tick, a lot. */
export function asStep(input: DecimalInput): Decimal {
  const step = asDecimal(input);
  if (step.mantissa <= 0n)
    throw invalidDecimal(typeof input === 'string' ? input : formatDecimal(input), 'a step greater than zero');
  return step;
}

/** @internal Both mantissas on the larger of the two scales, and that scale. */
export function aligned(left: DecimalInput, right: DecimalInput): readonly [bigint, bigint, number] {
  const a = asDecimal(left);
  const b = asDecimal(right);
  if (a.scale === b.scale) return [a.mantissa, b.mantissa, a.scale];
  return a.scale > b.scale
    ? [a.mantissa, b.mantissa * 10n ** BigInt(a.scale - b.scale), a.scale]
    : [a.mantissa * 10n ** BigInt(b.scale - a.scale), b.mantissa, b.scale];
}

/** @internal */
export function invalidDecimal(
  input: unknown,
  expected: string = DECIMAL_TEXT,
  received: string = showValue(input),
): ValidationError {
  return new ValidationError('INVALID_DECIMAL', { path: '', expected, received, hint: DECIMAL_HINT });
}

/** The canonical form of a decimal text, or undefined when it is none. One pass over the characters, no regular expression. */
function canonicalText(input: string): string | undefined {
  const { length } = input;
  if (length === 0 || length > DECIMAL_LIMITS.maxCharacters) return undefined;
  const signed = input.charCodeAt(0) === MINUS;
  const start = signed ? 1 : 0;
  let point = length;
  let firstNonZero = -1;
  let lastNonZero = -1;
  for (let i = start; i < length; i += 1) {
    const code = input.charCodeAt(i);
    if (code === POINT) {
      if (point !== length) return undefined;
      point = i;
    } else if (code < ZERO || code > NINE) {
      return undefined;
    } else if (code !== ZERO) {
      if (firstNonZero < 0) firstNonZero = i;
      lastNonZero = i;
    }
  }
  // At least one digit on each side of a point: `.5` and `5.` are more often a cut-off field than a number.
  if (point === start || point === length - 1) return undefined;
  if (firstNonZero < 0) return '0';

  const integerStart = Math.min(firstNonZero, point - 1);
  const end = lastNonZero > point ? lastNonZero + 1 : point;
  const integerDigits = firstNonZero < point ? point - firstNonZero : 0;
  const fractionDigits = end > point ? end - point - 1 : 0;
  if (integerDigits + fractionDigits > DECIMAL_LIMITS.maxDigits) return undefined;
  if (integerStart === start && end === length) return input;
  return signed ? `-${input.slice(integerStart, end)}` : input.slice(integerStart, end);
}

/** Canonical texts of one sign and one integer length sort as strings do: the point stands at the same place in both. */
function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  const leftSigned = left.charCodeAt(0) === MINUS;
  if (leftSigned !== (right.charCodeAt(0) === MINUS)) return leftSigned ? -1 : 1;
  const leftLength = integerLength(left);
  const rightLength = integerLength(right);
  const magnitude = leftLength === rightLength ? (left < right ? -1 : 1) : leftLength - rightLength;
  return leftSigned ? -magnitude : magnitude;
}

function integerLength(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? text.length : point;
}

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const MANTISSA_BOUND = 10n ** BigInt(DECIMAL_LIMITS.maxDigits);
const DECIMAL_TEXT = `a decimal number as text, such as "61837.63", of at most ${DECIMAL_LIMITS.maxDigits} digits`;
const DECIMAL_HINT =
  'Pass prices and sizes as the text that the venue sent: digits with at most one point, no exponent; never a binary float.';
