import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/measuring/fingerprint.ts';
import { HdrHistogram } from '../../src/measuring/histogram.ts';
import { spread } from '../../src/measuring/statistics.ts';
import { formatFigure } from '../../src/output/format-figure.ts';
import { pictures } from '../../src/output/pictures.ts';
import { ProgressLine } from '../../src/output/progress-line.ts';
import { linearScale, logScale } from '../../src/output/svg/scale.ts';
import { text } from '../../src/output/svg/drawing.ts';
import { comparisonTable } from '../../src/output/table.ts';
import { writeReport } from '../../src/output/write-report.ts';
import type { ComparisonCell, ComparisonResult } from '../../src/running/run-comparison.ts';

function cell(
  contender: string,
  samples: Record<string, readonly number[]>,
  latencyNs?: readonly number[],
): ComparisonCell {
  const histogram = new HdrHistogram();
  for (const ns of latencyNs ?? []) histogram.record(ns);
  return {
    contender,
    outcome: 'measured',
    problems: [],
    samples,
    metrics: Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, spread(values)])),
    latency: latencyNs === undefined ? undefined : histogram.toJSON(),
  };
}

function fanOut(subscribers: number, cost: number): ComparisonResult['workloads'][number] {
  return {
    workload: `fan-out-${subscribers}`,
    work: 'Publishes.',
    shows: [{ metric: 'cpuNsPerMessage', better: 'less' }],
    cells: [cell('ours', { cpuNsPerMessage: [cost] }), cell('theirs', { cpuNsPerMessage: [2 * cost] })],
  };
}

const RESULT: ComparisonResult = {
  fingerprint: { ...fingerprint(), packages: { mitt: '3.0.1' } },
  rounds: 3,
  measureMs: 100,
  seed: 1,
  tookMs: 12_345,
  workloads: [
    {
      workload: 'latency',
      work: 'Offers <messages> & waits.',
      shows: [
        { metric: 'p50Us', better: 'less' },
        { metric: 'p99Us', better: 'less' },
      ],
      cells: [
        cell('ours', { p50Us: [1, 2, 3], p99Us: [1234.5, 1234.5, 1234.5] }, [1000, 2000, 3000]),
        { ...cell('theirs', {}), outcome: 'wrong', problems: ['lost 1 of 5 messages'] },
        { ...cell('other', {}), outcome: 'cannot', problems: ['has no queue'] },
      ],
    },
    fanOut(1, 10),
    fanOut(100, 900),
  ],
};

