import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import type { RoutingPlugin } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { MARKET_REGIME, MarketRegimeDetector, type SessionCalendar, type SessionPhase } from '../../src/index.ts';
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

const FRANKFURT: SessionCalendar = {
  timeZone: 'Europe/Berlin',
  phases: [
    { phase: 'main', from: '09:00', to: '15:30' },
    { phase: 'close', from: '15:30', to: '17:30' },
  ],
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

test('one that is switched off goes on with its calendars', async () => {
  const night = Date.parse('2026-03-07T03:00:00Z');
  const detector = new MarketRegimeDetector({ calendar: NEW_YORK, venueCalendars: { XETR: FRANKFURT } });
  const atMs = Date.parse('2026-03-06T15:00:00Z');
  detector.observeQuote(quoteTick({ atMs, instrumentId: 'SAP.XETR' }));
  detector.disable();
  expect(detector.reading(undefined, atMs)).toEqual({
    regime: 'NORMAL',
    confidence: 0,
    newsEvent: false,
    session: 'main',
    sinceMs: 0,
  });
  expect(detector.reading(undefined, night).session).toBe('post');
  expect(detector.reading('SAP.XETR', atMs).session).toBe('close');

  const clock = new ManualClock({ startMs: atMs });
  const seen: (SessionPhase | undefined)[] = [];
  const spy: RoutingPlugin = {
    name: 'spy',
    route: (_message, context) => {
      seen.push(context.fact(MARKET_REGIME)?.session);
      return undefined;
    },
  };
  const client = new BufferedMessageBusClient({ clock, plugins: [detector.plugin, spy] });
  client.publish('events.position.X', {});
  client.publish('data.trades.XETR.SAP', {});
  await clock.advance(night - atMs);
  client.publish('events.position.X', {});
  expect(seen).toEqual(['main', 'close', 'post']);
  await client.close();
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
