import { describe, expect, test } from 'vitest';
import { LatencyMonitor } from '../../src/latency/latency-monitor.ts';
import { RoundTrips } from '../../src/latency/round-trips.ts';
import { at, quote } from '../fixtures.ts';

const HOUR_MS = 3_600_000;
const book = { bid: ['90', '1'], ask: ['100', '1'] } as const;

/** Events of a venue that is `delayMs` away and whose clock is `offsetMs` ahead. */
function feed(
  monitor: LatencyMonitor,
  venue: string,
  way: { readonly delayMs: number; readonly offsetMs: number; readonly fromMs: number; readonly count?: number },
): void {
  for (let i = 0; i < (way.count ?? 300); i += 1) {
    const sentMs = way.fromMs + i * 10;
    const jitterMs = i % 5;
    monitor.observe({
      ...quote(venue, { ...book, atMs: sentMs + way.delayMs + jitterMs * 0.1 }),
      tsEvent: at(sentMs + way.offsetMs),
    });
  }
}

describe('round trips', () => {
  test('bound the offset of a clock from both sides, and narrow each other down', () => {
    const trips = new RoundTrips();
    // The clock is 100 ms ahead; the ways take 3 and 1 ms, then 1 and 4.
    trips.add({ sentMs: 0, venueMs: 103, receivedMs: 4 });
    expect(trips.offsetAt(4, { driftPpm: 0, floorMs: 1000 })).toEqual({ offsetMs: 101, errorMs: 2 });
    trips.add({ sentMs: 10, venueMs: 111, receivedMs: 15 });
    expect(trips.offsetAt(15, { driftPpm: 0, floorMs: 1000 })).toEqual({ offsetMs: 100, errorMs: 1 });
    // Events come within 1.5 ms of -100: the offset is no less than 98.5.
    expect(trips.offsetAt(15, { driftPpm: 0, floorMs: -99.5 })).toEqual({ offsetMs: 100.25, errorMs: 0.75 });
    expect(trips.medianMs()).toBe(5);
  });

  test('go with a clock that drifts', () => {
    const trips = new RoundTrips();
    trips.add({ sentMs: 0, venueMs: 1, receivedMs: 2 });
    expect(trips.offsetAt(100_002, { driftPpm: 100, floorMs: 1000 })?.offsetMs).toBeCloseTo(10, 6);
  });

  test('that contradict older ones win: the clock was stepped', () => {
    const trips = new RoundTrips();
    trips.add({ sentMs: 0, venueMs: 1, receivedMs: 2 });
    trips.add({ sentMs: 10, venueMs: 511, receivedMs: 12 });
    expect(trips.offsetAt(12, { driftPpm: 0, floorMs: 1000 })).toEqual({ offsetMs: 500, errorMs: 1 });
  });
});

