/**
 * After so many milliseconds beyond its time without a sign of life a path stands still: far beyond what a batch takes on a path that works, and short enough to bound what is
 * sent after it.
 */
export const STANDS_STILL_MS = 5_000;
