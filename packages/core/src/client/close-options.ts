import { ValidationError, showValue, type CloseOptions } from '@tradewind/core-types';

/**
 * Checks what a close was given before anything changes: half of a close could not be taken back, and the client would never end.
 *
 * @throws ValidationError `INVALID_OPTIONS`.
 */
export function checkCloseOptions(options: unknown): asserts options is CloseOptions {
  if (typeof options !== 'object' || options === null) throw invalid('options', 'an object', options);
  const { deadlineMs, signal }: { readonly deadlineMs?: unknown; readonly signal?: unknown } = options;
  checkDeadline(deadlineMs);
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalid('signal', 'an AbortSignal', signal);
}

/** @throws ValidationError `INVALID_OPTIONS`. */
export function checkDeadline(deadlineMs: unknown): asserts deadlineMs is number | undefined {
  if (deadlineMs === undefined) return;
  if (typeof deadlineMs === 'number' && Number.isFinite(deadlineMs) && deadlineMs >= 0) return;
  throw invalid('deadlineMs', 'a finite number of milliseconds, at least 0', deadlineMs);
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  return new ValidationError('INVALID_OPTIONS', {
    path,
    expected,
    received: showValue(received),
    hint: 'Correct the option, or leave it out to get its default.',
  });
}
