/** Whether so much time has passed. A beginning in the future is one of a clock that was set back: nothing waits for it to come again. */
export function hasPassed(fromMs: number, ms: number, nowMs: number): boolean {
  return fromMs > nowMs || nowMs - fromMs >= ms;
}
