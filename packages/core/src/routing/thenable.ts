import { ignoreRejection, onRejection } from '../platform/on-rejection.ts';

/**
 * Takes the rejection of a promise that a plugin returned where none belongs: unhandled, it would end the process.
 * Values that are no promise are left alone. Never throws.
 */
export function swallowRejection(value: unknown, onRejected: ((error: unknown) => void) | undefined): void {
  if (onRejected === undefined) ignoreRejection(value);
  else onRejection(value, onRejected);
}
