/** The stream of those who write to Redis by hand. */
export const STREAM = 'ticks';

/** The names of so many streams, `ticks` alone or `ticks:0` and so on. */
export function streamNames(count: number): readonly string[] {
  return count === 1 ? [STREAM] : Array.from({ length: count }, (_, i) => `${STREAM}:${i}`);
}
