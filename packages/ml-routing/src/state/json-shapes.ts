/**
 * Shapes in which figures are kept in a state, or given by a caller. Whoever restores a state asks for them before he changes anything: a state may have been cut off, written
 * by hand or made by another version.
 */

/** Whether it is an object with members, and neither null nor an array. Of a JSON value the members are JSON, of any other nothing is known of them. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it counts something: an integer from 0 on, so small that one more is another number. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Whether it is a column of exactly so many numbers, each finite. */
export function isNumbers(value: unknown, length: number): value is readonly number[] {
  return Array.isArray(value) && value.length === length && value.every((each) => Number.isFinite(each));
}

/** Whether it is a list of texts of which none comes twice: names that things are found by. */
export function isNames(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.every((each) => typeof each === 'string') && new Set(value).size === value.length
  );
}
