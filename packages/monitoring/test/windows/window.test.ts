import { describe, expect, test } from 'vitest';
import { Window, createMonitoring } from '../../src/index.ts';
import { BOUNDS, source } from '../support/sources.ts';

describe('a window', () => {
  test('tells rates and quantiles of its own time and not since the start', async () => {
    const state = { handled: 1_000_000, counts: [1_000_000, 0, 0, 0] };
    const bus = source((into) => {
      into.counter('tradewind_test_handled_total', state.handled, { lane: 'LOW' });
      into.histogram('tradewind_test_seconds', { upperBounds: BOUNDS, counts: state.counts, sum: 1 });
    });
    await using monitoring = createMonitoring({ bus, process: false });
    const window = new Window();
    await monitoring.scrape();
    window.mark(monitoring.families(), 0);
    expect(window.rate('tradewind_test_handled_total')).toBeUndefined();
    state.handled += 50;
    state.counts = [1_000_000, 0, 10, 0];
    await monitoring.scrape();
    window.mark(monitoring.families(), 10_000);
    expect(window.rate('tradewind_test_handled_total', { lane: 'LOW' })).toBe(5);
    expect(window.rate('tradewind_test_handled_total', { lane: 'HIGH' })).toBe(0);
    expect(window.quantile('tradewind_test_seconds', 0.5)).toBeCloseTo(0.003);
    await monitoring.scrape();
    window.mark(monitoring.families(), 20_000);
    expect(window.quantile('tradewind_test_seconds', 0.5)).toBeUndefined();
  });

  test('a counter that was reset counts from zero, one that is new or missed a scrape makes no jump', async () => {
    const values = new Map([
      ['a', 100],
      ['b', 100],
    ]);
    const bus = source((into) => {
      for (const [name, value] of values) into.counter('tradewind_test_total', value, { name });
    });
    await using monitoring = createMonitoring({ bus, process: false });
    const window = new Window();
    let nowMs = 0;
    const increase = async () => {
      await monitoring.scrape();
      window.mark(monitoring.families(), (nowMs += 1_000));
      return window.increase('tradewind_test_total');
    };
    await increase();
    values.set('a', 7).delete('b');
    expect(await increase()).toBe(7);
    values.set('b', 103).set('c', 1_000);
    expect(await increase()).toBe(3);
    values.set('c', 1_001);
    expect(await increase()).toBe(1);
  });
});
