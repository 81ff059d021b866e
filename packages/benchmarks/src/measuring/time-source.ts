/**
 * Time as an open loop sees it. In place of the real one a test gives one in which handlers take exactly as long as it says: what the
 * percentiles must be is then known from above and from below.
 */
export interface TimeSource {
  /** Milliseconds since any moment, never falling. */
  nowMs(): number;
  /** Calls `run` when the event loop has gone round once. */
  nextTurn(run: () => void): void;
  /** Calls `run` after about so many milliseconds. */
  sleep(run: () => void, ms: number): void;
}

/** `performance.now()`, `setImmediate` and `setTimeout`. */
export const REAL_TIME: TimeSource = {
  nowMs: () => performance.now(),
  nextTurn: (run) => void setImmediate(run),
  sleep: (run, ms) => void setTimeout(run, ms),
};
