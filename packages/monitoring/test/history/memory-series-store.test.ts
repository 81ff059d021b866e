import { describe, expect, test } from 'vitest';
import { MemorySeriesStore } from '../../src/history/memory-series-store.ts';
import type { ScrapedValue } from '../../src/history/series-store.ts';
import { labelText } from '../../src/scraping/shared-labels.ts';

const value = (name: string, labels: Record<string, string>, at: number): ScrapedValue => ({
  name,
  labels,
  labelText: labelText(labels),
  value: at,
});

describe('the table of scrapes in memory', () => {
  test('gives what lies after the beginning and not after the end', () => {
    const store = new MemorySeriesStore();
    for (let time = 1; time <= 5; time += 1) store.append({ timeMs: time, values: [value('a', {}, time * 10)] });
    const [slice] = store.select('a', {}, 2, 4);
    expect([...(slice?.timesMs ?? [])]).toEqual([3, 4]);
    expect([...(slice?.values ?? [])]).toEqual([30, 40]);
    expect(store.select('a', {}, 5, 9)).toEqual([]);
    expect(store.select('b', {}, 0, 9)).toEqual([]);
  });

  test('has NaN where a scrape did not have the series', () => {
    const store = new MemorySeriesStore();
    store.append({ timeMs: 1, values: [] });
    store.append({ timeMs: 2, values: [value('a', {}, 7)] });
    store.append({ timeMs: 3, values: [] });
    expect([...(store.select('a', {}, 0, 3)[0]?.values ?? [])]).toEqual([Number.NaN, 7, Number.NaN]);
    expect(store.select('a', {}, 2, 3)).toEqual([]);
  });

  test('tells series by their labels', () => {
    const store = new MemorySeriesStore();
    const lanes = ['HIGH', 'LOW', 'NORMAL'];
    store.append({ timeMs: 1, values: lanes.map((lane, index) => value('a', { lane }, index)) });
    const found = (match: Parameters<MemorySeriesStore['select']>[1]): (string | undefined)[] =>
      store.select('a', match, 0, 1).map(({ labels }) => labels['lane']);
    expect(found({ lane: 'LOW' })).toEqual(['LOW']);
    expect(found({ lane: { not: 'LOW' } })).toEqual(['HIGH', 'NORMAL']);
    expect(found({ lane: { oneOf: ['LOW', 'HIGH'] } })).toEqual(['HIGH', 'LOW']);
    expect(found({ lane: { noneOf: ['LOW', 'HIGH'] } })).toEqual(['NORMAL']);
    expect(found({ path: '' })).toEqual(lanes);
  });

  test('does not take a scrape that is not later than the last, and says so until there is a later one', () => {
    const store = new MemorySeriesStore();
    store.append({ timeMs: 5, values: [value('a', {}, 1)] });
    expect(store.health()).toMatchObject({ status: 'up', reason: '' });
    store.append({ timeMs: 5, values: [value('a', {}, 2)] });
    store.append({ timeMs: 4, values: [value('a', {}, 2)] });
    expect([...(store.select('a', {}, 0, 9)[0]?.values ?? [])]).toEqual([1]);
    expect(store.refusedScrapes).toBe(2);
    const reason = 'the clock is behind the newest scrape: nothing is kept';
    expect(store.health()).toEqual({ status: 'degraded', reason, sinceMs: 5 });
    store.append({ timeMs: 6, values: [value('a', {}, 3)] });
    expect(store.health().status).toBe('up');
    expect(store.refusedScrapes).toBe(2);
  });

  test('keeps so many scrapes and no more than a quarter above, and forgets series that ended before them', () => {
    const store = new MemorySeriesStore({ maxScrapes: 8 });
    for (let time = 1; time <= 100; time += 1) {
      store.append({ timeMs: time, values: [value('a', {}, time), ...(time < 20 ? [value('gone', {}, 1)] : [])] });
      const kept = store.select('a', {}, 0, time)[0]?.values ?? new Float64Array();
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(8, time));
      expect(kept.length).toBeLessThanOrEqual(10);
      expect([...kept]).toEqual(Array.from({ length: kept.length }, (_, index) => time - kept.length + 1 + index));
    }
    expect(store.select('gone', {}, 0, 100)).toEqual([]);
  });

  test('leaves series beyond its bound out, and counts what it left out', () => {
    const store = new MemorySeriesStore({ maxSeries: 2, wants: (name) => name === 'a' });
    const values = ['x', 'y', 'z'].map((lane) => value('a', { lane }, 1));
    store.append({ timeMs: 1, values: [value('b', {}, 1), ...values] });
    expect(store.select('a', {}, 0, 1)).toHaveLength(2);
    expect(store.select('b', {}, 0, 1)).toEqual([]);
    expect(store.leftOut).toBe(1);
  });
});
