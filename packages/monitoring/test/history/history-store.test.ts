import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { MessageBus } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HistoryStore, Recording, createMonitoring, type ScrapedValue } from '../../src/index.ts';
import { decodeBlock, encodeBlock } from '../../src/history/block.ts';
import { Recorder } from '../support/recorder.ts';

let stateDir: string;
let folder: string;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'tradewind-history-'));
  folder = join(stateDir, 'history');
});

afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 5);

function valueOf(value: number, lane = 'LOW'): ScrapedValue {
  return { name: 'tradewind_test_total', labels: { lane }, labelText: `{lane="${lane}"}`, value };
}

/** A scrape each so many milliseconds, whose value is how many there were before. */
function fill(store: HistoryStore, fromMs: number, toMs: number, everyMs: number): void {
  for (let timeMs = fromMs; timeMs < toMs; timeMs += everyMs) {
    store.append({ timeMs, values: [valueOf((timeMs - START) / SECOND)] });
  }
}

function read(store: HistoryStore, fromMs: number, toMs: number): { times: number[]; values: number[] } {
  const [slice] = store.select('tradewind_test_total', { lane: 'LOW' }, fromMs, toMs);
  return { times: Array.from(slice?.timesMs ?? []), values: Array.from(slice?.values ?? []) };
}

