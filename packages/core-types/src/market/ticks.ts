import { ValidationError, showValue } from '../vocabulary/errors.ts';
import { divideRounded, type RoundingMode } from './decimal-rounding.ts';
import {
  aligned,
  asDecimal,
  asStep,
  createDecimal,
  formatDecimal,
  type DecimalInput,
  type DecimalText,
} from './decimal.ts';

/** The grid of prices of an instrument, and what to do with a price that lies beside it. */
export interface TickOptions {
  readonly tick: DecimalInput;
  /** Absent: a price beside the grid is an error. */
  readonly rounding?: RoundingMode | undefined;
}

/** The grid of sizes of an instrument, and what to do with a size that lies beside it. */
export interface LotOptions {
  readonly lot: DecimalInput;
  /** Absent: a size beside the grid is an error. */
  readonly rounding?: RoundingMode | undefined;
}

/**
 * One instrument's tick (or lot), prepared once, to turn the text of every message into a safe integer and back.
 *
 * Inside a program prices and sizes are such integers: they compare, add and index arrays at full speed and lose nothing.
 * Values below 2^53 of the step's last digit take a path without `bigint` and without allocation; larger ones the exact path of {@link toTicks}.
 */
export interface TickGrid {
  readonly step: DecimalText;
  /**
   * How many steps a canonical text is: with a step of `0.01`, `'61837.63'` is 6183763.
   *
   * @throws ValidationError `INVALID_DECIMAL` when it lies beside the grid, or beyond 2^53 steps.
   */
  toTicks(text: DecimalText): number;
  /**
   * The canonical text of so many steps.
   *
   * @throws ValidationError `INVALID_DECIMAL` when it is not a safe integer.
   */
  fromTicks(ticks: number): DecimalText;
}

/**
 * How many ticks a price is: `toTicks('61837.63', { tick: '0.01' })` is 6183763.
 *
 * @returns A safe integer.
 * @throws ValidationError `INVALID_DECIMAL` when the price lies beside the grid and no rounding is given, when it is beyond
 * 2^53 ticks, or when the tick is not greater than zero.
 */
export function toTicks(price: DecimalInput, options: TickOptions): number {
  return toSteps(price, { step: options.tick, rounding: options.rounding });
}

/**
 * The price of so many ticks, as canonical text. The inverse of {@link toTicks}.
 *
 * @throws ValidationError `INVALID_DECIMAL` when `ticks` is not a safe integer, or the tick is not greater than zero.
 */
export function fromTicks(ticks: number, options: Pick<TickOptions, 'tick'>): DecimalText {
  return fromSteps(ticks, options.tick);
}

/** How many lots a size is: {@link toTicks} for sizes. */
export function toLots(size: DecimalInput, options: LotOptions): number {
  return toSteps(size, { step: options.lot, rounding: options.rounding });
}

/** The size of so many lots, as canonical text: {@link fromTicks} for sizes. */
export function fromLots(lots: number, options: Pick<LotOptions, 'lot'>): DecimalText {
  return fromSteps(lots, options.lot);
}

/**
 * Prepares a tick or a lot: `const grid = createTickGrid(instrument.tickSize)`.
 *
 * @throws ValidationError `INVALID_DECIMAL` when the step is not greater than zero.
 */
export function createTickGrid(step: DecimalInput): TickGrid {
  const { mantissa, scale } = asStep(step);
  const stepText = formatDecimal({ mantissa, scale });
  // The number of step units is exact only while it is safe; a wider step leaves every conversion to the exact path.
  const units = mantissa <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(mantissa) : 0;
  return {
    step: stepText,
    toTicks(text) {
      const value = units === 0 ? NOT_SHORT : shortUnits(text, scale);
      // NaN (not a short text) and a remainder go the exact path, which gives the answer or the error. Adding 0 turns -0 into 0.
      return value % units === 0 ? value / units + 0 : toSteps(text, { step: stepText });
    },
    fromTicks(ticks) {
      const value = ticks * units;
      if (units === 0 || !Number.isSafeInteger(ticks) || !Number.isSafeInteger(value))
        return fromSteps(ticks, stepText);
      return formatUnits(value, scale);
    },
  };
}

