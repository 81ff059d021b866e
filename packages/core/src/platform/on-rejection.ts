/**
 * Calls `report` if what a handler returned is a promise, or another thenable, and rejects. Anything else is left alone.
 *
 * Never throws: a `then` that throws when it is read or called is a rejection.
 */
export function onRejection(result: unknown, report: (error: unknown) => void): void {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return;
  try {
    const { then } = result as { readonly then?: unknown };
    if (typeof then === 'function') Reflect.apply(then, result, [ignore, report]);
  } catch (error) {
    report(error);
  }
}

/** Lets the rejection of a promise that nobody waits for be handled, so that it does not end the process. Never throws. */
export function ignoreRejection(result: unknown): void {
  onRejection(result, ignore);
}

function ignore(): void {
  // Neither the value that a handler resolves to nor the failure of one that is told of a failure has a receiver.
}