/** The contrast ratio of the Web Content Accessibility Guidelines: 1 to 21. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test('figures have three digits and the unit of their name', () => {
  expect(formatFigure('p99Us', 1234.5)).toBe('1,230 µs');
  expect(formatFigure('throughputPerSecond', 2_345_678)).toBe('2,350,000/s');
  expect(formatFigure('cpuNsPerMessage', 0.012_345)).toBe('0.0123 ns');
  expect(formatFigure('deliveredShare', 1)).toBe('1');
  expect(formatFigure('p50Us', Number.NaN)).toBe('- µs');
});

test('the table tells medians with quartiles, and why a contender has none', () => {
  expect(comparisonTable(RESULT).split('\n').slice(0, 5)).toEqual([
    'latency',
    '                 p50Us                   p99Us',
    'ours    2 µs (1.5-2.5)  1,230 µs (1,230-1,230)',
    'theirs  wrong: lost 1 of 5 messages',
    'other   cannot: has no queue',
  ]);
});

describe('pictures', () => {
  const drawn = pictures(RESULT);

  test('are bars, percentile curves, CDFs and scaling', () => {
    expect([...drawn.keys()]).toEqual([
      'latency.svg',
      'latency-percentiles.svg',
      'latency-cdf.svg',
      'fan-out-1.svg',
      'fan-out-100.svg',
      'fan-out-scaling.svg',
    ]);
  });

  test('are well-formed, with every position a number', () => {
    for (const svg of drawn.values()) {
      expect(svg).toMatch(/^<svg [^>]+>[^]+<\/svg>\n$/);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      const opened = svg.match(/<(?!\/|svg)[a-z]+/g)?.length ?? 0;
      const closed = (svg.match(/\/>/g)?.length ?? 0) + (svg.match(/<\/(?!svg)/g)?.length ?? 0);
      expect(opened).toBe(closed);
    }
  });

  test('draw bars as long as their figures: the second one twice as long', () => {
    const widths = [...(drawn.get('fan-out-1.svg') ?? '').matchAll(/<rect x="200" [^>]*width="([\d.]+)"/g)].map(
      ([, width]) => Number(width),
    );
    expect(widths).toEqual([210, 420]);
  });

  test('have a counterpart on a dark ground for each of their colours, which stands out from it', () => {
    for (const svg of drawn.values()) {
      const dark = new Map([...svg.matchAll(/\[fill="(#\w+)"\] { fill: (#\w+) }/g)].map(([, from, to]) => [from, to]));
      const ground = dark.get('#fff') ?? '';
      const used = [...svg.matchAll(/<(?:rect|text|polyline)[^>]* (?:fill|stroke)="(#\w+)"/g)].map(
        ([, colour]) => colour ?? '',
      );
      for (const colour of used.filter((one) => one !== '#fff')) {
        expect(contrast(dark.get(colour) ?? colour, ground), colour).toBeGreaterThan(4.5);
      }
    }
  });

  test('leave out contenders without figures', () => {
    expect(drawn.get('latency-percentiles.svg')).not.toContain('theirs');
  });
});

test('scales put their ends where they belong, and marks at round figures', () => {
  const linear = linearScale({ from: 0, to: 1, start: 100, end: 200 });
  expect([linear.position(0), linear.position(0.5), linear.position(1)]).toEqual([100, 150, 200]);
  expect(linear.ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  const log = logScale({ from: 1, to: 100, start: 0, end: 10 });
  expect([log.position(1), log.position(10), log.position(100), log.position(0.1)]).toEqual([0, 5, 10, 0]);
  expect(log.ticks).toEqual([1, 10, 100]);
});

test('texts cannot break a picture', () => {
  expect(text('<a & "b">', { x: 1, y: 2 })).toContain('>&lt;a &amp; &quot;b&quot;&gt;</text>');
});

test('progress is one line on a terminal and a line a tenth in a log', () => {
  const written: string[] = [];
  const stream = { isTTY: true, write: (line: string) => written.push(line) };
  const line = new ProgressLine(stream);
  line.show(1, 200, 'latency: mitt');
  line.clear();
  expect(written).toEqual(['\r\u001B[2K  0 %  latency: mitt', '\r\u001B[2K']);
  written.length = 0;
  const log = new ProgressLine({ ...stream, isTTY: false });
  for (let done = 0; done < 200; done += 1) log.show(done, 200, 'x');
  log.clear();
  expect(written).toHaveLength(10);
});

test('a report is JSON with everything, a page and its pictures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-report-'));
  try {
    const files = writeReport(RESULT, { folder, command: 'npm run bench -- --write' });
    expect(files).toHaveLength(8);
    expect(JSON.parse(readFileSync(join(folder, 'comparison.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(RESULT)),
    );
    const page = readFileSync(join(folder, 'comparison.md'), 'utf8');
    expect(page).toContain('Written by `npm run bench -- --write`');
    expect(page).toContain('| ours | 2 µs (1.5-2.5) | 1,230 µs (1,230-1,230) |');
    expect(page).toContain('| theirs | wrong: lost 1 of 5 messages |  |');
    const linked = [...page.matchAll(/\(comparison\/([^)]+)\)/g)].map(([, name]) => name);
    expect(new Set(linked)).toEqual(new Set(readdirSync(join(folder, 'comparison'))));
    expect(linked).toHaveLength(6);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