describe('the monitor', () => {
  test('takes no delay from a funding rate, which tells of what was settled hours ago', () => {
    const monitor = new LatencyMonitor();
    feed(monitor, 'A', { delayMs: 3, offsetMs: 0, fromMs: 4 * HOUR_MS });
    const before = { excessMs: monitor.excessMs('A'), report: monitor.report('A') };
    monitor.observe({
      type: 'funding',
      venue: 'A',
      symbol: 'BTCUSDT-PERP',
      rate: '0.0001',
      tsRecv: at(4 * HOUR_MS + 3100),
      tsEvent: at(0),
    });
    expect(monitor.excessMs('A')).toBe(before.excessMs);
    expect(monitor.report('A')).toMatchObject({ quality: 'GOOD', goodShare: before.report?.goodShare });
    expect(monitor.report('A')?.floorMs).toBeCloseTo(before.report?.floorMs ?? Number.NaN, 6);
  });

  test('knows the floor from events alone, and delay and offset only with a round trip', () => {
    const monitor = new LatencyMonitor();
    feed(monitor, 'A', { delayMs: 3, offsetMs: 1271, fromMs: 0 });
    expect(monitor.report('A')).toMatchObject({ clockOffset: undefined, delayMs: undefined, latencyClass: undefined });
    expect(monitor.report('A')?.floorMs).toBeCloseTo(-1268, 6);
    monitor.roundTrip('A', { sentNs: at(4000), receivedNs: at(4006), venueNs: at(4003 + 1271) });
    const report = monitor.report('A');
    expect(report?.clockOffset?.offsetMs).toBeCloseTo(1271, 6);
    expect(report?.clockOffset?.errorMs).toBeCloseTo(3, 6);
    expect(report?.delayMs).toBeCloseTo(3, 6);
    expect(report).toMatchObject({ latencyClass: 'LOW', quality: 'GOOD' });
    expect(monitor.arrivalMs('A')).toBeCloseTo(6, 6);
  });

  test('ranks quality before latency, and both change the rank', () => {
    const monitor = new LatencyMonitor();
    const trip = (venue: string, ms: number): void => monitor.took(venue, ms);
    for (let i = 0; i < 20; i += 1) {
      trip('near', 1);
      trip('far', 60);
    }
    expect(monitor.rank('near')).toBeLessThan(monitor.rank('far'));
    for (let i = 0; i < 10; i += 1) monitor.failed('near');
    expect(monitor.report('near')?.quality).toBe('POOR');
    expect(monitor.rank('near')).toBeGreaterThan(monitor.rank('far'));
    expect(monitor.rank('far')).toBeLessThan(monitor.rank('never heard of'));
    expect(monitor.rank('never heard of')).toBeLessThan(monitor.rank('near'));
  });

  test('a feed that falls silent is POOR, an idle path is not', () => {
    const monitor = new LatencyMonitor({ silentAfterMs: 1000 });
    feed(monitor, 'A', { delayMs: 3, offsetMs: 0, fromMs: 0, count: 10 });
    monitor.took('path', 2);
    feed(monitor, 'B', { delayMs: 3, offsetMs: 0, fromMs: 1200, count: 10 });
    expect(monitor.report('A')?.quality).toBe('POOR');
    expect(monitor.report('B')?.quality).toBe('GOOD');
    expect(monitor.report('path')?.quality).toBe('GOOD');
  });

  test('gaps make a connection worse', () => {
    const monitor = new LatencyMonitor();
    for (let i = 0; i < 100; i += 1) monitor.observe({ ...quote('A', { ...book, atMs: i }), gapBefore: 'unknown' });
    expect(monitor.report('A')?.quality).toBe('POOR');
  });

  test('times that are none are ignored, and a venue that was never heard of has the default', () => {
    const monitor = new LatencyMonitor({ defaultArrivalMs: 77 });
    monitor.observe({ ...quote('A', { ...book, atMs: 0 }), tsRecv: 'yesterday' });
    monitor.roundTrip('A', { sentNs: at(5), receivedNs: at(4) });
    monitor.took('A', Number.NaN);
    expect(monitor.names()).toEqual([]);
    expect([monitor.arrivalMs('A'), monitor.excessMs('A')]).toEqual([77, 0]);
  });

  test.each([
    ['defaultArrivalMs', { defaultArrivalMs: -1 }],
    ['silentAfterMs', { silentAfterMs: 0 }],
  ])('options that cannot be used throw: %s', (path, options) => {
    expect(() => new LatencyMonitor(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', path }));
  });
});

test('counts the events of a venue, those with something missing before them, and those out of order', () => {
  const monitor = new LatencyMonitor();
  for (const [atMs, gapBefore] of [
    [10, false],
    [20, true],
    [15, false],
    [30, false],
  ] as const) {
    const event = { ...quote('A', { ...book, atMs: 100 + atMs }), tsEvent: at(atMs) };
    monitor.observe(gapBefore ? { ...event, gapBefore: 'unknown' } : event);
  }
  const counted: Record<string, number> = {};
  monitor.collect({
    describe: () => undefined,
    gauge: () => undefined,
    histogram: () => undefined,
    counter: (name, value, labels) => (counted[`${name} ${labels?.['venue']}`] = value),
  });
  expect(counted).toEqual({
    'tradewind_venue_events_total A': 4,
    'tradewind_venue_gaps_total A': 1,
    'tradewind_venue_out_of_order_total A': 1,
  });
});
