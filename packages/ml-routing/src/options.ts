import { ValidationError, showValue, type ValidationIssue } from '@tradewind/core-types';

/** A number that may be given, and what holds where it is not. */
export interface NumberRule {
  readonly usual: number;
  readonly min: number;
  readonly max: number;
  /** Whether it must be an integer. Default false. */
  readonly whole?: boolean | undefined;
}

/**
 * Numbers of options, complete and checked all at once; other members of the options are left to their owner.
 *
 * @param type Whose options they are, for the hint.
 * @param others Finds what is wrong with the other members, so that one error names everything. Called only with an object.
 * @throws ValidationError `INVALID_OPTIONS` with everything that is wrong.
 */
export function readNumbers<Key extends string>(
  options: { readonly [Name in Key]?: unknown },
  type: string,
  rules: Readonly<Record<Key, NumberRule>>,
  others?: () => readonly ValidationIssue[],
): Record<Key, number> {
  checkIsObject(options, type);
  const issues: ValidationIssue[] = [];
  const numbers: Partial<Record<Key, number>> = {};
  for (const [key, rule] of Object.entries(rules) as [Key, NumberRule][]) {
    const value: unknown = options[key] ?? rule.usual;
    if (isWithin(value, rule)) numbers[key] = value;
    else {
      const expected = `${rule.whole === true ? 'an integer' : 'a number'} from ${rule.min} to ${rule.max}`;
      issues.push({ path: key, expected, received: showValue(value) });
    }
  }
  if (others !== undefined) issues.push(...others());
  if (issues.length > 0) throw invalidOptions(type, issues);
  return numbers as Record<Key, number>;
}

/** @throws ValidationError `INVALID_OPTIONS` for anything but an object. */
export function checkIsObject(options: unknown, type: string): void {
  if (typeof options === 'object' && options !== null) return;
  throw invalidOptions(type, [{ path: '', expected: 'an object of options', received: showValue(options) }]);
}

/** The error for options of this type with at least one thing wrong. */
export function invalidOptions(type: string, issues: readonly ValidationIssue[]): ValidationError {
  const first = issues[0] ?? { path: '', expected: 'options', received: 'others' };
  return new ValidationError('INVALID_OPTIONS', { ...first, issues, hint: `Mend the options: see ${type}.` });
}

function isWithin(value: unknown, { min, max, whole }: NumberRule): value is number {
  return typeof value === 'number' && value >= min && value <= max && (whole !== true || Number.isInteger(value));
}
