import { lazily } from './lazily.ts';

/** `14:03:59`, of the reader's own day. */
export function clockTime(ms: number): string {
  return CLOCK().format(ms);
}

/** `14:03:59.042`, for what follows close on another. */
export function preciseTime(ms: number): string {
  return PRECISE().format(ms);
}

/** `22 Nov, 14:03:59`. */
export function dateTime(ms: number): string {
  return DATE().format(ms);
}

/** `3 s ago`, `2 h ago`; `now` within a second, also for clocks that are a little ahead. */
export function ago(ms: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - ms) / 1_000);
  return seconds < 1 ? 'now' : `${wholeUnits(seconds)} ago`;
}

/** `in 3 min`; `now` when it is over. */
export function until(ms: number, nowMs: number): string {
  const seconds = Math.ceil((ms - nowMs) / 1_000);
  return seconds < 1 ? 'now' : `in ${wholeUnits(seconds)}`;
}

/** In the largest unit of which there are two, or seconds: an age needs no fractions. */
function wholeUnits(seconds: number): string {
  if (seconds < 120) return `${seconds}${SPACE}s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)}${SPACE}min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)}${SPACE}h`;
  return `${Math.round(seconds / 86_400)}${SPACE}d`;
}

/** One that does not break. */
const SPACE = '\u202F';

const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
const CLOCK = lazily(() => new Intl.DateTimeFormat('en-GB', TIME));
const PRECISE = lazily(() => new Intl.DateTimeFormat('en-GB', { ...TIME, fractionalSecondDigits: 3 }));
const DATE = lazily(() => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...TIME }));