describe('history', () => {
  test('is there again after a restart, to the last scrape', async () => {
    const before = await HistoryStore.open({ stateDir });
    fill(before, START, START + 10 * MINUTE, SECOND);
    await before.close();
    await using after = await HistoryStore.open({ stateDir });
    const { times, values } = read(after, START - 1, START + HOUR);
    expect(times).toHaveLength(600);
    expect(values).toEqual(Array.from({ length: 600 }, (_, at) => at));
    fill(after, START + 10 * MINUTE, START + 11 * MINUTE, SECOND);
    expect(read(after, START - 1, START + HOUR).values).toHaveLength(660);
  });

  test('goes from seconds to minutes to hours, and every value is one that was scraped', async () => {
    await using store = await HistoryStore.open({ stateDir });
    const end = START + 3 * DAY;
    fill(store, START, end - 2 * HOUR, 20 * SECOND);
    fill(store, end - 2 * HOUR, end, SECOND);
    const { times, values } = read(store, START - 1, end);
    for (const [at, timeMs] of times.entries()) {
      expect(values[at]).toBe((timeMs - START) / SECOND);
      expect(timeMs).toBeGreaterThan(times[at - 1] ?? 0);
    }
    const steps = (fromMs: number, toMs: number) => {
      const within = times.filter((timeMs) => timeMs > fromMs && timeMs <= toMs);
      return (within.at(-1) ?? 0) / (within.length - 1) - (within[0] ?? 0) / (within.length - 1);
    };
    expect(steps(end - HOUR, end)).toBe(SECOND);
    expect(steps(end - 20 * HOUR, end - 10 * HOUR)).toBe(MINUTE);
    expect(steps(START, START + DAY)).toBe(HOUR);
  });

  test('is bounded, in memory and on disk', async () => {
    await using store = await HistoryStore.open({ stateDir });
    const files = () => readdirSync(folder).filter((file) => file.startsWith('minutes')).length;
    for (let day = 0; day < 4; day += 1) {
      fill(store, START + day * DAY, START + (day + 1) * DAY, MINUTE);
      await store.flush();
    }
    const end = START + 4 * DAY;
    expect(read(store, START, end).times.length).toBeLessThan(3_600 * 1.25 + 1_440 * 1.25 + 744 * 1.25);
    expect(files()).toBeLessThanOrEqual(20);
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    expect(bytes).toBeLessThan(1_000_000);
  });

  test('however often a process is restarted, files stay few and nothing is lost', async () => {
    for (let start = 0; start < 40; start += 1) {
      const store = await HistoryStore.open({ stateDir });
      fill(store, START + start * 10 * SECOND, START + (start + 1) * 10 * SECOND, SECOND);
      await store.close();
    }
    await using store = await HistoryStore.open({ stateDir });
    expect(read(store, START - 1, START + HOUR).values).toEqual(Array.from({ length: 400 }, (_, at) => at));
    expect(readdirSync(folder).length).toBeLessThan(20);
  });

  test('a torn end is cut off and counted, what stands before it counts', async () => {
    const before = await HistoryStore.open({ stateDir });
    fill(before, START, START + 2 * MINUTE, SECOND);
    await before.close();
    const [seconds = ''] = readdirSync(folder).filter((file) => file.startsWith('seconds'));
    appendFileSync(join(folder, seconds), Buffer.from([200, 1, 0, 0, 1, 2, 3, 4, 5, 6]));
    const between = await HistoryStore.open({ stateDir });
    expect(between.tornFiles).toBe(1);
    fill(between, START + 2 * MINUTE, START + 3 * MINUTE, SECOND);
    await between.close();
    await using after = await HistoryStore.open({ stateDir });
    expect([after.tornFiles, read(after, START - 1, START + HOUR).times.length]).toEqual([0, 180]);
  });

  test('files full of nonsense are no history and no error', async () => {
    const store = await HistoryStore.open({ stateDir });
    await store.close();
    writeFileSync(join(folder, 'hours-000000000000001.blocks'), 'not a block at all, whatever it says');
    writeFileSync(join(folder, 'minutes-000000000000001.blocks'), '');
    await using after = await HistoryStore.open({ stateDir });
    fill(after, START, START + MINUTE, SECOND);
    expect(read(after, 0, START + HOUR).times).toHaveLength(60);
  });

  test('a folder belongs to one at a time, and what a dead process left is taken over', async () => {
    const first = await HistoryStore.open({ stateDir });
    await expect(HistoryStore.open({ stateDir })).rejects.toMatchObject({ code: 'STATE_UNUSABLE' });
    await first.close();
    writeFileSync(join(folder, 'lock'), '4194303 1');
    await using second = await HistoryStore.open({ stateDir });
    expect(second.leftOut).toBe(0);
  });

  test('what a clock that was ahead has written is put aside, told, and what is scraped now is kept', async () => {
    const before = await HistoryStore.open({ stateDir });
    fill(before, START, START + 2 * MINUTE, SECOND);
    before.append({ timeMs: START + DAY, values: [valueOf(-1)] });
    await before.close();

    const logger = new Recorder();
    const clock = { now: () => START + 3 * MINUTE };
    const after = await HistoryStore.open({ stateDir, logger, clock });
    fill(after, START + 3 * MINUTE, START + 4 * MINUTE, SECOND);
    expect(after.filesPutAside).toBeGreaterThan(0);
    expect(logger.lines.map(({ event }) => event)).toEqual(['monitoring.history-put-aside']);
    expect(read(after, START + 3 * MINUTE - 1, START + 5 * MINUTE).times).toHaveLength(60);
    expect(read(after, 0, START + 2 * DAY).values).not.toContain(-1);
    expect([after.refusedScrapes, after.health().status]).toEqual([0, 'up']);
    await after.close();

    await using again = await HistoryStore.open({ stateDir, clock });
    expect(again.filesPutAside).toBe(0);
    // The sound blocks of the same file are still there.
    expect(read(again, START - 1, START + MINUTE - 1).times).toHaveLength(60);
    expect(readdirSync(folder).some((name) => name.endsWith('.future'))).toBe(true);
  });

  test('of the files that were put aside the newest three are kept, and who was deleted is told', async () => {
    await using _made = await HistoryStore.open({ stateDir });
    await _made.close();
    for (let at = 0; at < 5; at += 1) {
      // The time in the name is that of the wrong clock: the oldest file has the latest one.
      const path = join(folder, `seconds-${String(9_000 - at).padStart(15, '0')}.blocks.future`);
      writeFileSync(path, 'x');
      utimesSync(path, at + 1, at + 1);
    }
    writeFileSync(join(folder, 'minutes-000000000000001.blocks.future'), 'x');
    const logger = new Recorder();
    await using again = await HistoryStore.open({ stateDir, logger });
    expect(again.filesPutAside).toBe(0);
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.future'))
        .toSorted(),
    ).toEqual([
      'minutes-000000000000001.blocks.future',
      'seconds-000000000008996.blocks.future',
      'seconds-000000000008997.blocks.future',
      'seconds-000000000008998.blocks.future',
    ]);
    expect(logger.lines.map(({ event }) => event)).toEqual(['monitoring.history-aside-deleted']);
  });

  test('scrapes of a clock that was set back are refused, counted and told once, and it says so of itself until they are later again', async () => {
    const logger = new Recorder();
    await using store = await HistoryStore.open({ stateDir, logger });
    fill(store, START, START + 10 * SECOND, SECOND);
    fill(store, START, START + 5 * SECOND, SECOND);
    expect([store.refusedScrapes, store.health().status]).toEqual([5, 'degraded']);
    expect(logger.lines.map(({ event }) => event)).toEqual(['monitoring.history-refused']);
    fill(store, START + 10 * SECOND, START + 11 * SECOND, SECOND);
    expect([store.refusedScrapes, store.health().status]).toEqual([5, 'up']);
  });

  test('a folder that cannot be made is an error that says so', async () => {
    const path = join(stateDir, 'file');
    writeFileSync(path, '');
    await expect(HistoryStore.open({ stateDir: path })).rejects.toMatchObject({ code: 'STATE_UNUSABLE' });
  });

  test('a disk that refuses is logged once and counted, and history goes on in memory', async () => {
    const logger = new Recorder();
    const store = await HistoryStore.open({ stateDir, logger });
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    fill(store, START, START + MINUTE, SECOND);
    await store.flush();
    expect(store.writeFailures).toBeGreaterThan(0);
    expect(logger.lines.filter(({ event }) => event === 'monitoring.history-unwritten').length).toBe(
      store.writeFailures,
    );
    expect(read(store, START - 1, START + HOUR).times).toHaveLength(60);
    rmSync(folder);
  });

  test('more series than it keeps are left out and counted', async () => {
    await using store = await HistoryStore.open({ stateDir, maxSeries: 2 });
    store.append({ timeMs: START, values: ['A', 'B', 'C'].map((lane) => valueOf(1, lane)) });
    expect(store.leftOut).toBe(1);
    expect(store.select('tradewind_test_total', {}, 0, START)).toHaveLength(2);
  });

  test('what is written is what is read, whatever the numbers', () => {
    const number = fc.double({ noDefaultInfinity: false });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.array(number, { minLength: 5, maxLength: 5 })),
        (times, columns) => {
          const series = columns.map((column, at) => ({
            name: `n${at}`,
            labels: { 'ä "': `\n${at}` },
            values: Float64Array.from(column.slice(0, times)),
          }));
          const block = { timesMs: Float64Array.from({ length: times }, (_, at) => at), series };
          expect(decodeBlock(encodeBlock(block))).toEqual(block);
        },
      ),
    );
  });

  test('bytes that are no block are none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(decodeBlock(Buffer.from(bytes))).toBeUndefined();
      }),
    );
  });
});

describe('a recording', () => {
  test('brings scrape after scrape into a store until it is disposed', async () => {
    const clock = new ManualClock();
    const bus = new MessageBus();
    await using monitoring = createMonitoring({ bus, clock, process: false });
    await using store = await HistoryStore.open({ stateDir });
    let seen = 0;
    const recording = new Recording({ monitorings: [monitoring], store, clock, onScrape: () => (seen += 1) });
    for (let at = 0; at < 5; at += 1) {
      bus.publish('a', at);
      await clock.advance(at === 0 ? 0 : 1_000);
      // A scrape gives the event loop its turn now and then, which is none of the clock's.
      while (seen <= at) await new Promise((resolve) => setImmediate(resolve));
    }
    await recording[Symbol.asyncDispose]();
    await clock.advance(10_000);
    const [slice] = store.select('tradewind_bus_published_total', { bus: 'bus' }, 0, clock.now());
    expect(Array.from(slice?.values ?? [])).toEqual([1, 2, 3, 4, 5]);
    expect(seen).toBe(5);
  });
});
