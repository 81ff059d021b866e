import { ValidationError, showValue } from '../vocabulary/errors.ts';
import {
  DECIMAL_LIMITS,
  aligned,
  asDecimal,
  asStep,
  createDecimal,
  invalidDecimal,
  type Decimal,
  type DecimalInput,
} from './decimal.ts';

/**
 * Where a value goes that lies between two steps of a grid.
 *
 * | mode | 2.5 | -2.5 | 2.7 |
 * |---|---|---|---|
 * | `down`: toward zero | 2 | -2 | 2 |
 * | `up`: away from zero | 3 | -3 | 3 |
 * | `floor`: toward minus infinity | 2 | -3 | 2 |
 * | `ceiling`: toward plus infinity | 3 | -2 | 3 |
 * | `half-even`: to the nearest, a tie to the even neighbour (IEEE 754) | 2 | -2 | 3 |
 *
 * There is no default anywhere: a bid rounded up is a different order.
 */
export type RoundingMode = 'down' | 'up' | 'floor' | 'ceiling' | 'half-even';

/** To which grid, and which way. */
export interface RoundingOptions {
  /** The step of the grid, greater than zero: a tick, a lot, `0.01`. */
  readonly step: DecimalInput;
  readonly rounding: RoundingMode;
}

/** How exact a quotient is. */
export interface DivisionOptions {
  /** Digits after the point, 0 to 76. */
  readonly scale: number;
  readonly rounding: RoundingMode;
}

/**
 * Brings a value onto a grid: `roundToMultiple('61837.68', { step: '0.5', rounding: 'down' })` is 61837.5.
 *
 * @throws ValidationError `INVALID_DECIMAL` when the step is not greater than zero, or the result has more than 76 digits.
 * @throws ValidationError `INVALID_OPTIONS` for an unknown rounding mode.
 */
export function roundToMultiple(value: DecimalInput, options: RoundingOptions): Decimal {
  const step = asStep(options.step);
  const [a, b, scale] = aligned(value, step);
  return createDecimal({ mantissa: divideRounded(a, b, options.rounding) * b, scale });
}

/**
 * Divides, to so many digits: an average price is `divideDecimals(cost, quantity, { scale: 8, rounding: 'half-even' })`.
 *
 * @throws ValidationError `INVALID_DECIMAL` for a division by zero, a scale that is not an integer from 0 to 76, or a result of more than 76 digits.
 * @throws ValidationError `INVALID_OPTIONS` for an unknown rounding mode.
 */
export function divideDecimals(dividend: DecimalInput, divisor: DecimalInput, options: DivisionOptions): Decimal {
  const { scale, rounding } = options;
  if (!Number.isInteger(scale) || scale < 0 || scale > DECIMAL_LIMITS.maxDigits) {
    throw invalidDecimal(scale, `a scale from 0 to ${DECIMAL_LIMITS.maxDigits}`);
  }
  if (asDecimal(divisor).mantissa === 0n) throw invalidDecimal('0', 'a divisor other than zero');
  const [a, b] = aligned(dividend, divisor);
  return createDecimal({ mantissa: divideRounded(a * 10n ** BigInt(scale), b, rounding), scale });
}

/** @internal The quotient of two integers, rounded. The divisor is not zero. */
export function divideRounded(dividend: bigint, divisor: bigint, rounding: RoundingMode): bigint {
  // Checked before the exact case returns: a wrong mode would otherwise show itself only with the first value between two steps.
  if (!ROUNDING_MODES.includes(rounding)) throw unknownRounding(rounding);
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  if (remainder === 0n) return quotient;
  const negative = remainder < 0n !== divisor < 0n;
  const away = negative ? quotient - 1n : quotient + 1n;
  switch (rounding) {
    case 'down':
      return quotient;
    case 'up':
      return away;
    case 'floor':
      return negative ? away : quotient;
    case 'ceiling':
      return negative ? quotient : away;
    case 'half-even': {
      const twice = 2n * magnitude(remainder) - magnitude(divisor);
      const roundsAway = twice > 0n || (twice === 0n && quotient % 2n !== 0n);
      return roundsAway ? away : quotient;
    }
  }
}

function unknownRounding(rounding: unknown): ValidationError {
  return new ValidationError('INVALID_OPTIONS', {
    path: 'rounding',
    expected: `one of ${ROUNDING_MODES.join(', ')}`,
    received: showValue(rounding),
    hint: 'Name the direction: there is no default, since a bid rounded up is a different order.',
  });
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

const ROUNDING_MODES: readonly RoundingMode[] = ['down', 'up', 'floor', 'ceiling', 'half-even'];
