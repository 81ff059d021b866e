import { expect, test } from 'vitest';
import { MarketRegimeDetector, type SessionCalendar } from '../../src/index.ts';
import { SessionClock } from '../../src/regimes/session-calendar.ts';
import { quoteTick } from './ticks.ts';

const NEW_YORK: SessionCalendar = {
  timeZone: 'America/New_York',
  phases: [
    { phase: 'pre', from: '04:00', to: '09:30' },
    { phase: 'open', from: '09:30', to: '10:00' },
    { phase: 'main', from: '10:00', to: '15:50' },
    { phase: 'close', from: '15:50', to: '16:00' },
    { phase: 'post', from: '16:00', to: '20:00' },
  ],
  closedOn: ['2026-12-25'],
};

test.each([
  ['2026-03-06T14:29:59.999Z', 'pre'],
  ['2026-03-06T14:30:00Z', 'open'],
  ['2026-03-06T15:00:00Z', 'main'],
  ['2026-03-06T20:50:00Z', 'close'],
  ['2026-03-06T21:00:00Z', 'post'],
  ['2026-03-07T15:00:00Z', 'post'],
  // Summer time began on the 8th of March: the same phases, an hour earlier in UTC.
  ['2026-03-09T13:29:00Z', 'pre'],
  ['2026-03-09T13:30:00Z', 'open'],
  ['2026-12-24T16:00:00Z', 'main'],
  ['2026-12-25T16:00:00Z', 'post'],
] as const)('%s is %s in New York', (iso, phase) => {
  expect(new SessionClock(NEW_YORK).phaseAt(Date.parse(iso))).toBe(phase);
});

test('one that goes through two days minute by minute says what one says that is asked but once', () => {
  const walking = new SessionClock(NEW_YORK);
  const from = Date.parse('2026-03-06T00:00:00Z');
  for (let minute = 0; minute < 2_880; minute += 1) {
    const nowMs = from + minute * 60_000 + 59_999;
    expect(walking.phaseAt(nowMs)).toBe(new SessionClock(NEW_YORK).phaseAt(nowMs));
  }
});

test('without a calendar it is always main; venues have their own', () => {
  expect(new SessionClock(undefined).phaseAt(Date.parse('2026-03-07T03:00:00Z'))).toBe('main');
  const detector = new MarketRegimeDetector({ venueCalendars: { XNYS: NEW_YORK } });
  const atMs = Date.parse('2026-03-07T03:00:00Z');
  detector.observeQuote(quoteTick({ atMs, instrumentId: 'IBM.XNYS' }));
  detector.observeQuote(quoteTick({ atMs, instrumentId: 'BTCUSDT.BINANCE' }));
  expect(detector.reading('IBM.XNYS').session).toBe('post');
  expect(detector.reading('BTCUSDT.BINANCE').session).toBe('main');
  expect(detector.reading().session).toBe('main');
});

test('what is wrong with a calendar is named', () => {
  const wrong = (calendar: unknown): (() => unknown) => {
    return () => new MarketRegimeDetector({ calendar: calendar as SessionCalendar });
  };
  expect(wrong({ ...NEW_YORK, timeZone: 'Mars/Olympus' })).toThrow(/calendar\.timeZone: expected an IANA time zone/);
  expect(wrong({ ...NEW_YORK, weekdays: [0] })).toThrow(/calendar\.weekdays/);
  expect(wrong({ ...NEW_YORK, closedOn: ['Christmas'] })).toThrow(/calendar\.closedOn/);
  expect(wrong({ phases: [{ phase: 'lunch', from: '12:00', to: '13:00' }] })).toThrow(/calendar\.phases\[0\]/);
  expect(wrong({ phases: [{ phase: 'main', from: '12:00', to: '11:00' }] })).toThrow(/calendar\.phases\[0\]/);
  expect(wrong(7)).toThrow(/calendar: expected a SessionCalendar/);
});