function toSteps(
  value: DecimalInput,
  options: { readonly step: DecimalInput; readonly rounding?: RoundingMode | undefined },
): number {
  const step = asStep(options.step);
  const [dividend, divisor] = aligned(value, step);
  if (options.rounding === undefined && dividend % divisor !== 0n) {
    throw offGrid(
      value,
      `a multiple of ${formatDecimal(step)}`,
      'Check the tick and lot of the instrument, or say how to round.',
    );
  }
  const steps =
    options.rounding === undefined ? dividend / divisor : divideRounded(dividend, divisor, options.rounding);
  if (steps > MAX_STEPS || steps < -MAX_STEPS) {
    throw offGrid(
      value,
      `at most ${MAX_STEPS} steps of ${formatDecimal(step)}`,
      'Compute with Decimal where values are this large.',
    );
  }
  return Number(steps);
}

function fromSteps(steps: number, stepInput: DecimalInput): DecimalText {
  const step = asStep(stepInput);
  if (!Number.isSafeInteger(steps)) {
    throw new ValidationError('INVALID_DECIMAL', {
      path: '',
      expected: 'a safe integer of ticks or lots',
      received: showValue(steps),
      hint: 'Ticks and lots are whole numbers below 2^53; convert prices and sizes with toTicks and toLots.',
    });
  }
  return formatDecimal(createDecimal({ mantissa: BigInt(steps) * step.mantissa, scale: step.scale }));
}

/** The value of a short canonical text in units of `10 ** -scale`; NaN when it is not short, not canonical, or finer than a unit. */
function shortUnits(text: string, scale: number): number {
  const { length } = text;
  const negative = text.charCodeAt(0) === MINUS;
  let value = 0;
  let fractionDigits = -1;
  for (let i = negative ? 1 : 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === POINT) {
      if (fractionDigits >= 0) return NOT_SHORT;
      fractionDigits = 0;
    } else if (code < ZERO || code > NINE) {
      return NOT_SHORT;
    } else {
      value = value * 10 + (code - ZERO);
      if (fractionDigits >= 0) fractionDigits += 1;
    }
  }
  // An empty text, a lone sign and a cut-off fraction are for the exact path to refuse.
  if (length === 0 || !isDigit(text, negative ? 1 : 0) || !isDigit(text, length - 1)) return NOT_SHORT;
  const padding = scale - Math.max(fractionDigits, 0);
  if (padding < 0 || padding >= POWERS_OF_TEN.length) return NOT_SHORT;
  const units = value * (POWERS_OF_TEN[padding] ?? NOT_SHORT);
  // Digits that were rounded on the way left a value beyond the safe integers, and no later digit brings it back.
  if (!(units <= Number.MAX_SAFE_INTEGER)) return NOT_SHORT;
  return negative ? -units : units;
}

function formatUnits(units: number, scale: number): DecimalText {
  if (units === 0) return '0' as DecimalText;
  if (scale === 0) return String(units) as DecimalText;
  const digits = String(Math.abs(units)).padStart(scale + 1, '0');
  const point = digits.length - scale;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  const text = end === point ? digits.slice(0, point) : `${digits.slice(0, point)}.${digits.slice(point, end)}`;
  return (units < 0 ? `-${text}` : text) as DecimalText;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= ZERO && code <= NINE;
}

function offGrid(value: DecimalInput, expected: string, hint: string): ValidationError {
  return new ValidationError('INVALID_DECIMAL', {
    path: '',
    expected,
    received: showValue(formatDecimal(asDecimal(value))),
    hint,
  });
}

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const NOT_SHORT = Number.NaN;
const POWERS_OF_TEN: readonly number[] = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const MAX_STEPS = BigInt(Number.MAX_SAFE_INTEGER);
