/**
 * Takes the rejection of a promise that a plugin returned where none belongs: unhandled, it would end the process.
 * Values that are no promise are left alone.
 */
export function swallowRejection(value: unknown, onRejected: ((error: unknown) => void) | undefined): void {
  if (typeof value !== 'object' || value === null || !('then' in value) || typeof value.then !== 'function') return;
  Promise.resolve(value as PromiseLike<unknown>).then(undefined, (error: unknown) => onRejected?.(error));
}
