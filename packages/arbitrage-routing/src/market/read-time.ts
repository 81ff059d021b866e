/** A moment in nanoseconds since 1970, as a bigint or as decimal text; undefined for anything else. */
export function readTimeNs(time: unknown): bigint | undefined {
  if (typeof time === 'bigint') return time;
  if (typeof time !== 'string' || time.length === 0 || time.length > MAX_CHARACTERS) return undefined;
  for (let i = 0; i < time.length; i += 1) {
    const character = time.charCodeAt(i);
    if (character < ZERO || character > NINE) return undefined;
  }
  return BigInt(time);
}

const ZERO = 48;
const NINE = 57;
/** 19 digits are nanoseconds until the year 2286. */
const MAX_CHARACTERS = 19;
