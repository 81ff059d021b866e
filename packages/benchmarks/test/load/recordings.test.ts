import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '@tradewind/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInterArrivals } from '../../src/load/read-inter-arrivals.ts';
import { realisticLoad } from '../../src/load/realistic-load.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-recordings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('nanoseconds in decimal text are read exactly, zipped or not', async () => {
  const lines = ['1723075200000000001', '1723075200001000001', '1723075200001000001', '1723075200001500001']
    .map((tsRecv) => JSON.stringify({ tsRecv }))
    .join('\n');
  expect([...(await readInterArrivals(file('plain.jsonl', lines)))]).toEqual([1, 0, 0.5]);
  expect([...(await readInterArrivals(file('zipped.jsonl.gz', gzipSync(`${lines}\n`))))]).toEqual([1, 0, 0.5]);
});

test('other members, units and a bound of lines', async () => {
  const path = file('ms.jsonl', '{"t":1.5}\n{"t":2}\n{"t":10}\n');
  expect([...(await readInterArrivals(path, { field: 't', unit: 'ms' }))]).toEqual([0.5, 8]);
  expect([...(await readInterArrivals(path, { field: 't', unit: 'us', maxLines: 2 }))]).toEqual([0.0005]);
});

test('what cannot be played is UNREADABLE_RECORDING, with file, line and reason', async () => {
  const read = (path: string): Promise<unknown> => readInterArrivals(path, { field: 't', unit: 'ms' });
  const code = 'UNREADABLE_RECORDING';
  const cases = [
    [file('back.jsonl', '{"t":2}\n{"t":1}\n'), /back\.jsonl .*line 2: its times go backwards/],
    [file('none.jsonl', '{"t":2}\n{"x":1}\n'), /line 2: expected a time in "t"/],
    [file('broken.jsonl', '{"t":2}\n{'), /line 2/],
    [file('one.jsonl', '{"t":2}\n'), /fewer than two times/],
    [file('no.jsonl.gz', 'not zipped'), /no\.jsonl\.gz/],
    [join(folder, 'absent.jsonl'), /absent\.jsonl/],
  ] as const;
  for (const [path, message] of cases) {
    await expect(read(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  }
});

test('a recording of a market plays with its bursts', async () => {
  // A path of your own in TRADEWIND_RECORDING plays that instead of this synthetic one: quotes in bursts of three.
  const recorded = process.env['TRADEWIND_RECORDING'];
  const synthetic = Array.from({ length: 600 }, (_, i) => ({
    tsRecv: String(1e15 + Math.floor(i / 3) * 30e6 + (i % 3) * 1e5),
  }));
  const path = recorded ?? file('synthetic.jsonl', synthetic.map((line) => JSON.stringify(line)).join('\n'));
  console.log(`recording: ${recorded ?? 'none given in TRADEWIND_RECORDING, a synthetic one is played'}`);
  const interArrivalsMs = await readInterArrivals(path);
  const times = realisticLoad({ interArrivalsMs, durationMs: 2000, perSecond: 500 }).arrivalsMs(seededRandom(4));
  const gaps = times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  // Even arrivals would have 0, a Poisson process 1.
  expect(Math.sqrt(variance) / mean).toBeGreaterThan(1.2);
});
