/**
 * A length of time as bars are named by: `1m`, `5min`, `1-MINUTE`, `60m` and `4 hours` become `1m`, `5m`, `1m`, `1h` and `4h`.
 *
 * @returns undefined for what is no length of time.
 */
export function readInterval(text: string): string | undefined {
  const match = LENGTH.exec(text.toLowerCase());
  const seconds = SECONDS.get(match?.[2] ?? '');
  if (match === null || seconds === undefined) return undefined;
  const length = Number(match[1]) * seconds;
  const unit = UNITS.find(([, size]) => length % size === 0) ?? (['s', 1] as const);
  return length === 0 ? undefined : `${length / unit[1]}${unit[0]}`;
}

const LENGTH = /^(\d{1,4})[\s-]?([a-z]+)$/;
const SECONDS: ReadonlyMap<string, number> = new Map([
  ...['s', 'sec', 'secs', 'second', 'seconds'].map((unit) => [unit, 1] as const),
  ...['m', 'min', 'mins', 'minute', 'minutes'].map((unit) => [unit, 60] as const),
  ...['h', 'hr', 'hrs', 'hour', 'hours'].map((unit) => [unit, 3_600] as const),
  ...['d', 'day', 'days'].map((unit) => [unit, 86_400] as const),
  ...['w', 'week', 'weeks'].map((unit) => [unit, 604_800] as const),
]);
const UNITS = [
  ['w', 604_800],
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;
