import { MessageBus } from '@tradewind/core';
import type { Health, LogFields } from '@tradewind/core-types';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FollowingClock } from '../../src/clock/wall-clock.ts';
import { MemorySeriesStore, Recording, createAlerting, createMonitoring } from '../../src/index.ts';

const HOUR_MS = 3_600_000;

describe('the clock of monitoring', () => {
  let wallMs = 0;
  let steadyMs = 0;
  let clock = new FollowingClock({ wall: () => wallMs, steady: () => steadyMs });
  const pass = (ms: number): void => {
    wallMs += ms;
    steadyMs += ms;
  };

  beforeEach(() => {
    wallMs = 1_700_000_000_000;
    steadyMs = 500;
    clock = new FollowingClock({ wall: () => wallMs, steady: () => steadyMs });
  });

  test('tells the time of the wall, and follows a step forward at once', () => {
    expect(clock.now()).toBe(wallMs);
    pass(1_000);
    expect(clock.now()).toBe(wallMs);
    wallMs += HOUR_MS;
    expect(clock.now()).toBe(wallMs);
    expect(clock.aheadMs).toBe(0);
  });

  test('goes on when the wall clock is set back, and meets it again', () => {
    const before = clock.now();
    wallMs -= 60_000;
    pass(1_000);
    expect(clock.now()).toBe(before + 950);
    expect(clock.aheadMs).toBe(60_000 - 50);
    let last = clock.now();
    for (let second = 0; second < 1_300; second += 1) {
      pass(1_000);
      const now = clock.now();
      expect(now).toBeGreaterThanOrEqual(last + 950);
      last = now;
    }
    expect(clock.now()).toBe(wallMs);
    expect(clock.aheadMs).toBe(0);
  });

  test('goes on between two whole milliseconds of the wall', () => {
    const before = clock.now();
    steadyMs += 0.4;
    expect(clock.now()).toBeCloseTo(before + 0.38, 3);
    pass(1);
    expect(clock.now()).toBeGreaterThanOrEqual(wallMs);
    expect(clock.aheadMs).toBeLessThan(1);
  });
});

describe('a process whose machine has its clock changed', () => {
  const realNow = Date.now;
  let stepMs = 0;

  beforeEach(() => {
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + stepMs);
  });
  afterEach(() => vi.restoreAllMocks());

  test('tells times of the wall after a step forward', async () => {
    stepMs = 0;
    await using monitoring = createMonitoring({ bus: new MessageBus(), process: false });
    await using alerting = createAlerting();
    await alerting.look(monitoring);
    stepMs = HOUR_MS;
    const wallMs = Date.now();
    await alerting.look(monitoring);
    const [watchdog] = alerting.alerts().filter(({ rule }) => rule === 'TradewindWatchdog');
    expect(watchdog?.activeAtMs).toBeLessThan(wallMs);
    const silence = alerting.silence({ match: { bus: 'x' }, reason: 'a test', by: 'me', forMs: 60_000 });
    expect(silence.untilMs).toBeGreaterThanOrEqual(wallMs + 60_000);
    expect(monitoring.clock.now()).toBeGreaterThanOrEqual(wallMs);
  });

  test('goes on recording and evaluating after a step back, and tells it', async () => {
    stepMs = HOUR_MS;
    const lines: LogFields[] = [];
    const note = (fields: LogFields): void => void lines.push(fields);
    const logger = { debug: note, info: note, warn: note, error: note };
    const own = { health: (): Health => ({ status: 'up', reason: 'ticks', sinceMs: 0 }) };
    await using monitoring = createMonitoring({ bus: new MessageBus(), process: false, logger, parts: { clock: own } });
    const store = new MemorySeriesStore();
    const times: number[] = [];
    const scrapes = async (count: number): Promise<void> => {
      const wanted = times.length + count;
      const recording = new Recording({
        monitorings: [monitoring],
        store,
        everyMs: 1,
        onScrape: (timeMs) => times.push(timeMs),
      });
      await vi.waitUntil(() => times.length >= wanted);
      await recording[Symbol.asyncDispose]();
    };
    await scrapes(1);
    expect(monitoring.health()).toMatchObject({ status: 'up' });
    stepMs = 0;
    await scrapes(3);
    // Not one was refused.
    expect(store.select('tradewind_up', {}, 0, Infinity)[0]?.timesMs).toHaveLength(times.length);
    const { status, parts } = monitoring.health();
    expect(status).toBe('degraded');
    // A part of the user's that is called `clock` is another one.
    expect(parts).toMatchObject([
      { component: 'clock', status: 'up', reason: 'ticks' },
      { component: 'monitoring', status: 'degraded' },
    ]);
    const [clock] = parts[1]?.parts ?? [];
    expect(clock).toMatchObject({ component: 'monitoring/clock', status: 'degraded' });
    expect(clock?.reason).toMatch(/set back: times told here are 3\d\d\d s ahead/u);
    expect(lines.filter(({ event }) => event === 'monitoring.clock-set-back')).toHaveLength(1);
  });

  test('lets a clock that was given be as it is', async () => {
    await using monitoring = createMonitoring({ bus: new MessageBus(), process: false, clock: { now: () => 7 } });
    expect(monitoring.clock.now()).toBe(7);
    expect(monitoring.health()).toMatchObject({ status: 'up', parts: [] });
  });
});
