import { ValidationError, showValue, type ValidationIssue } from '@tradewind/core-types';

/** A number among the options, and what it may be. */
export interface NumberOption {
  readonly value: unknown;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean | undefined;
}

/**
 * Checks all numbers among the options of a part at once.
 *
 * @param type Whose options they are, for the hint.
 * @throws ValidationError `INVALID_OPTIONS` with every number that is wrong.
 */
export function readNumbers<Name extends string>(
  type: string,
  options: Readonly<Record<Name, NumberOption>>,
): Readonly<Record<Name, number>> {
  const issues: ValidationIssue[] = [];
  const numbers: Partial<Record<Name, number>> = {};
  for (const [path, { value, min, max, whole = false }] of Object.entries<NumberOption>(options)) {
    if (typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value))) {
      numbers[path as Name] = value;
    } else {
      const expected = `${whole ? 'an integer' : 'a number'} from ${min} to ${max}`;
      issues.push({ path, expected, received: showValue(value) });
    }
  }
  const [first] = issues;
  if (first === undefined) return numbers as Readonly<Record<Name, number>>;
  throw new ValidationError('INVALID_OPTIONS', { ...first, issues, hint: `Mend the options: see ${type}.` });
}
