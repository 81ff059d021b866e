/** The stream of those who write to Redis by hand. */
export const STREAM = 'ticks';
