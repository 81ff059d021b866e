import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMonitoring } from '../../src/index.ts';
import { nthLargest } from '../../src/scraping/nth-largest.ts';
import { BOUNDS, samples, scraped, source } from '../support/sources.ts';

/** A monitoring of one source of counters by topic, and of nothing else. */
function ofTopics(counts: Map<string, number>, bounds: { maxSeriesPerFamily?: number; maxSeries?: number }) {
  const bus = source((into) => {
    into.describe('tradewind_test_total', 'Counted.');
    for (const [topic, count] of counts) into.counter('tradewind_test_total', count, { topic, lane: 'LOW' });
  });
  return createMonitoring({ bus, process: false, ...bounds });
}

const key = (topic: string) => `tradewind_test_total{bus="bus",topic="${topic}",lane="LOW"}`;

describe('the bound of a family', () => {
  test('shows the greatest, and the sum of the rest as other', async () => {
    const counts = new Map([
      ['a', 5],
      ['b', 50],
      ['c', 500],
      ['d', 7],
    ]);
    await using monitoring = ofTopics(counts, { maxSeriesPerFamily: 2 });
    const found = samples(await scraped(monitoring));
    expect(found.get(key('c'))).toBe(500);
    expect(found.get(key('b'))).toBe(50);
    expect(found.get(key('other'))).toBe(12);
    expect(found.has(key('a'))).toBe(false);
    expect(samples(await scraped(monitoring)).get('tradewind_monitoring_series_folded{bus="bus"}')).toBe(2);
  });

  test('shows everything to who asks for the detail', async () => {
    const counts = new Map([
      ['a', 5],
      ['b', 50],
      ['c', 500],
    ]);
    await using monitoring = ofTopics(counts, { maxSeriesPerFamily: 1 });
    const found = samples(await scraped(monitoring, { detail: true }));
    expect([found.get(key('a')), found.get(key('b')), found.get(key('c'))]).toEqual([5, 50, 500]);
  });

  test('whatever grows, other never falls, and all that is shown grows by no more than what was counted', async () => {
    const step = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat(1_000)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
        const counts = new Map(Array.from({ length: 10 }, (_, at) => [`t${at}`, 0]));
        await using monitoring = ofTopics(counts, { maxSeriesPerFamily: 3 });
        let other = 0;
        for (const growths of steps) {
          for (const [at, growth] of growths) counts.set(`t${at}`, (counts.get(`t${at}`) ?? 0) + growth);
          const found = samples(await scraped(monitoring));
          const now = found.get(key('other')) ?? 0;
          expect(now).toBeGreaterThanOrEqual(other);
          other = now;
          const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
          expect(other).toBeLessThanOrEqual(total);
          for (const [topic, count] of counts) expect(found.get(key(topic)) ?? count).toBe(count);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('one that loses its place gives other only what it counts from then on', async () => {
    const counts = new Map([
      ['a', 1_000],
      ['b', 0],
    ]);
    await using monitoring = ofTopics(counts, { maxSeriesPerFamily: 1 });
    await scraped(monitoring);
    counts.set('b', 10_000).set('a', 1_003);
    const found = samples(await scraped(monitoring));
    expect(found.get(key('b'))).toBe(10_000);
    expect(found.get(key('other'))).toBe(3);
  });

  test('adds up the histograms that have no place, bucket by bucket', async () => {
    const bus = source((into) => {
      for (const [topic, count] of [
        ['a', 100],
        ['b', 2],
        ['c', 3],
      ] as const) {
        const view = { upperBounds: BOUNDS, counts: [count, 0, 0, 1], sum: count / 1_000 };
        into.histogram('tradewind_test_seconds', view, { topic });
      }
    });
    await using monitoring = createMonitoring({ bus, process: false, maxSeriesPerFamily: 1, level: 'DETAILED' });
    await scraped(monitoring);
    const found = samples(await scraped(monitoring));
    expect(found.get('tradewind_test_seconds_bucket{bus="bus",topic="other",le="0.001"}')).toBe(5);
    expect(found.get('tradewind_test_seconds_count{bus="bus",topic="other"}')).toBe(7);
    expect(found.get('tradewind_test_seconds_sum{bus="bus",topic="other"}')).toBeCloseTo(0.005);
  });

  test('gauges in other are added up anew each time', async () => {
    let depth = 4;
    const bus = source((into) => {
      for (let at = 0; at < 5; at += 1) into.gauge('tradewind_test_depth', depth + at, { topic: `t${at}` });
    });
    await using monitoring = createMonitoring({ bus, process: false, maxSeriesPerFamily: 2 });
    await scraped(monitoring);
    depth = 1;
    expect(samples(await scraped(monitoring)).get('tradewind_test_depth{bus="bus",topic="other"}')).toBe(1 + 2 + 3);
  });

  test('keeps everything together to maxSeries, large families first', async () => {
    const bus = source((into) => {
      for (let family = 0; family < 20; family += 1) {
        for (let at = 0; at < (family < 10 ? 3 : 500); at += 1) {
          into.counter(`tradewind_test_f${family}_total`, at, { symbol: `s${at}` });
        }
      }
    });
    await using monitoring = createMonitoring({ bus, process: false, maxSeries: 500, maxSeriesPerFamily: 1_000 });
    const found = [...samples(await scraped(monitoring)).keys()];
    expect(found.length).toBeLessThanOrEqual(500);
    expect(found.filter((name) => name.startsWith('tradewind_test_f0_total'))).toHaveLength(3);
    expect(found.filter((name) => name.startsWith('tradewind_test_f15_total')).length).toBeGreaterThan(20);
  });

  test('ranks as a sort would', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 }),
        fc.nat(),
        (values, seed) => {
          const place = seed % values.length;
          const sorted = values.toSorted((a, b) => b - a);
          expect(nthLargest(Float64Array.from(values), place)).toBe(sorted[place]);
        },
      ),
    );
  });
});
