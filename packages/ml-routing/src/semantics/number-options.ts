import { ValidationError, showValue, type ValidationIssue } from '@tradewind/core-types';

/** A number that may be given, and what holds where it is not. */
export interface NumberRule {
  readonly usual: number;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

/**
 * Numbers of options, complete and checked; other members of the options are left to their owner.
 *
 * @throws ValidationError `INVALID_OPTIONS` with every number that is wrong.
 */
export function readNumbers<Key extends string>(
  options: { readonly [K in Key]?: unknown },
  name: string,
  rules: Readonly<Record<Key, NumberRule>>,
): Record<Key, number> {
  const hint = `Mend the options: see ${name}.`;
  if (typeof options !== 'object' || options === null) {
    throw new ValidationError('INVALID_OPTIONS', {
      path: '',
      expected: 'an object',
      received: showValue(options),
      hint,
    });
  }
  const issues: ValidationIssue[] = [];
  const numbers: Partial<Record<Key, number>> = {};
  for (const [key, rule] of Object.entries(rules) as [Key, NumberRule][]) {
    const value: unknown = options[key] ?? rule.usual;
    if (isWithin(value, rule)) numbers[key] = value;
    else {
      const expected = `${rule.whole ? 'an integer' : 'a number'} from ${rule.min} to ${rule.max}`;
      issues.push({ path: key, expected, received: showValue(value) });
    }
  }
  const [first] = issues;
  if (first !== undefined) throw new ValidationError('INVALID_OPTIONS', { ...first, issues, hint });
  return numbers as Record<Key, number>;
}

function isWithin(value: unknown, { min, max, whole }: NumberRule): value is number {
  return typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value));
}
