/** Runs in a thread. */
export function handler(): void {
  // It is enough that it was there.
}
