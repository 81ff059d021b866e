import { errorCode, type DeadLetter } from '@tradewind/core-types';

/**
 * An error as a dead letter carries it: text, because an `Error` does not cross processes.
 *
 * Never throws. Anything may be thrown by a handler: objects that cannot be shown, errors whose fields throw when they are read, proxies
 * that were revoked.
 */
export function causeOf(error: unknown): DeadLetter['cause'] {
  const code = errorCode(error);
  try {
    // Read once, and made text: a getter may answer something else the next time, or no text at all.
    if (error instanceof Error) {
      const message: unknown = error.message;
      return { message: String(message), code, stack: stackOf(error) };
    }
    return { message: String(error), code };
  } catch {
    return { message: 'something that cannot be shown as text was thrown', code };
  }
}

/** The message of an error is worth keeping even where its stack cannot be read. */
function stackOf(error: Error): string | undefined {
  try {
    const stack: unknown = error.stack;
    return typeof stack === 'string' ? stack : undefined;
  } catch {
    return undefined;
  }
}
