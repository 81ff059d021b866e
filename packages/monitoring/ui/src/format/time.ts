import { text } from './quantity.ts';

/** `14:03:59`, of the reader's own day. */
export function clockTime(ms: number): string {
  return CLOCK.format(ms);
}

/** `22 Nov, 14:03:59`. */
export function dateTime(ms: number): string {
  return DATE.format(ms);
}

/** `3 s ago`, `2.4 h ago`; `now` within a second, also for clocks that are a little ahead. */
export function ago(ms: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - ms) / 1_000);
  return seconds < 1 ? 'now' : `${text(seconds, 'seconds')} ago`;
}

/** `in 3 min`; `now` when it is over. */
export function until(ms: number, nowMs: number): string {
  const seconds = Math.ceil((ms - nowMs) / 1_000);
  return seconds < 1 ? 'now' : `in ${text(seconds, 'seconds')}`;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DATE = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
