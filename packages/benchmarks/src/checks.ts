import { ValidationError, showValue } from '@tradewind/core-types';

/** What a number must be to pass, and how the error says it. */
export interface NumberRule {
  readonly expected: string;
  readonly isFine: (value: number) => boolean;
}

/** More than zero. */
export const POSITIVE: NumberRule = { expected: 'a finite number above 0', isFine: (value) => value > 0 };
/** Zero or more. */
export const NOT_NEGATIVE: NumberRule = { expected: 'a finite number, 0 or more', isFine: (value) => value >= 0 };
/** A count of at least one. */
export const COUNT: NumberRule = {
  expected: 'an integer of at least 1',
  isFine: (value) => Number.isSafeInteger(value) && value >= 1,
};

/** A whole number. */
export const INTEGER: NumberRule = { expected: 'an integer', isFine: (value) => Number.isSafeInteger(value) };

/** Throws `INVALID_OPTIONS` unless `value` is a finite number that the rule finds fine. */
export function checkNumber(path: string, value: unknown, rule: NumberRule): number {
  if (typeof value === 'number' && Number.isFinite(value) && rule.isFine(value)) return value;
  throw invalidOption(path, rule.expected, value);
}

/** The error of an option that is not what it must be. */
export function invalidOption(path: string, expected: string, received: unknown): ValidationError {
  return new ValidationError('INVALID_OPTIONS', {
    path,
    expected,
    received: showValue(received),
    hint: `Give ${path} as ${expected}.`,
  });
}
