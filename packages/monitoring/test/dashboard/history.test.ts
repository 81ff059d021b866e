import type { MetricLabels } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import type { JsonText } from '../../src/dashboard/answering/answer.ts';
import { historyText } from '../../src/dashboard/answering/history-text.ts';
import { Turns } from '../../src/dashboard/answering/turns.ts';
import type { HistoryAnswer } from '../../src/dashboard/protocol/index.ts';
import type { HistoryQuery, Store } from '../../src/dashboard/snapshot/charts.ts';
import { historyOf } from '../../src/dashboard/snapshot/history.ts';
import type { SeriesSlice } from '../../src/history/series-store.ts';
import { MemorySeriesStore } from '../../src/index.ts';
import { labelText } from '../../src/scraping/shared-labels.ts';
import { read } from '../support/dashboard-client.ts';
import { dashboardSystem } from '../support/dashboard-system.ts';

const QUERY: HistoryQuery = {
  chart: 'wait',
  bus: 'desk',
  fromMs: 0,
  toMs: 1e9,
  quantile: 0.5,
  whileWatched: false,
};

/** A scrape a second, from the first second on. */
function storeOf(
  seconds: number,
  values: (second: number) => readonly (readonly [name: string, labels: MetricLabels, value: number])[],
): MemorySeriesStore {
  const store = new MemorySeriesStore({ maxScrapes: seconds });
  for (let second = 1; second <= seconds; second += 1) {
    const scraped = values(second).map(([name, own, value]) => {
      const labels = { ...own, bus: 'desk' };
      return { name, labels, labelText: labelText(labels), value };
    });
    store.append({ timeMs: second * 1_000, values: scraped });
  }
  return store;
}

/** Of the wait of each lane, buckets that grow as if half of the messages waited up to a millisecond. */
const waits = (second: number) =>
  ['CRITICAL', 'HIGH', 'NORMAL', 'LOW'].flatMap((lane) =>
    [
      ['0.001', 5],
      ['0.01', 8],
      ['+Inf', 10],
    ].map(
      ([le, count]) =>
        ['tradewind_message_wait_seconds_bucket', { lane, le: `${le}` }, second * Number(count)] as const,
    ),
  );

function* asked(store: Store, query: Partial<HistoryQuery> = {}): Generator<void, JsonText> {
  return yield* historyText(yield* historyOf(store, { ...QUERY, ...query }));
}

function answerOf(store: Store, query: Partial<HistoryQuery> = {}): HistoryAnswer {
  const work = asked(store, query);
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return JSON.parse(value.text) as HistoryAnswer;
  }
}

describe('a long history', () => {
  test.each([
    [9_999, 9_999],
    [10_001, 10_000],
    [14_000, 10_000],
    [25_000, 10_000],
  ])('of %i scrapes has %i rows, spread evenly, with the newest', (scrapes, rows) => {
    const store = storeOf(scrapes, (second) => [['tradewind_workers', {}, second]]);
    const { columns, data } = answerOf(store, { chart: 'workers' });
    const [times = [], values = []] = data;
    expect(columns).toEqual(['current']);
    expect(values).toHaveLength(rows);
    expect(values.at(-1)).toBe(scrapes);
    expect(times).toEqual(values.map((value) => Number(value) * 1_000));
    const steps = values.slice(1).map((value, at) => Number(value) - Number(values[at]));
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(1);
    expect(Math.min(...steps)).toBeGreaterThan(0);
  });

  test('is answered over many turns, and others have theirs between them', async () => {
    const store = storeOf(10_000, waits);
    const work = asked(store);
    let bits = 0;
    const counted = (function* (): Generator<void, JsonText> {
      for (;;) {
        const { done, value } = work.next();
        if (done === true) return value;
        bits += 1;
        yield;
      }
    })();
    let others = 0;
    let isOver = false;
    const beside = (): void => {
      others += 1;
      if (!isOver) setImmediate(beside);
    };
    setImmediate(beside);
    const { text } = await new Turns().run(counted);
    isOver = true;
    const { data } = JSON.parse(text) as HistoryAnswer;
    expect(data.map(({ length }) => length)).toEqual([10_000, 10_000, 10_000, 10_000, 10_000]);
    expect(data[1]?.slice(0, 3)).toEqual([null, 0.001, 0.001]);
    // A column is read in a turn or more, and 2,500 numbers are written in one.
    expect(bits).toBeGreaterThanOrEqual(4 * 2 + 5 * 4);
    expect(others).toBeGreaterThanOrEqual(bits);
  });

  test('is not mixed with what the store takes in meanwhile', () => {
    const store = storeOf(100, (second) => [['tradewind_workers', {}, second]]);
    const work = asked(store, { chart: 'workers' });
    // The columns are read one after the other; that of `tradewind_workers` is the second.
    work.next();
    work.next();
    for (let second = 101; second <= 400; second += 1) {
      const labels = { bus: 'desk' };
      store.append({
        timeMs: second * 1_000,
        values: [{ name: 'tradewind_workers', labels, labelText: labelText(labels), value: -1 }],
      });
    }
    let step = work.next();
    while (step.done !== true) step = work.next();
    expect((JSON.parse(step.value.text) as HistoryAnswer).data[1]).toEqual(
      Array.from({ length: 100 }, (_, at) => at + 1),
    );
  });
});

test('works of several requests come one after the other, after one that failed too', async () => {
  const order: string[] = [];
  const turns = new Turns();
  function* work(name: string, fails = false): Generator<void, string> {
    order.push(`${name} begins`);
    yield;
    if (fails) throw new Error(name);
    order.push(`${name} ends`);
    return name;
  }
  const done = await Promise.allSettled([turns.run(work('a')), turns.run(work('b', true)), turns.run(work('c'))]);
  expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'c ends']);
});

test('series whose times differ are added up where both are, not row by row', () => {
  const slice = (path: string, seconds: readonly number[], value: number): SeriesSlice => ({
    labels: { bus: 'desk', part: path },
    timesMs: Float64Array.from(seconds, (second) => second * 1_000),
    values: Float64Array.from(seconds, () => value),
  });
  const slices = [slice('a', [1, 2, 3], 1), slice('b', [2, 3, 4], 10)];
  const store: Store = { select: (name) => (name === 'tradewind_workers' ? slices : []) };
  expect(answerOf(store, { chart: 'workers' }).data).toEqual([
    [1_000, 2_000, 3_000, 4_000],
    [1, 11, 11, 10],
  ]);
});

test('over HTTP it is the same', async () => {
  const store = storeOf(10_500, (second) => [['tradewind_workers', {}, second]]);
  await using system = await dashboardSystem({ dashboard: { history: store } });
  const answer = await read<HistoryAnswer>(system.port, '/api/history?series=workers&from=0&to=25000000');
  expect(answer).toEqual(answerOf(store, { chart: 'workers', toMs: 25_000_000 }));
  expect(answer.data[1]).toHaveLength(10_000);
});
