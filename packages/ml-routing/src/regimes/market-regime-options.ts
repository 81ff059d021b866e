import { showValue, type ValidationIssue } from '@tradewind/core-types';
import { readNumbers } from '../options.ts';
import { calendarIssues, type SessionCalendar } from './session-calendar.ts';

/** What a {@link MarketRegimeDetector} is told. Everything may be left out. */
export interface MarketRegimeOptions {
  /** How long an observation is, in milliseconds, 10 to 86,400,000. Choose it so that a usual one of a usual instrument holds some ticks. Default 1,000. */
  readonly observationMs?: number | undefined;
  /** How many instruments are followed, 1 to 100,000, some 2 KB each. Further ones are counted and get the reading of the market. Default 1,024. */
  readonly maxInstruments?: number | undefined;
  /** By how much another regime must be likelier before it takes over, 0 to 0.9. Default 0.1. */
  readonly margin?: number | undefined;
  /** For how many observations a regime holds at least, 1 to 10,000. Default 5. */
  readonly dwell?: number | undefined;
  /** How many usual returns of an observation a price must move to be news, 3 to 100. Default 6. */
  readonly jump?: number | undefined;
  /** For how many observations a piece of news is fresh, 1 to 10,000. Default 20. */
  readonly newsObservations?: number | undefined;
  /** When the market trades. Default: always, in phase `main`. */
  readonly calendar?: SessionCalendar | undefined;
  /** Calendars of single venues, by the venue's name in the instrument: `{ XNYS: … }`. At most 1,000. */
  readonly venueCalendars?: Readonly<Record<string, SessionCalendar>> | undefined;
}

/** The same, complete and checked. */
export interface MarketRegimeSettings {
  readonly observationMs: number;
  readonly maxInstruments: number;
  readonly margin: number;
  readonly dwell: number;
  readonly jump: number;
  readonly newsObservations: number;
  readonly calendar: SessionCalendar | undefined;
  readonly venueCalendars: Readonly<Record<string, SessionCalendar>>;
}

/** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
export function readMarketRegimeOptions(options: MarketRegimeOptions): MarketRegimeSettings {
  const rules = {
    observationMs: { usual: 1_000, min: 10, max: 86_400_000, whole: true },
    maxInstruments: { usual: 1_024, min: 1, max: 100_000, whole: true },
    margin: { usual: 0.1, min: 0, max: 0.9 },
    dwell: { usual: 5, min: 1, max: 10_000, whole: true },
    jump: { usual: 6, min: 3, max: 100 },
    newsObservations: { usual: 20, min: 1, max: 10_000, whole: true },
  };
  const numbers = readNumbers<keyof typeof rules>(options, 'MarketRegimeOptions', rules, () => [
    ...calendarIssues('calendar', options.calendar),
    ...venueIssues(options.venueCalendars ?? {}),
  ]);
  return { ...numbers, calendar: options.calendar, venueCalendars: options.venueCalendars ?? {} };
}

function venueIssues(calendars: unknown): readonly ValidationIssue[] {
  const path = 'venueCalendars';
  if (typeof calendars !== 'object' || calendars === null || Object.keys(calendars).length > 1_000) {
    return [{ path, expected: 'at most 1,000 calendars by venue', received: showValue(calendars) }];
  }
  return Object.entries(calendars).flatMap(([venue, calendar]) =>
    calendar === undefined
      ? [{ path: `${path}.${venue}`, expected: 'a SessionCalendar', received: 'undefined' }]
      : calendarIssues(`${path}.${venue}`, calendar),
  );
}
