import { ValidationError, showValue } from './errors.ts';

/**
 * How urgent a message is; also the index of its lane. Lower is more urgent.
 *
 * It is a number because it indexes arrays. `CRITICAL` is 0, so never write `priority || …`: write `priority ?? …`.
 */
export const Priority = { CRITICAL: 0, HIGH: 1, NORMAL: 2, LOW: 3 } as const;
export type Priority = (typeof Priority)[keyof typeof Priority];

/** The name of a priority, as logs, metrics and configuration spell it. */
export type PriorityName = keyof typeof Priority;

/** Names by priority: `PRIORITY_NAMES[Priority.HIGH]` is `'HIGH'`. */
export const PRIORITY_NAMES: readonly [PriorityName, PriorityName, PriorityName, PriorityName] = [
  'CRITICAL',
  'HIGH',
  'NORMAL',
  'LOW',
];

/** All priorities, most urgent first. */
export const PRIORITIES: readonly [Priority, Priority, Priority, Priority] = [0, 1, 2, 3];

/** Whether the value is one of the numbers 0 to 3. Names of priorities are read by {@link parsePriority}. */
export function isPriority(value: unknown): value is Priority {
  return value === 0 || value === 1 || value === 2 || value === 3;
}

/**
 * Reads a priority from a number 0 to 3 or from its name in any case.
 *
 * @throws ValidationError `INVALID_PRIORITY`
 */
export function parsePriority(input: unknown): Priority {
  if (isPriority(input)) return input;
  const index = typeof input === 'string' ? PRIORITY_NAMES.indexOf(input.toUpperCase() as PriorityName) : -1;
  if (index >= 0) return index as Priority;
  throw new ValidationError('INVALID_PRIORITY', {
    path: 'priority',
    expected: '0 to 3, or CRITICAL, HIGH, NORMAL or LOW',
    received: showValue(input),
    hint: 'Use a member of Priority, such as Priority.NORMAL.',
  });
}
