/** Works for a time, as a handler that computes something would. */
export function spin(us: number): void {
  const untilMs = performance.now() + us / US_PER_MS;
  while (performance.now() < untilMs);
}

const US_PER_MS = 1000;
