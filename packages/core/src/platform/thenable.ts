/** Whether what a handler returned has to be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return 'then' in value && typeof value.then === 'function';
  } catch {
    // A `then` that cannot be read is nothing that could be waited for.
    return false;
  }
}
