import { showValue, type ValidationIssue } from '@tradewind/core-types';
import { SESSION_PHASES, type SessionPhase } from './market-regime.ts';

/** When a venue trades, in its own local time. */
export interface SessionCalendar {
  /** An IANA time zone: `America/New_York`. Summer time is taken care of. Default `UTC`. */
  readonly timeZone?: string | undefined;
  /** Phases of a trading day, 1 to 24, in order and without overlap, each within one day: `{ phase: 'main', from: '09:40', to: '15:50' }`; `to` may be `24:00`. */
  readonly phases: readonly { readonly phase: SessionPhase; readonly from: string; readonly to: string }[];
  /** Days of the week on which it trades: 1 is Monday, 7 is Sunday. Default Monday to Friday. */
  readonly weekdays?: readonly number[] | undefined;
  /** Holidays: `2026-12-25`, at most 1,000. */
  readonly closedOn?: readonly string[] | undefined;
}

/**
 * Says which phase it is. Outside all phases it is `post`: the day's trading is over, and the next has not begun.
 *
 * Workload: once per observation; the calendar is looked at once in 15 minutes of market time, since every change to summer time and back falls
 * on a quarter of an hour.
 */
export class SessionClock {
  readonly #phases: readonly { readonly phase: SessionPhase; readonly from: number; readonly to: number }[];
  readonly #weekdays: ReadonlySet<string>;
  readonly #closedOn: ReadonlySet<string>;
  readonly #format: Intl.DateTimeFormat | undefined;
  #phase: SessionPhase = 'main';
  #fromMs = 0;
  #untilMs = 0;

  /** Without a calendar it is always `main`. The calendar must have been checked. */
  constructor(calendar: SessionCalendar | undefined) {
    this.#phases = (calendar?.phases ?? []).map(({ phase, from, to }) => ({
      phase,
      from: minuteOf(from),
      to: minuteOf(to),
    }));
    this.#weekdays = new Set((calendar?.weekdays ?? [1, 2, 3, 4, 5]).map((day) => WEEKDAYS[day - 1] ?? ''));
    this.#closedOn = new Set(calendar?.closedOn ?? []);
    this.#format = calendar === undefined ? undefined : formatIn(calendar.timeZone ?? 'UTC');
  }

  phaseAt(nowMs: number): SessionPhase {
    if (this.#format === undefined || (nowMs >= this.#fromMs && nowMs < this.#untilMs)) return this.#phase;
    return this.#look(nowMs, this.#format);
  }

  #look(nowMs: number, format: Intl.DateTimeFormat): SessionPhase {
    const text = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value] as const));
    const minute = Number(text.get('hour')) * 60 + Number(text.get('minute'));
    const day = `${text.get('year')}-${text.get('month')}-${text.get('day')}`;
    const open = this.#weekdays.has(text.get('weekday') ?? '') && !this.#closedOn.has(day);
    const found = open ? this.#phases.find(({ from, to }) => minute >= from && minute < to) : undefined;
    this.#phase = found?.phase ?? 'post';
    this.#fromMs = Math.floor(nowMs / MS_PER_MINUTE) * MS_PER_MINUTE;
    const edges = this.#phases.flatMap(({ from, to }) => [from, to]);
    const next = Math.min(minute - (minute % QUARTER) + QUARTER, ...edges.filter((edge) => edge > minute));
    this.#untilMs = this.#fromMs + (next - minute) * MS_PER_MINUTE;
    return this.#phase;
  }
}

/** What is wrong with a calendar; nothing when it is none. */
export function calendarIssues(path: string, calendar: unknown): readonly ValidationIssue[] {
  if (calendar === undefined) return [];
  if (typeof calendar !== 'object' || calendar === null) {
    return [{ path, expected: 'a SessionCalendar', received: showValue(calendar) }];
  }
  const { timeZone = 'UTC', phases, weekdays = [1], closedOn = [] } = calendar as Partial<SessionCalendar>;
  const issues: ValidationIssue[] = [];
  if (!isTimeZone(timeZone)) {
    issues.push({ path: `${path}.timeZone`, expected: 'an IANA time zone', received: showValue(timeZone) });
  }
  if (!Array.isArray(weekdays) || !weekdays.every((day) => Number.isInteger(day) && day >= 1 && day <= 7)) {
    issues.push({ path: `${path}.weekdays`, expected: 'days 1 (Monday) to 7', received: showValue(weekdays) });
  }
  if (!Array.isArray(closedOn) || closedOn.length > 1_000 || !closedOn.every((day) => DAY.test(day))) {
    issues.push({
      path: `${path}.closedOn`,
      expected: 'at most 1,000 days as 2026-12-25',
      received: showValue(closedOn),
    });
  }
  return [...issues, ...phaseIssues(`${path}.phases`, phases)];
}

function phaseIssues(path: string, phases: unknown): readonly ValidationIssue[] {
  if (!Array.isArray(phases) || phases.length === 0 || phases.length > 24) {
    return [{ path, expected: '1 to 24 phases', received: showValue(phases) }];
  }
  let before = 0;
  return phases.flatMap((each: unknown, at) => {
    const { phase, from, to } = (each ?? {}) as Readonly<Record<string, unknown>>;
    const start = minuteOf(from);
    const end = minuteOf(to);
    const fits = start >= before && end > start && SESSION_PHASES.some((known) => known === phase);
    if (end > before) before = end;
    if (fits) return [];
    const expected = `a phase (${SESSION_PHASES.join(', ')}) after the one before, from 00:00 to 24:00`;
    return [{ path: `${path}[${at}]`, expected, received: `${showValue(phase)} ${showValue(from)}-${showValue(to)}` }];
  });
}

function minuteOf(time: unknown): number {
  const match = typeof time === 'string' ? TIME.exec(time) : null;
  return match === null ? Number.NaN : Number(match[1]) * 60 + Number(match[2]);
}

function isTimeZone(timeZone: unknown): boolean {
  if (typeof timeZone !== 'string') return false;
  try {
    formatIn(timeZone);
    return true;
  } catch {
    return false;
  }
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const QUARTER = 15;
const MS_PER_MINUTE = 60_000;
const TIME = /^([01]\d|2[0-4]):([0-5]\d)$/u;
const DAY = /^\d{4}-\d{2}-\d{2}$/u;
