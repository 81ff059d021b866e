import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
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
import { comparisonPage, environmentLine, shortfalls } from '../../src/output/markdown.ts';
import { comparisonTable } from '../../src/output/table.ts';
import { writeReport } from '../../src/output/write-report.ts';
import type { ComparisonCell } from '../../src/running/cells.ts';
import type { ComparisonResult } from '../../src/running/run-comparison.ts';

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
    measureMs: 100,
    shows: [{ metric: 'cpuNsPerMessage', better: 'less' }],
    cells: [cell('ours', { cpuNsPerMessage: [cost] }), cell('theirs', { cpuNsPerMessage: [2 * cost] })],
  };
}

const FIGURES = { p50Us: [1, 2, 3], p99Us: [1234.5, 1234.5, 1234.5], offeredPerSecond: [9000] };
const RESOURCES = {
  cpuMsPer1000: [1],
  gcPauseMsPer1000: [2],
  gcLongestMs: [3],
  heapUsedPeakMb: [4],
  rssPeakMb: [5],
  eventLoopUtilization: [0.5],
};
/** Enough for P95, and too few for P99. */
const LATENCIES_NS = Array.from({ length: 300 }, (_, i) => 1000 * (1 + i));

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
      measureMs: 100,
      shows: [
        { metric: 'p50Us', better: 'less' },
        { metric: 'p99Us', better: 'less' },
        { metric: 'p9999Us', better: 'less' },
        { metric: 'offeredPerSecond', better: 'neither' },
      ],
      cells: [
        cell('ours', { ...FIGURES, ...RESOURCES }, LATENCIES_NS),
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

test('the tables tell medians with quartiles, why a contender has none, why a percentile is a dash, and what it took', () => {
  expect(comparisonTable(RESULT).split('\n').slice(0, 11)).toEqual([
    'latency',
    '                 p50Us                   p99Us  p9999Us  offeredPerSecond',
    'ours    2 µs (1.5-2.5)  1,230 µs (1,230-1,230)        –           9,000/s',
    'theirs  wrong: lost 1 of 5 messages',
    'other   cannot: has no queue',
    '–: fewer than ten messages lie beyond it, in all rounds together: P99.99 takes 100,000 messages.',
    '',
    'latency, resources',
    '      cpuMsPer1000  gcPauseMsPer1000  gcLongestMs  heapUsedPeakMb  rssPeakMb  eventLoopUtilization',
    'ours          1 ms              2 ms         3 ms            4 MB       5 MB                   0.5',
    '',
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

  test('end a percentile curve where ten messages are left beyond it', () => {
    const rightmost = (svg: string): number => {
      const [, points = ''] = /<polyline points="([^"]+)"/.exec(svg) ?? [];
      return Math.max(...points.split(' ').map((point) => Number(point.split(',')[0])));
    };
    // P95 of 300 messages, on an axis of powers of ten that ends at P99.99: log10(20) of 4 of its width from 80 to 560.
    const end = 80 + (Math.log10(20) / 4) * 480;
    expect(rightmost(drawn.get('latency-percentiles.svg') ?? '')).toBeCloseTo(end, 0);
  });

  test('give a contender one colour in all of them, whoever else ran', () => {
    const [all, one] = [fanOut(1, 10), fanOut(100, 900)];
    const alone = pictures({ ...RESULT, workloads: [all, { ...one, cells: one.cells.slice(1) }] });
    const colour = (file: string, bar: number): string | undefined =>
      [...(alone.get(file) ?? '').matchAll(/<rect x="200" [^>]*fill="(#\w+)"/g)][bar]?.[1];
    expect(colour('fan-out-100.svg', 0)).toMatch(/^#/);
    expect(colour('fan-out-100.svg', 0)).toBe(colour('fan-out-1.svg', 1));
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

test('a comparison says what it is short of', () => {
  expect(shortfalls(RESULT)).toEqual([]);
  expect(shortfalls({ ...RESULT, roundsWanted: 3, runsLeftOut: 0 })).toEqual([]);
  const [workload] = RESULT.workloads;
  if (workload === undefined) throw new Error('Expected a workload.');
  const cells = [
    { ...cell('late', {}), outcome: 'left-out' as const, problems: ['the time was over before it began'] },
  ];
  const short = { ...RESULT, rounds: 1, roundsWanted: 5, runsLeftOut: 1, workloads: [{ ...workload, cells }] };
  expect(shortfalls(short)).toEqual([
    'The time was over after 1 round of 5: its figures have no spread. With --rounds 5 there is no bound of time.',
    'Left out, because the time was over before they began: latency on late.',
  ]);
  expect(comparisonPage({ recorded: [{ command: 'x', result: short }] }, [])).toContain(
    '**The time was over after 1 round of 5',
  );
  expect(shortfalls({ ...RESULT, roundsWanted: 3, runsLeftOut: 2 })).toEqual([
    'The last round is short of 2 runs: some cells have a round less than others.',
  ]);
});

test('a page tells the priority of its run, and nothing where it was not kept', () => {
  const { niceness, sessionNiceness, ...rest } = fingerprint();
  expect(niceness).toBe(getPriority());
  expect(sessionNiceness ?? 0).toBeTypeOf('number');
  expect(environmentLine({ ...rest, niceness: 5 })).toMatch(/at the end, niceness 5\. /);
  expect(environmentLine({ ...rest, niceness: 0, sessionNiceness: -10 })).toMatch(/niceness 0 in a session of -10\. /);
  expect(environmentLine(rest)).not.toContain('niceness');
});

test('a report is JSON with everything, a page and its pictures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-report-'));
  try {
    const files = writeReport(RESULT, { folder, command: 'npm run bench -- --write' });
    expect(files).toHaveLength(8);
    expect(JSON.parse(readFileSync(join(folder, 'comparison.json'), 'utf8'))).toEqual({
      recorded: [{ command: 'npm run bench -- --write', result: JSON.parse(JSON.stringify(RESULT)) as unknown }],
    });
    const page = readFileSync(join(folder, 'comparison.md'), 'utf8');
    expect(page).toContain('Written by `npm run bench -- --write`');
    expect(page).toContain('| ours | 2 µs (1.5-2.5) | 1,230 µs (1,230-1,230) | – | 9,000/s |');
    expect(page).toContain('| theirs | wrong: lost 1 of 5 messages |  |  |  |');
    expect(page).toContain('| p9999Us, less is better | offeredPerSecond |');
    expect(page).toContain('P99.99 takes 100,000 messages');
    expect(page).toContain('| ours | 1 ms | 2 ms | 3 ms | 4 MB | 5 MB | 0.5 |');
    expect(page).toContain('some workloads ran on fewer contenders: fan-out-1, fan-out-100.');
    const linked = [...page.matchAll(/\(comparison\/([^)]+)\)/g)].map(([, name]) => name);
    expect(new Set(linked)).toEqual(new Set(readdirSync(join(folder, 'comparison'))));
    expect(linked).toHaveLength(6);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
