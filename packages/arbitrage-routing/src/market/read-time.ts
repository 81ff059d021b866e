/** Nanoseconds since 1970 as a bigint, from a bigint or its decimal text; undefined for anything else. */
export function readTimeNs(time: unknown): bigint | undefined {
  if (typeof time === 'bigint') return time >= 0n && time <= LATEST_NS ? time : undefined;
  if (typeof time !== 'string' || time.length === 0 || time.length > MAX_CHARACTERS) return undefined;
  for (let i = 0; i < time.length; i += 1) {
    const character = time.charCodeAt(i);
    if (character < 48 || character > 57) return undefined;
  }
  return BigInt(time);
}

/** 19 digits are nanoseconds until the year 2286. */
const MAX_CHARACTERS = 19;
const LATEST_NS = 10n ** BigInt(MAX_CHARACTERS) - 1n;
